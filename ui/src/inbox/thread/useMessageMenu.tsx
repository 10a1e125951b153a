import { Copy, Pencil, Reply, SmilePlus, Trash2, Undo2 } from "lucide-react";
import { useCallback } from "react";
import { useText } from "../../text";
import type { PointItem } from "../parts/PointMenu";
import { useUi } from "../parts/ui";
import type { Bubble } from "../store/conversation";
import { useThread } from "./context";
import { useMessageActions } from "./useMessageActions";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const EDIT_MS = 15 * 60_000;
const DELETE_MS = 2 * 24 * 3_600_000;
const TAKEN = new Set(["accepted", "delivered", "read", "played"]);

/** Whether an own text may still be changed. */
export function isEditable(bubble: Bubble): boolean {
  const isYoung = Date.now() - Date.parse(bubble.at) < EDIT_MS;
  const isText = bubble.kind === "text" && bubble.deletedAt === null && bubble.local === undefined;
  return bubble.fromMe && isText && isYoung && TAKEN.has(bubble.tick ?? "");
}

/** Opens the menu of a message. */
export function useMessageMenu(): (bubble: Bubble, at: { x: number; y: number }, back: HTMLElement | null) => void {
  const { t } = useText();
  const { openMenu, show } = useUi();
  const { can, setAbout } = useThread();
  const actions = useMessageActions();
  return useCallback(
    (bubble, at, back) => {
      if (bubble.local !== undefined || bubble.kind === "system") return;
      const isDeleted = bubble.deletedAt !== null;
      const items: PointItem[] = [];
      const add = (isOffered: boolean, item: PointItem) => {
        if (isOffered) items.push(item);
      };
      const refused = can.reply ? undefined : t("inbox.readOnly");
      add(!isDeleted, {
        label: t("inbox.reply"),
        icon: <Reply size={17} />,
        onSelect: () => setAbout({ kind: "reply", bubble }),
        refused: refused ?? (can.quote ? undefined : t("inbox.cannot.quote")),
      });
      add(!isDeleted && can.reply, {
        label: t("inbox.moreReactions"),
        icon: <SmilePlus size={17} />,
        onSelect: () => show({ kind: "react", chatId: bubble.chatId, messageId: bubble.id }),
      });
      add(!isDeleted && bubble.body !== "", {
        label: t("inbox.copyWords"),
        icon: <Copy size={17} />,
        onSelect: () => actions.copy(bubble),
      });
      add(isEditable(bubble), {
        label: t("inbox.edit"),
        icon: <Pencil size={17} />,
        onSelect: () => setAbout({ kind: "edit", bubble }),
        refused,
      });
      add(bubble.fromMe && bubble.tick === "queued", {
        label: t("inbox.dontSend"),
        icon: <Undo2 size={17} />,
        onSelect: () => actions.cancel(bubble),
        refused,
      });
      const isDeletable = TAKEN.has(bubble.tick ?? "") && Date.now() - Date.parse(bubble.at) < DELETE_MS;
      add(bubble.fromMe && !isDeleted && isDeletable, {
        label: t("inbox.deleteForEveryone"),
        icon: <Trash2 size={17} />,
        look: "stop",
        onSelect: () => show({ kind: "delete", chatId: bubble.chatId, messageId: bubble.id }),
        refused,
      });
      if (items.length === 0) return;
      const own = bubble.reactions.find((each) => each.fromMe)?.emoji;
      const row = QUICK.map((emoji) => ({
        label: t("inbox.reactWith", { emoji }),
        shown: emoji,
        onSelect: () => actions.react(bubble, own === emoji ? "" : emoji),
      }));
      openMenu({ ...at, label: t("inbox.messageMenu"), items, back, ...(can.reply && !isDeleted ? { row } : {}) });
    },
    [t, openMenu, show, can, setAbout, actions],
  );
}
