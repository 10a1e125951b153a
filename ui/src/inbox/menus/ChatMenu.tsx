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
import { type MenuEntry, type MenuItem, useToast } from "../../design";
import { useMe } from "../../shell";
import { problemWords, useText } from "../../text";
import type { ChatChange, ChatView } from "../api";
import type { MenuPlace } from "../parts/ui";
import { isMuted } from "../store/chats";
import { useInbox } from "../store/context";
import { PointMenu } from "./PointMenu";

const HOUR_MS = 3_600_000;
const EIGHT_HOURS = 8 * HOUR_MS;

/** What can be done with a chat without opening it. */
export function ChatMenu({ chatId, at, onClose }: { chatId: string; at: MenuPlace; onClose: () => void }) {
  const inbox = useInbox();
  const text = useText();
  const { t } = text;
  const toast = useToast();
  const me = useMe();
  const chat = inbox.store.chats.get(chatId);
  if (chat === undefined) return null;
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
  const lastId = chat.last?.id;
  const items: MenuEntry[] = [
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
    pinItem(chat, t, change),
    muteItem(chat, t, change),
    archiveItem(chat, t, change),
    "line",
    chat.assignedTo?.userId === me.user.id
      ? { label: t("inbox.unassign"), icon: <UserRound size={17} />, onSelect: () => change({ assignedTo: null }) }
      : {
          label: t("inbox.assignToMe"),
          icon: <UserRoundCheck size={17} />,
          onSelect: () => change({ assignedTo: me.user.id }),
        },
  ];
  return <PointMenu at={at} label={t("inbox.menuOf", { name: chat.name })} items={items} onClose={onClose} />;
}

type Change = (facts: ChatChange, words?: string, undo?: ChatChange) => void;
type Say = ReturnType<typeof useText>["t"];

function pinItem(chat: ChatView, t: Say, change: Change): MenuItem {
  return chat.pinnedAt === null
    ? { label: t("inbox.pin"), icon: <Pin size={17} />, onSelect: () => change({ pinned: true }) }
    : { label: t("inbox.unpin"), icon: <PinOff size={17} />, onSelect: () => change({ pinned: false }) };
}

function muteItem(chat: ChatView, t: Say, change: Change): MenuItem {
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

function archiveItem(chat: ChatView, t: Say, change: Change): MenuItem {
  if (chat.archivedAt === null) {
    return {
      label: t("inbox.archive"),
      icon: <Archive size={17} />,
      onSelect: () => change({ archived: true }, t("inbox.archivedNow"), { archived: false }),
    };
  }
  return {
    label: t("inbox.unarchive"),
    icon: <ArchiveRestore size={17} />,
    onSelect: () => change({ archived: false }, t("inbox.unarchivedNow"), { archived: true }),
  };
}
