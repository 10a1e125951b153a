import { Copy, Pencil, Reply, RotateCw, SmilePlus, Trash2, Undo2 } from "lucide-react";
import type { MenuItem } from "../../design";
import { useText } from "../../text";
import { type MenuPlace, useUi } from "../parts/ui";
import type { Bubble } from "../store/conversation";
import type { ThreadPart } from "../thread/context";
import { isDeletable, isEditable, isOnWhatsApp } from "../thread/editable";
import { useMessageActions } from "../thread/useMessageActions";
import { PointMenu } from "./PointMenu";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** What can be done with a message. */
export function MessageMenu(props: { bubble: Bubble; thread: ThreadPart; at: MenuPlace; onClose: () => void }) {
  const { bubble, at, onClose } = props;
  const { can, setAbout } = props.thread;
  const { t } = useText();
  const { show } = useUi();
  const actions = useMessageActions();
  const { chatId, id: messageId } = bubble;
  const isHere = bubble.deletedAt === null;
  const isOpen = isOnWhatsApp(bubble);
  const refused = can.reply ? undefined : t("inbox.readOnly");
  const offers: [boolean, MenuItem][] = [
    [
      bubble.fromMe && bubble.tick === "failed",
      { label: t("shell.retry"), icon: <RotateCw size={17} />, onSelect: () => actions.retry(bubble), refused },
    ],
    [
      isOpen,
      {
        label: t("inbox.reply"),
        icon: <Reply size={17} />,
        onSelect: () => setAbout({ kind: "reply", bubble }),
        refused: refused ?? (can.quote ? undefined : t("inbox.cannot.quote")),
      },
    ],
    [
      isOpen && can.reply,
      {
        label: t("inbox.moreReactions"),
        icon: <SmilePlus size={17} />,
        onSelect: () => show({ kind: "react", chatId, messageId }),
      },
    ],
    [
      isHere && bubble.body !== "",
      { label: t("inbox.copyWords"), icon: <Copy size={17} />, onSelect: () => actions.copy(bubble) },
    ],
    [
      isEditable(bubble),
      {
        label: t("inbox.edit"),
        icon: <Pencil size={17} />,
        onSelect: () => setAbout({ kind: "edit", bubble }),
        refused,
      },
    ],
    [
      bubble.fromMe && bubble.tick === "queued",
      { label: t("inbox.dontSend"), icon: <Undo2 size={17} />, onSelect: () => actions.cancel(bubble), refused },
    ],
    [
      isDeletable(bubble),
      {
        label: t("inbox.deleteForEveryone"),
        icon: <Trash2 size={17} />,
        look: "stop",
        onSelect: () => show({ kind: "delete", chatId, messageId }),
        refused,
      },
    ],
  ];
  const items = offers.filter(([isOffered]) => isOffered).map(([, item]) => item);
  const own = bubble.reactions.find((each) => each.fromMe)?.emoji;
  const row = QUICK.map((emoji) => ({
    label: t("inbox.reactWith", { emoji }),
    shown: emoji,
    onSelect: () => actions.react(bubble, own === emoji ? "" : emoji),
  }));
  return (
    <PointMenu
      at={at}
      label={t("inbox.messageMenu")}
      items={items}
      onClose={onClose}
      {...(can.reply && isOpen ? { row } : {})}
    />
  );
}
