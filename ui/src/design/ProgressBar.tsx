import { useText } from "../text";
import styles from "./ProgressBar.module.css";

/** How far something is, with its count; without a total it says how many are done. */
export function ProgressBar({ label, done, total }: { label: string; done: number; total: number | null }) {
  const text = useText();
  const count = total === null ? text.number(done) : text.t("progress.of", { done, total });
  return (
    <div className={styles.progress}>
      <div className={styles.words}>
        <span>{label}</span>
        <span>{count}</span>
      </div>
      <progress
        className={styles.bar}
        aria-label={label}
        max={total === null || total === 0 ? 1 : total}
        {...(total === null ? {} : { value: done })}
      />
    </div>
  );
}
