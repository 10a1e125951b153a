import { type KeyboardEvent, useState } from "react";
import type { CampaignView, CourseView } from "../api.gen";
import { Button, cx, ErrorState, Panel, Skeleton, Table } from "../design";
import { useText } from "../text";
import { useTimes } from "../time";
import styles from "./Course.module.css";
import { useCourse } from "./queries";

const KINDS = ["sent", "delivered", "read", "replied", "failed"] as const;
type Kind = (typeof KINDS)[number];
type Moment = CourseView["moments"][number];

const WIDTH = 720;
const HEIGHT = 220;
const EDGE = { left: 34, right: 90, top: 12, bottom: 24 };

/** What happened when: lines named where they end, the figures of a moment beneath, all of it as a table at a button. */
export default function Course({ campaign }: { campaign: CampaignView }) {
  const { t } = useText();
  const course = useCourse(campaign.id);
  const [asTable, setTable] = useState(false);
  if (course.isPending) return <Skeleton lines={4} />;
  if (course.isError) return <ErrorState error={course.error} retry={() => void course.refetch()} />;
  const { moments, step } = course.data;
  return (
    <Panel title={t("campaigns.course")} id="campaign-course">
      {moments.length === 0 ? (
        <p>{t("campaigns.course.none")}</p>
      ) : (
        <>
          <div className={styles.head}>
            <span>{t(step === "day" ? "campaigns.course.day" : "campaigns.course.hour")}</span>
            <Button look="quiet" size="small" onClick={() => setTable(!asTable)}>
              {t(asTable ? "chart.asChart" : "chart.asTable")}
            </Button>
          </div>
          {asTable ? <Figures moments={moments} /> : <Lines moments={moments} step={step} />}
        </>
      )}
    </Panel>
  );
}

function useNames(): Record<Kind, string> {
  const { t } = useText();
  return {
    sent: t("campaigns.funnel.sent"),
    delivered: t("campaigns.funnel.delivered"),
    read: t("campaigns.funnel.read"),
    replied: t("campaigns.funnel.replied"),
    failed: t("campaigns.course.failed"),
  };
}

function Figures({ moments }: { moments: readonly Moment[] }) {
  const text = useText();
  const times = useTimes();
  const names = useNames();
  return (
    <Table
      label={text.t("campaigns.course")}
      rows={moments}
      rowKey={(moment) => moment.at}
      columns={[
        {
          id: "at",
          header: text.t("campaigns.course.when"),
          rowHeader: true,
          cell: (moment: Moment) => times.full(moment.at),
        },
        ...KINDS.map((kind) => ({
          id: kind,
          header: names[kind],
          align: "end" as const,
          cell: (moment: Moment) => text.number(moment[kind]),
        })),
      ]}
    />
  );
}

const HOUR_MS = 3_600_000;
const NONE = { sent: 0, delivered: 0, read: 0, replied: 0, failed: 0 };

/** The moments without gaps: an hour in which nothing happened is a zero, not a straight line over it. */
function filled(moments: readonly Moment[], step: string): Moment[] {
  const length = step === "day" ? 24 * HOUR_MS : HOUR_MS;
  const full: Moment[] = [];
  for (const moment of moments) {
    let last = full.at(-1);
    // A day that is longer or shorter than others, when the clocks change, leaves no room for one more.
    while (last !== undefined && Date.parse(moment.at) - Date.parse(last.at) > 1.5 * length) {
      last = { ...NONE, at: new Date(Date.parse(last.at) + length).toISOString() };
      full.push(last);
    }
    full.push(moment);
  }
  return full;
}

function Lines({ moments: known, step }: { moments: readonly Moment[]; step: string }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const names = useNames();
  const moments = filled(known, step);
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? moments.length - 1, moments.length - 1);
  const most = Math.max(1, ...moments.flatMap((moment) => KINDS.map((kind) => moment[kind])));
  const x = (index: number) =>
    EDGE.left + (moments.length === 1 ? 0 : (index / (moments.length - 1)) * (WIDTH - EDGE.left - EDGE.right));
  const y = (value: number) => HEIGHT - EDGE.bottom - (value / most) * (HEIGHT - EDGE.top - EDGE.bottom);
  const shown = KINDS.filter((kind) => moments.some((moment) => moment[kind] > 0));
  const figuresOf = (moment: Moment) => shown.map((kind) => `${names[kind]} ${text.number(moment[kind])}`).join(", ");
  const chosenMoment = moments[at];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -moments.length, End: moments.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setChosen(Math.max(0, Math.min(moments.length - 1, at + step)));
  };
  if (chosenMoment === undefined) return null;
  const words = t("campaigns.course.at", { time: times.full(chosenMoment.at), figures: figuresOf(chosenMoment) });
  return (
    <>
      <div
        className={styles.chart}
        role="slider"
        tabIndex={0}
        aria-label={t("campaigns.course.scroll")}
        aria-valuemin={1}
        aria-valuemax={moments.length}
        aria-valuenow={at + 1}
        aria-valuetext={words}
        onKeyDown={move}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
          <line className={styles.axis} x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(0)} y2={y(0)} />
          <text className={styles.scale} x={EDGE.left - 6} y={y(most) + 4} textAnchor="end">
            {text.number(most)}
          </text>
          <text className={styles.scale} x={EDGE.left - 6} y={y(0) + 4} textAnchor="end">
            {text.number(0)}
          </text>
          <line className={styles.cursor} x1={x(at)} x2={x(at)} y1={EDGE.top} y2={y(0)} />
          {shown.map((kind) => (
            <g key={kind} className={cx(styles.line, styles[kind])}>
              <polyline points={moments.map((moment, index) => `${x(index)},${y(moment[kind])}`).join(" ")} />
              <circle cx={x(at)} cy={y(chosenMoment[kind])} r="4" />
            </g>
          ))}
          {labels(shown, moments, y).map(({ kind, top }) => (
            <text key={kind} className={cx(styles.label, styles[kind])} x={WIDTH - EDGE.right + 8} y={top + 4}>
              {names[kind]}
            </text>
          ))}
          {moments.map((moment, index) => (
            <rect
              key={moment.at}
              className={styles.touch}
              x={x(index) - 8}
              y={0}
              width={16}
              height={HEIGHT}
              onPointerEnter={() => setChosen(index)}
              onPointerDown={() => setChosen(index)}
            />
          ))}
        </svg>
      </div>
      <p className={styles.words}>{words}</p>
    </>
  );
}

const LINE_APART = 16;

/** Names beside the ends of their lines, pushed apart where they would cover each other. */
function labels(kinds: readonly Kind[], moments: readonly Moment[], y: (value: number) => number) {
  const last = moments.at(-1);
  const placed = kinds.map((kind) => ({ kind, top: y(last?.[kind] ?? 0) })).sort((one, other) => other.top - one.top);
  let above = Number.POSITIVE_INFINITY;
  for (const label of placed) {
    label.top = Math.min(label.top, above - LINE_APART);
    above = label.top;
  }
  return placed;
}
