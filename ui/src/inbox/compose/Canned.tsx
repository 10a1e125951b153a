import { useEffect, useId, useState } from "react";
import { cx } from "../../design";
import { useT } from "../../text";
import type { CannedReply } from "../api";
import { folded } from "../store/chats";
import { useCannedReplies } from "../team";
import styles from "./Canned.module.css";

const MOST = 8;

interface CannedState {
  id: string;
  replies: readonly CannedReply[];
  active: number;
  pick: (reply: CannedReply) => void;
  /** Whether the key was for the list. */
  onKey: (key: string) => boolean;
  wires: { "aria-controls"?: string; "aria-activedescendant"?: string };
}

/** The team's ready answers, offered while what is written is `/` and the beginning of a name. */
export function useCanned(words: string, onPick: (body: string) => void): CannedState {
  const id = useId();
  const [active, setActive] = useState(0);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const isAsked = /^\/\S*$/.test(words) && closedFor !== words;
  const all = useCannedReplies(isAsked);
  const wanted = folded(words.slice(1));
  const replies = isAsked
    ? all
        .filter((each) => folded(`${each.shortcut} ${each.body}`).includes(wanted))
        .sort((one, other) => rank(one, wanted) - rank(other, wanted))
        .slice(0, MOST)
    : [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words begin at the first answer again
  useEffect(() => setActive(0), [words]);
  const pick = (reply: CannedReply) => onPick(reply.body);
  const onKey = (key: string) => {
    if (replies.length === 0) return false;
    const chosen = replies[active];
    if (key === "ArrowDown") setActive((active + 1) % replies.length);
    else if (key === "ArrowUp") setActive((active + replies.length - 1) % replies.length);
    else if ((key === "Enter" || key === "Tab") && chosen !== undefined) pick(chosen);
    else if (key === "Escape") setClosedFor(words);
    else return false;
    return true;
  };
  const isOpen = replies.length > 0;
  return {
    id,
    replies,
    active,
    pick,
    onKey,
    wires: isOpen ? { "aria-controls": id, "aria-activedescendant": `${id}-${active}` } : {},
  };
}

/** Names that begin so come before words inside the answers. */
function rank(reply: CannedReply, wanted: string): number {
  const at = folded(reply.shortcut).indexOf(wanted);
  return at === -1 ? 2 : Math.min(at, 1);
}

export function Canned({ canned }: { canned: CannedState }) {
  const t = useT();
  if (canned.replies.length === 0) return null;
  return (
    <div id={canned.id} role="listbox" aria-label={t("inbox.replies")} className={styles.list}>
      {canned.replies.map((reply, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box of the composer handles the keys
        <div
          key={reply.id}
          id={`${canned.id}-${index}`}
          role="option"
          aria-selected={index === canned.active}
          className={cx(styles.reply, index === canned.active && styles.active)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => canned.pick(reply)}
        >
          <bdi className={styles.name}>/{reply.shortcut}</bdi>
          <bdi className={styles.body}>{reply.body}</bdi>
        </div>
      ))}
    </div>
  );
}
