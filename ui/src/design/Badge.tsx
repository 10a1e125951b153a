import type { ReactNode } from "react";
import styles from "./Badge.module.css";
import { cx } from "./cx";
import type { Tone } from "./tone";

/** A small word beside something, such as a count or a mark. */
export function Badge({ children, tone = "idle" }: { children: ReactNode; tone?: Tone }) {
  return <span className={cx(styles.badge, styles[tone])}>{children}</span>;
}

/** A state: its word, its colour and a dot whose shape differs by tone, so colour is never alone. */
export function StatusPill({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string | undefined }) {
  return (
    <span className={cx(styles.pill, styles[tone])} title={title}>
      <span className={cx(styles.dot, styles[`dot-${tone}`])} aria-hidden="true" />
      {children}
    </span>
  );
}
