import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { ChatView } from "../api";
import { type MenuPlace, useUi } from "../parts/ui";
import type { Bubble } from "../store/conversation";
import type { Can } from "../team";

/** What the composer is about, beside a new message. */
export type About = { kind: "reply"; bubble: Bubble } | { kind: "edit"; bubble: Bubble } | null;

export interface Offered {
  files: readonly File[];
  /** Every one of them as a document, whatever it is. */
  asDocuments?: boolean;
}

export const NOTHING_OFFERED: Offered = { files: [] };

export interface ThreadPart {
  chat: ChatView;
  can: Can;
  about: About;
  setAbout: (about: About) => void;
  /** The message whose voice or sound is playing. */
  playing: string | null;
  setPlaying: (key: string | null) => void;
  /** Files that were chosen, pasted or dropped, before they are sent. */
  offered: Offered;
  offer: (offered: Offered) => void;
}

const ThreadContext = createContext<ThreadPart | null>(null);

export function ThreadProvider({ chat, can, children }: { chat: ChatView; can: Can; children: ReactNode }) {
  const [about, setAbout] = useState<About>(null);
  const [playing, setPlaying] = useState<string | null>(null);
  const [offered, offer] = useState(NOTHING_OFFERED);
  const thread = useMemo<ThreadPart>(
    () => ({ chat, can, about, setAbout, playing, setPlaying, offered, offer }),
    [chat, can, about, playing, offered],
  );
  return <ThreadContext value={thread}>{children}</ThreadContext>;
}

export function useThread(): ThreadPart {
  const thread = useContext(ThreadContext);
  if (thread === null) throw new Error("useThread outside of ThreadProvider");
  return thread;
}

/** Opens the menu of a message that the server has. */
export function useOpenMessageMenu(): (bubble: Bubble, at: MenuPlace) => void {
  const thread = useThread();
  const { openMenu } = useUi();
  return (bubble, at) => {
    if (bubble.local === undefined && bubble.kind !== "system") openMenu({ kind: "message", bubble, thread, at });
  };
}
