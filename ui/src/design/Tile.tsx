import type { ReactNode } from "react";
import { Link } from "wouter";
import { useText } from "../text";
import { cx } from "./cx";
import styles from "./Tile.module.css";
import type { Tone } from "./tone";

/** A number and what it counts; with `to`, it opens the rows behind it. */
export function Tile({
  label,
  value,
  note,
  to,
  tone,
}: {
  label: string;
  value: number | string;
  note?: ReactNode;
  to?: string;
  tone?: Tone;
}) {
  const text = useText();
  const inside = (
    <>
      <span className={styles.label}>{label}</span>
      <span className={cx(styles.value, tone !== undefined && styles[tone])}>
        {typeof value === "number" ? text.number(value) : value}
      </span>
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </>
  );
  return to === undefined ? (
    <div className={styles.tile}>{inside}</div>
  ) : (
    <Link href={to} className={cx(styles.tile, styles.opens)}>
      {inside}
    </Link>
  );
}

export function Tiles({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className={styles.tiles}>
      {children}
    </div>
  );
}

/** A card: heading, actions and content. */
export function Panel({
  title,
  actions,
  children,
  flush = false,
  id,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  id?: string;
}) {
  return (
    <section className={cx(styles.panel, flush && styles.flush)} aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <header className={styles.panelHead}>
          <h2 id={id}>{title}</h2>
          {actions !== undefined && <div className={styles.panelActions}>{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Facts as pairs of a word and a value. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {items.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
