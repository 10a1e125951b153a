import { useEffect, useRef, useState } from "react";
import type { ChatView } from "../api";
import { useInbox } from "../store/context";
import { type Bubble, type Conversation, keyOf } from "../store/conversation";

interface Marks {
  /** The first message that was unread when the chat was opened. */
  unreadKey: string | null;
  /** How many messages have arrived below what is seen. */
  below: number;
  /** The newest message of the other side since the chat was opened, for those who listen. */
  spoken: Bubble | null;
}

function firstUnread(conversation: Conversation, unread: number): string | null {
  let left = unread;
  for (let index = conversation.items.length - 1; index >= 0 && left > 0; index--) {
    const bubble = conversation.items[index] as Bubble;
    if (bubble.fromMe || bubble.kind === "system") continue;
    left -= 1;
    if (left === 0) return keyOf(bubble);
  }
  return null;
}

function newestInbound(conversation: Conversation): Bubble | null {
  for (let index = conversation.items.length - 1; index >= 0; index--) {
    const bubble = conversation.items[index] as Bubble;
    if (!bubble.fromMe) return bubble;
  }
  return null;
}

/** What has been read and what has not; tells the server when the end is seen by somebody. */
export function useMarks(
  chat: ChatView,
  conversation: Conversation,
  { isAtEnd, isOpen }: { isAtEnd: boolean; isOpen: boolean },
): Marks {
  const inbox = useInbox();
  const [unreadAtOpen] = useState(chat.unread);
  const [unreadKey, setUnreadKey] = useState<string | null>(null);
  const [seenKey, setSeenKey] = useState<string | null>(null);
  const [isSeen, setSeen] = useState(() => document.hasFocus() && !document.hidden);
  const isLoaded = conversation.older !== undefined;
  const isCounted = useRef(false);
  if (isLoaded && !isCounted.current) {
    isCounted.current = true;
    const key = unreadAtOpen > 0 ? firstUnread(conversation, unreadAtOpen) : null;
    if (key !== unreadKey) setUnreadKey(key);
  }
  useEffect(() => {
    const look = () => setSeen(document.hasFocus() && !document.hidden);
    window.addEventListener("focus", look);
    window.addEventListener("blur", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      window.removeEventListener("blur", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);

  const newest = conversation.items.at(-1);
  const newestKey = newest === undefined ? null : keyOf(newest);
  useEffect(() => {
    if (isAtEnd) setSeenKey(newestKey);
  }, [isAtEnd, newestKey]);
  useEffect(() => {
    // An answer from here: everything above it has been dealt with.
    if (newest?.local !== undefined) setUnreadKey(null);
  }, [newest]);

  const inbound = newestInbound(conversation);
  const lastId = chat.last?.id ?? inbound?.id;
  useEffect(() => {
    if (isLoaded && isOpen && isSeen && isAtEnd && chat.unread !== 0 && lastId !== undefined)
      inbox.markRead(chat.id, lastId);
  }, [inbox, chat.id, chat.unread, isLoaded, isOpen, isSeen, isAtEnd, lastId]);

  const [spokenFrom, setSpokenFrom] = useState<string | null | undefined>(undefined);
  if (isLoaded && spokenFrom === undefined) setSpokenFrom(inbound?.id ?? null);
  const spoken = spokenFrom === undefined || inbound?.id === spokenFrom ? null : inbound;
  return { unreadKey, below: countBelow(conversation, seenKey), spoken };
}

function countBelow(conversation: Conversation, seenKey: string | null): number {
  let count = conversation.behind.size;
  if (seenKey === null || conversation.newer !== null) return count;
  for (let index = conversation.items.length - 1; index >= 0; index--) {
    const bubble = conversation.items[index] as Bubble;
    if (keyOf(bubble) === seenKey) return count;
    if (!bubble.fromMe) count += 1;
  }
  return conversation.behind.size;
}
