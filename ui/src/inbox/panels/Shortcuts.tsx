import { Dialog } from "../../design";
import { useText } from "../../text";
import styles from "./Shortcuts.module.css";

const KEYS = [
  ["Enter", "inbox.key.send"],
  ["Shift Enter", "inbox.key.line"],
  ["↑", "inbox.key.editLast"],
  ["/", "inbox.key.search"],
  ["Ctrl K", "shell.palette"],
  ["Ctrl Shift F", "inbox.key.messages"],
  ["Alt ↓", "inbox.key.next"],
  ["Alt ↑", "inbox.key.previous"],
  ["Esc", "inbox.key.close"],
  ["↑ ↓", "inbox.key.walk"],
  ["End", "inbox.key.newest"],
  ["Enter", "inbox.key.menuOfMessage"],
  ["Shift F10", "inbox.key.menu"],
  ["?", "inbox.key.sheet"],
] as const;

/** The keys of the inbox. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  return (
    <Dialog open onClose={onClose} title={t("inbox.keys")}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, words]) => (
          <div key={words + keys} className={styles.line}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{t("inbox.key.slash")}</p>
    </Dialog>
  );
}
