import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useUi } from "../parts/ui";
import { useInbox } from "../store/context";
import type { Conversation } from "../store/conversation";

const LIT_MS = 2200;

/** Goes to the message asked for, fetching its surroundings when needed; returns the id that is lit up. */
export function useTarget(chatId: string, conversation: Conversation, goTo: (index: number) => void): string | null {
  const inbox = useInbox();
  const { target, landed } = useUi();
  const [lit, setLit] = useState<string | null>(null);
  const asked = useRef(0);
  const wanted = target?.chatId === chatId ? target : null;
  const isLoaded = conversation.older !== undefined;
  useLayoutEffect(() => {
    if (wanted === null || !isLoaded) return;
    const index = conversation.items.findIndex((each) => each.id === wanted.messageId);
    if (index >= 0) {
      landed();
      goTo(index);
      setLit(wanted.messageId);
    } else if (conversation.loading === null && asked.current !== wanted.nonce) {
      asked.current = wanted.nonce;
      void inbox.loader.around(chatId, wanted.messageId);
    }
  });
  useEffect(() => {
    if (lit === null) return;
    const timer = window.setTimeout(() => setLit(null), LIT_MS);
    return () => window.clearTimeout(timer);
  }, [lit]);
  return lit;
}
