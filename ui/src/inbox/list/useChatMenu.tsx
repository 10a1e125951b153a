import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  CheckCheck,
  MailOpen,
  Pin,
  PinOff,
  UserRound,
  UserRoundCheck,
} from "lucide-react";
import { useCallback } from "react";
import { useToast } from "../../design";
import { useMe } from "../../shell";
import { problemWords, useText } from "../../text";
import type { ChatChange, ChatView } from "../api";
import type { PointItem } from "../parts/PointMenu";
import { useUi } from "../parts/ui";
import { isMuted } from "../store/chats";
import { useInbox } from "../store/context";

const HOUR_MS = 3_600_000;
const EIGHT_HOURS = 8 * HOUR_MS;

/** Opens the menu of a chat: what can be done with it without opening it. */
export function useChatMenu(): (chatId: string, at: { x: number; y: number }, back: HTMLElement | null) => void {
  const inbox = useInbox();
  const text = useText();
  const toast = useToast();
  const me = useMe();
  const { openMenu } = useUi();
  return useCallback(
    (chatId, at, back) => {
      const chat = inbox.store.chats.get(chatId);
      if (chat === undefined) return;
      const attempt = (run: Promise<unknown>, words?: string, undo?: ChatChange) => {
        run.then(
          () => {
            if (words === undefined) return;
            toast({ words, tone: "good", ...(undo ? { undo: () => attempt(inbox.change(chatId, undo)) } : {}) });
          },
          (error: unknown) => toast({ words: problemWords(text, error), tone: "stop" }),
        );
      };
      const change = (facts: ChatChange, words?: string, undo?: ChatChange) =>
        attempt(inbox.change(chatId, facts), words, undo);
      const { t } = text;
      const lastId = chat.last?.id;
      const items: (PointItem | "line")[] = [
        chat.unread === 0
          ? {
              label: t("inbox.markUnread"),
              icon: <MailOpen size={17} />,
              onSelect: () => attempt(inbox.markUnread(chatId)),
            }
          : {
              label: t("inbox.markRead"),
              icon: <CheckCheck size={17} />,
              onSelect: () => lastId !== undefined && inbox.markRead(chatId, lastId, true),
            },
        pinItem(chat, text.t, change),
        muteItem(chat, text.t, change),
        chat.archivedAt === null
          ? {
              label: t("inbox.archive"),
              icon: <Archive size={17} />,
              onSelect: () => change({ archived: true }, t("inbox.archivedNow"), { archived: false }),
            }
          : {
              label: t("inbox.unarchive"),
              icon: <ArchiveRestore size={17} />,
              onSelect: () => change({ archived: false }, t("inbox.unarchivedNow"), { archived: true }),
            },
        "line",
        chat.assignedTo?.userId === me.user.id
          ? {
              label: t("inbox.unassign"),
              icon: <UserRound size={17} />,
              onSelect: () => change({ assignedTo: null }),
            }
          : {
              label: t("inbox.assignToMe"),
              icon: <UserRoundCheck size={17} />,
              onSelect: () => change({ assignedTo: me.user.id }),
            },
      ];
      openMenu({ ...at, label: t("inbox.menuOf", { name: chat.name }), items, back });
    },
    [inbox, text, toast, me.user.id, openMenu],
  );
}

type Change = (facts: ChatChange, words?: string, undo?: ChatChange) => void;
type Say = ReturnType<typeof useText>["t"];

function pinItem(chat: ChatView, t: Say, change: Change): PointItem {
  return chat.pinnedAt === null
    ? { label: t("inbox.pin"), icon: <Pin size={17} />, onSelect: () => change({ pinned: true }) }
    : { label: t("inbox.unpin"), icon: <PinOff size={17} />, onSelect: () => change({ pinned: false }) };
}

function muteItem(chat: ChatView, t: Say, change: Change): PointItem {
  if (isMuted(chat, Date.now()))
    return { label: t("inbox.unmute"), icon: <Bell size={17} />, onSelect: () => change({ mutedUntil: null }) };
  return {
    label: t("inbox.mute"),
    icon: <BellOff size={17} />,
    onSelect: () => {
      const until = new Date(Date.now() + EIGHT_HOURS).toISOString();
      change({ mutedUntil: until }, t("inbox.mutedNow"), { mutedUntil: null });
    },
  };
}
