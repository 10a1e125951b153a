import { useEffect } from "react";
import { useText } from "../text";
import { MOST_COUNTED } from "./list/ListPane";
import { useChat, useCounts } from "./store/context";

/** The tab says how many chats are unread, and whose chat is open. */
export function usePageTitle(chatId: string | null): void {
  const { t, number } = useText();
  const name = useChat(chatId)?.name;
  const { unread } = useCounts();
  useEffect(() => {
    const place = name ?? t("inbox.title");
    const count = unread >= MOST_COUNTED ? `${number(MOST_COUNTED)}+` : number(unread);
    document.title = `${unread > 0 ? `(${count}) ` : ""}${place} · ${t("shell.product")}`;
  }, [name, unread, t, number]);
}
