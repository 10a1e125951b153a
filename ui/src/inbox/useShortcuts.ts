import { type RefObject, useEffect } from "react";
import { useUi } from "./parts/ui";
import { useGo } from "./place";
import { useInbox } from "./store/context";

interface Places {
  search: RefObject<HTMLInputElement | null>;
  chatId: string | null;
  close: () => void;
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

/** The keys of the whole screen; the sheet behind `?` lists them. */
export function useShortcuts({ search, chatId, close }: Places): void {
  const inbox = useInbox();
  const { open } = useGo();
  const { overlay, show, side, openSide, finding, find, menu } = useUi();
  useEffect(() => {
    const step = (by: number) => {
      const next = inbox.neighbour(chatId, by);
      if (next !== null) open(next);
    };
    const closeTop = () => {
      if (side !== null) openSide(null);
      else if (finding !== null) find(null);
      else if (chatId !== null) close();
      else return false;
      return true;
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || overlay !== null || menu !== null) return;
      const isWord = !isWriting(event.target);
      const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
      let isDone = true;
      if (event.altKey && event.key === "ArrowDown") step(1);
      else if (event.altKey && event.key === "ArrowUp") step(-1);
      else if (isCommand && event.shiftKey && event.key.toLowerCase() === "f") find("");
      else if (isWord && !isCommand && event.key === "/") search.current?.focus();
      else if (isWord && !isCommand && event.key === "?") show({ kind: "shortcuts" });
      else if (event.key === "Escape") isDone = closeTop();
      else isDone = false;
      if (isDone) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [inbox, search, chatId, close, open, overlay, show, side, openSide, finding, find, menu]);
}
