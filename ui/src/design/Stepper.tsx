import { Check } from "lucide-react";
import { useT } from "../text";
import { cx } from "./cx";
import styles from "./Stepper.module.css";

export interface Step {
  id: string;
  label: string;
}

/** Where one is in a wizard; earlier steps can be gone back to. */
export function Stepper({
  label,
  steps,
  current,
  onGo,
}: {
  label: string;
  steps: readonly Step[];
  current: string;
  onGo?: (id: string) => void;
}) {
  const t = useT();
  const at = steps.findIndex((step) => step.id === current);
  return (
    <nav aria-label={label} className={styles.stepper}>
      <ol className={styles.list}>
        {steps.map((step, index) => {
          const done = index < at;
          const inside = (
            <>
              <span className={styles.mark}>{done ? <Check size={14} aria-hidden="true" /> : index + 1}</span>
              <span className={styles.word}>{step.label}</span>
              {done && <span className="srOnly">{t("stepper.done")}</span>}
            </>
          );
          return (
            <li
              key={step.id}
              className={cx(styles.step, done && styles.done, index === at && styles.current)}
              aria-current={index === at ? "step" : undefined}
            >
              {onGo !== undefined && index !== at ? (
                <button type="button" className={styles.go} onClick={() => onGo(step.id)}>
                  {inside}
                </button>
              ) : (
                <span className={styles.go}>{inside}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
