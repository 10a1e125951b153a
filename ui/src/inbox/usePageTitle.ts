import { useEffect } from "react";
import { useText } from "../text";
import { useChat, useCounts } from "./store/context";

/** The tab says how many chats are unread, and whose chat is open. */
export function usePageTitle(chatId: string | null): void {
  const { t, number } = useText();
  const name = useChat(chatId)?.name;
  const { unread } = useCounts();
  useEffect(() => {
    const place = name ?? t("inbox.title");
    document.title = `${unread > 0 ? `(${number(unread)}) ` : ""}${place} · ${t("shell.product")}`;
  }, [name, unread, t, number]);
}
