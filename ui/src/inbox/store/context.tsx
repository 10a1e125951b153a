import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useMe } from "../../shell";
import { useTimes } from "../../time";
import type { ChatView } from "../api";
import type { Lens } from "./chats";
import { lensKey } from "./chats";
import type { Bubble, Conversation } from "./conversation";
import { makeDays } from "./days";
import { Inbox } from "./inbox";
import type { ListState, Typing } from "./store";

const InboxContext = createContext<Inbox | null>(null);

/** One inbox for as long as its screen is open. */
export function InboxProvider({ children }: { children: ReactNode }) {
  const userId = useMe().user.id;
  const [inbox, setInbox] = useState<Inbox | null>(null);
  useEffect(() => {
    const opened = new Inbox(userId);
    opened.start();
    setInbox(opened);
    return () => {
      opened.stop();
      setInbox(null);
    };
  }, [userId]);
  return inbox === null ? null : <InboxContext value={inbox}>{children}</InboxContext>;
}

export function useInbox(): Inbox {
  const inbox = useContext(InboxContext);
  if (inbox === null) throw new Error("useInbox outside of InboxProvider");
  return inbox;
}

/** A value of the store, read again when one of the names is touched. */
function useStored<Value>(name: string, read: (inbox: Inbox) => Value): Value {
  const inbox = useInbox();
  const subscribe = useCallback((changed: () => void) => inbox.store.signals.subscribe(name, changed), [inbox, name]);
  return useSyncExternalStore(subscribe, () => read(inbox));
}

export function useChat(chatId: string | null): ChatView | undefined {
  return useStored(`chat:${chatId}`, (inbox) => (chatId === null ? undefined : inbox.store.chats.get(chatId)));
}

/** The last message of a chat that has not reached the server yet. */
export function useOnItsWay(chatId: string): Bubble | undefined {
  return useStored(`chat:${chatId}`, (inbox) => inbox.store.lastOnItsWay(chatId));
}

export function useConversation(chatId: string): Conversation | undefined {
  return useStored(`conversation:${chatId}`, (inbox) => inbox.store.conversation(chatId));
}

export function useTyping(chatId: string): Typing | undefined {
  return useStored(`typing:${chatId}`, (inbox) => inbox.store.typingIn(chatId));
}

export function useDraft(chatId: string): string {
  return useStored(`draft:${chatId}`, (inbox) => inbox.drafts.read(chatId));
}

export function useCounts() {
  return useStored("counts", (inbox) => inbox.store.counts);
}

export function useList(lens: Lens): ListState {
  return useStored("chats", (inbox) => inbox.store.list(lens));
}

/** The ids of a list's rows; the same array as long as they are the same rows in the same order. */
export function useRows(lens: Lens): readonly string[] {
  const kept = useRef<{ key: string; rows: readonly string[] }>({ key: "", rows: [] });
  return useStored("chats", (inbox) => {
    const rows = inbox.store.rows(lens);
    const key = lensKey(lens);
    const before = kept.current;
    const isSame =
      before.key === key && before.rows.length === rows.length && rows.every((id, index) => id === before.rows[index]);
    if (!isSame) kept.current = { key, rows };
    return kept.current.rows;
  });
}

/** The calendar day of an instant in the workspace's zone. */
export function useDays(): (instant: string) => number {
  const { zone } = useTimes();
  return useMemo(() => makeDays(zone), [zone]);
}
