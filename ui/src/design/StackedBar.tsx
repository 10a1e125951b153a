import { BarChart3, Table2 } from "lucide-react";
import { useState } from "react";
import { useText } from "../text";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./StackedBar.module.css";
import { Table } from "./Table";
import type { Tone } from "./tone";

export interface Segment {
  id: string;
  label: string;
  value: number;
  /** `off` is what is out of the race, such as people left out. */
  tone: Tone | "off";
  /** Opens the rows behind the number. */
  onOpen?: () => void;
}

/** Parts of a whole that add up, each named with its number; the same as a table at a button. */
export function StackedBar({
  label,
  segments,
  slim = false,
  asTable = true,
}: {
  label: string;
  segments: readonly Segment[];
  slim?: boolean;
  asTable?: boolean;
}) {
  const text = useText();
  const [table, setTable] = useState(false);
  const total = segments.reduce((sum, segment) => sum + segment.value, 0);
  const share = (value: number) => (total === 0 ? 0 : value / total);
  const summary = segments.map((segment) => `${segment.label} ${text.number(segment.value)}`).join(", ");
  const bar = (
    <div className={cx(styles.bar, slim && styles.slim)} role="img" aria-label={`${label}: ${summary}`}>
      {segments.map((segment) =>
        segment.value === 0 ? null : (
          <span
            key={segment.id}
            className={cx(styles.part, styles[segment.tone])}
            style={{ flexGrow: Math.max(share(segment.value), 0.004) }}
            title={`${segment.label}: ${text.number(segment.value)} (${text.percent(share(segment.value))})`}
          />
        ),
      )}
    </div>
  );
  if (slim) return bar;
  return (
    <div className={styles.figure}>
      {table ? (
        <Table
          label={label}
          rows={[...segments, { id: "total", label: text.t("chart.total"), value: total, tone: "idle" as const }]}
          rowKey={(segment) => segment.id}
          columns={[
            { id: "label", header: label, rowHeader: true, cell: (segment) => segment.label },
            { id: "value", header: text.t("chart.count"), align: "end", cell: (segment) => text.number(segment.value) },
            {
              id: "share",
              header: text.t("chart.share"),
              align: "end",
              cell: (segment) => text.percent(share(segment.value)),
            },
          ]}
        />
      ) : (
        <>
          {bar}
          <ul className={styles.legend}>
            {segments.map((segment) => (
              <li key={segment.id}>
                {segment.onOpen === undefined ? (
                  <span className={styles.entry}>
                    <Entry segment={segment} />
                  </span>
                ) : (
                  <button type="button" className={cx(styles.entry, styles.opens)} onClick={segment.onOpen}>
                    <Entry segment={segment} />
                  </button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {asTable && (
        <Button
          look="quiet"
          size="small"
          className={styles.toggle}
          icon={table ? <BarChart3 size={15} /> : <Table2 size={15} />}
          onClick={() => setTable(!table)}
        >
          {table ? text.t("chart.asChart") : text.t("chart.asTable")}
        </Button>
      )}
    </div>
  );
}

function Entry({ segment }: { segment: Segment }) {
  const text = useText();
  return (
    <>
      <span className={cx(styles.swatch, styles[segment.tone])} aria-hidden="true" />
      <span className={styles.word}>{segment.label}</span>
      <strong>{text.number(segment.value)}</strong>
    </>
  );
}
