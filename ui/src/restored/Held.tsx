import type { ReactNode } from "react";
import { Link } from "wouter";
import { Badge, Button, ErrorState, Panel, Skeleton } from "../design";
import { useText } from "../text";
import styles from "./Held.module.css";

interface HeldList<Row> {
  rows: readonly Row[];
  isLoading: boolean;
  error: unknown;
  retry: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

/** One kind of thing that waits: how many, what may be done about them, and each of them. */
export function Held<Row extends { id: string }>(props: {
  id: string;
  title: string;
  count: number;
  hint: string;
  none: string;
  list: HeldList<Row>;
  row: (row: Row) => ReactNode;
  actions?: ReactNode;
}) {
  const { id, list } = props;
  const { t, number } = useText();
  const heading = (
    <>
      {props.title} <Badge>{number(props.count)}</Badge>
    </>
  );
  return (
    <Panel flush id={id} title={heading} actions={props.actions}>
      {list.isLoading ? (
        <Skeleton lines={3} />
      ) : list.error !== null && list.rows.length === 0 ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : list.rows.length === 0 ? (
        <p className={styles.none}>{props.none}</p>
      ) : (
        <>
          <p className={styles.hint}>{props.hint}</p>
          <ul className={styles.list} aria-labelledby={id}>
            {list.rows.map((row) => (
              <li key={row.id} className={styles.row}>
                {props.row(row)}
              </li>
            ))}
          </ul>
          {list.hasMore && (
            <div className={styles.more}>
              <Button look="quiet" size="small" busy={list.isLoadingMore} onClick={list.loadMore}>
                {t("restored.more")}
              </Button>
            </div>
          )}
        </>
      )}
    </Panel>
  );
}

/** Leads to the thing itself; `of` tells a screen reader which. */
export function Open({ href, label, of }: { href: string; label: string; of: string }) {
  return (
    <Link href={href} className={styles.open} aria-label={`${label}: ${of}`}>
      {label}
    </Link>
  );
}
