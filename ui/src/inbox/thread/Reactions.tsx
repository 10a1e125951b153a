import { useText } from "../../text";
import type { Bubble } from "../store/conversation";
import { useThread } from "./context";
import styles from "./Reactions.module.css";
import { useMessageActions } from "./useMessageActions";

/** The reactions to a message, counted; pressing one gives or takes back one's own. */
export function Reactions({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { can, chat } = useThread();
  const { react } = useMessageActions();
  const counts = new Map<string, { count: number; isOwn: boolean; names: string[] }>();
  for (const { emoji, fromMe, senderName } of bubble.reactions) {
    const known = counts.get(emoji) ?? { count: 0, isOwn: false, names: [] };
    known.count += 1;
    known.isOwn ||= fromMe;
    known.names.push(fromMe ? text.t("inbox.you") : senderName || chat.name);
    counts.set(emoji, known);
  }
  return (
    <ul className={styles.reactions} aria-label={text.t("inbox.reactions")}>
      {[...counts].map(([emoji, { count, isOwn, names }]) => (
        <li key={emoji}>
          <button
            type="button"
            className={styles.reaction}
            aria-pressed={isOwn}
            disabled={!can.reply}
            title={text.list(names)}
            onClick={() => react(bubble, isOwn ? "" : emoji)}
          >
            {emoji}
            {count > 1 && <span className={styles.count}>{text.number(count)}</span>}
            <span className="srOnly">{text.list(names)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
