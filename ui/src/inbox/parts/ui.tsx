import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from "react";
import type { Bubble } from "../store/conversation";
import type { ThreadPart } from "../thread/context";

/** Where a menu opens, and what gets the focus back when it closes. */
export interface MenuPlace {
  x: number;
  y: number;
  back: HTMLElement | null;
}

/** A menu by what it is about; its code is fetched when it opens. */
export type MenuAbout =
  | { kind: "chat"; chatId: string }
  | { kind: "message"; bubble: Bubble; thread: ThreadPart }
  | { kind: "attach"; thread: ThreadPart }
  | { kind: "more" };

export type OpenMenu = MenuAbout & { at: MenuPlace };

/** What may cover the two panes. */
export type Overlay =
  | { kind: "newChat"; phone: string }
  | { kind: "narrow"; by: "device" | "label" }
  | { kind: "labels" }
  | { kind: "replies" }
  | { kind: "shortcuts" }
  | { kind: "viewer"; chatId: string; messageId: string }
  | { kind: "delete"; messageId: string; chatId: string }
  | { kind: "react"; messageId: string; chatId: string };

/** What stands beside the chat. */
export type Side = "details" | "gallery" | "search";

interface Ui {
  overlay: Overlay | null;
  show: (overlay: Overlay | null) => void;
  menu: OpenMenu | null;
  openMenu: (menu: OpenMenu | null) => void;
  side: Side | null;
  openSide: (side: Side | null) => void;
  /** The search over all messages, in the place of the list; its words, or null. */
  finding: string | null;
  find: (words: string | null) => void;
  /** The message to go to and to light up. */
  target: { chatId: string; messageId: string; nonce: number } | null;
  jumpTo: (chatId: string, messageId: string) => void;
  /** The target was reached. */
  landed: () => void;
}

const UiContext = createContext<Ui | null>(null);

/** Menus, dialogs and panels of the inbox: at most one of each. */
export function UiProvider({ children }: { children: ReactNode }) {
  const [overlay, show] = useState<Overlay | null>(null);
  const [menu, openMenu] = useState<OpenMenu | null>(null);
  const [side, openSide] = useState<Side | null>(null);
  const [finding, find] = useState<string | null>(null);
  const [target, setTarget] = useState<Ui["target"]>(null);
  const jumps = useRef(0);
  const ui = useMemo<Ui>(
    () => ({
      overlay,
      show,
      menu,
      openMenu,
      side,
      openSide,
      finding,
      find,
      target,
      jumpTo: (chatId, messageId) => {
        jumps.current += 1;
        setTarget({ chatId, messageId, nonce: jumps.current });
      },
      landed: () => setTarget(null),
    }),
    [overlay, menu, side, finding, target],
  );
  return <UiContext value={ui}>{children}</UiContext>;
}

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (ui === null) throw new Error("useUi outside of UiProvider");
  return ui;
}

/** The place of a menu that hangs under its button. */
export function under(button: HTMLElement): MenuPlace {
  const box = button.getBoundingClientRect();
  return { x: box.left, y: box.bottom, back: button };
}
