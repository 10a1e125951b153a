import { useEffect } from "react";
import { useText } from "../text";
import { notify } from "./notify";
import { previewWords } from "./parts/kind";
import { useGo } from "./place";
import { isMuted } from "./store/chats";
import { useInbox } from "./store/context";

/** Opens the chat of the address, fills the page around it, and tells of messages while the page is hidden. */
export function useVisit(chatId: string | null): void {
  const inbox = useInbox();
  const text = useText();
  const { open } = useGo();
  useEffect(() => {
    inbox.enter(chatId);
    if (chatId !== null && !inbox.store.chats.has(chatId)) void inbox.loader.loadChat(chatId).catch(() => undefined);
  }, [inbox, chatId]);
  useEffect(() => {
    document.documentElement.dataset.fills = "yes";
    return () => {
      delete document.documentElement.dataset.fills;
    };
  }, []);
  useEffect(() => {
    inbox.store.onInbound = (message, chat) => {
      if (isMuted(chat, Date.now())) return;
      notify({
        title: chat.name,
        words: previewWords(text, message.kind, message.body),
        tag: chat.id,
        onOpen: () => open(chat.id),
      });
    };
    return () => {
      inbox.store.onInbound = () => undefined;
    };
  }, [inbox, text, open]);
}
