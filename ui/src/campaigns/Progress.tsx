import { lazy, type ReactNode, Suspense } from "react";
import type { CampaignView, Report } from "../api.gen";
import { Notice, Panel, Skeleton, StackedBar, Table, Tile, Tiles } from "../design";

import { useMe } from "../shell";
import { useText } from "../text";
import { useNow, useTimes, When } from "../time";
import styles from "./CampaignPage.module.css";
import { groupSegments } from "./figures";
import { type Lane, Lanes, type Open } from "./Lanes";
import { codeWords, GROUP_FILTER, holdWords, OutboxStatePill } from "./words";

const Course = lazy(() => import("./Course"));

const OPEN: ReadonlySet<string> = new Set(["running", "paused"]);
const DELIVERED = ["delivered", "read", "played"] as const;
const READ = ["read", "played"] as const;
/** States that did not reach anybody, and so need a reason. */
const UNHAPPY: ReadonlySet<string> = new Set([
  "failed",
  "unknown",
  "unknown_final",
  "excluded",
  "suppressed",
  "cancelled",
  "expired",
]);

/** The campaign in figures while it runs and afterwards. */
export function Progress({
  report,
  campaign,
  onOpen,
  retry,
}: {
  report: Report;
  campaign: CampaignView;
  onOpen: Open;
  /** The button that sends refusals once more, where that is possible. */
  retry: ReactNode;
}) {
  const text = useText();
  const { t } = text;
  return (
    <div className={styles.views}>
      <Panel title={t("campaigns.progress", { count: report.recipients })} id="campaign-progress">
        <StackedBar
          label={t("campaigns.recipients")}
          segments={groupSegments(text, report.groups, (group) => onOpen({ state: GROUP_FILTER[group] }))}
        />
        <Finish report={report} campaign={campaign} />
      </Panel>
      <Funnel report={report} />
      <Suspense fallback={<Skeleton lines={4} />}>
        <Course campaign={campaign} />
      </Suspense>
      <Holds report={report} />
      <Reasons report={report} onOpen={onOpen} retry={retry} />
      <Lanes report={report} onOpen={onOpen} />
      <Log report={report} />
    </div>
  );
}

/** When it will be over, against what was said at launch. */
function Finish({ report, campaign }: { report: Report; campaign: CampaignView }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const now = useNow(15_000);
  const { workspace } = useMe();
  const lines: string[] = [];
  const forecast =
    campaign.launchedAt === null || report.finishEstimateS === null
      ? null
      : new Date(Date.parse(campaign.launchedAt) + report.finishEstimateS * 1000).toISOString();
  if (forecast !== null && report.finishEstimateS !== null)
    lines.push(
      t("campaigns.finish.forecast", {
        duration: times.about(report.finishEstimateS),
        time: times.full(forecast, now),
      }),
    );
  if (campaign.finishedAt !== null && campaign.launchedAt !== null) {
    const took = (Date.parse(campaign.finishedAt) - Date.parse(campaign.launchedAt)) / 1000;
    lines.push(
      t("campaigns.finish.took", { duration: times.duration(took), time: times.full(campaign.finishedAt, now) }),
    );
  } else if (campaign.state === "running" && report.groups.waiting > 0) {
    const gap = ((campaign.gapMinS ?? workspace.gapMinS) + (campaign.gapMaxS ?? workspace.gapMaxS)) / 2;
    const rest = Math.max(...report.perDevice.map((lane) => restOf(lane, now, gap, workspace)));
    const at = new Date(now.getTime() + rest * 1000).toISOString();
    lines.push(t("campaigns.finish.rest", { duration: times.about(rest), time: times.full(at, now) }));
  }
  if (lines.length === 0) return null;
  return (
    <ul className={styles.finish}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** Seconds until a device has sent what waits, by its pause and its limits; quiet hours come on top. */
function restOf(
  lane: Lane,
  now: Date,
  gap: number,
  caps: { hourlyCap: number | null; dailyCap: number | null },
): number {
  const { waiting } = lane.groups;
  if (waiting === 0) return 0;
  const held = lane.holdUntil === null ? 0 : Math.max(0, (Date.parse(lane.holdUntil) - now.getTime()) / 1000);
  const windows = (cap: number | null, seconds: number) =>
    cap === null ? 0 : Math.floor((waiting - 1) / cap) * seconds;
  return held + Math.max(waiting * gap, windows(caps.hourlyCap, 3600), windows(caps.dailyCap, 86_400));
}

function countOf(report: Report, states: readonly string[]): number {
  return states.reduce((sum, state) => sum + (report.states[state] ?? 0), 0);
}

/** From sent to answered; each figure with its share of what was sent. */
function Funnel({ report }: { report: Report }) {
  const text = useText();
  const { t } = text;
  const { sent } = report.groups;
  if (sent === 0) return null;
  const share = (value: number) => t("campaigns.funnel.share", { share: text.percent(value / sent) });
  const base = `/campaigns/${report.campaign.id}?view=recipients&state=`;
  const delivered = countOf(report, DELIVERED);
  const read = countOf(report, READ);
  return (
    <Tiles label={t("campaigns.funnel")}>
      <Tile label={t("campaigns.funnel.sent")} value={sent} to={`${base}sent`} />
      <Tile label={t("campaigns.funnel.delivered")} value={delivered} note={share(delivered)} />
      <Tile label={t("campaigns.funnel.read")} value={read} note={share(read)} to={`${base}read`} />
      <Tile label={t("campaigns.funnel.replied")} value={report.replied} note={share(report.replied)} tone="good" />
      <Tile
        label={t("campaigns.funnel.optedOut")}
        value={report.optedOut}
        note={share(report.optedOut)}
        {...(report.optedOut > 0 ? { tone: "wait" as const } : {})}
      />
    </Tiles>
  );
}

const OFFLINE = "offline";

interface Held {
  reason: string;
  people: number;
  devices: number;
  until: string | null;
}

/** Devices that cannot send just now, by reason; the short pause between two messages is not worth a line. */
function heldDevices(report: Report): Held[] {
  const found = new Map<string, Held>();
  for (const lane of report.perDevice) {
    const reason = lane.state !== "online" ? OFFLINE : lane.hold;
    if (lane.groups.waiting === 0 || lane.deviceId === null || reason === null || reason === "gap") continue;
    const held = found.get(reason) ?? { reason, people: 0, devices: 0, until: null };
    held.people += lane.groups.waiting;
    held.devices += 1;
    if (reason !== OFFLINE && lane.holdUntil !== null && (held.until === null || lane.holdUntil < held.until))
      held.until = lane.holdUntil;
    found.set(reason, held);
  }
  return [...found.values()].sort((one, other) => other.people - one.people);
}

/** Why messages wait, in words, with how many and until when. */
function Holds({ report }: { report: Report }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const devices = report.campaign.state === "running" ? heldDevices(report) : [];
  if (report.holds.length === 0 && devices.length === 0) return null;
  return (
    <Panel title={t("campaigns.holds")} id="campaign-holds">
      <ul className={styles.reasons}>
        {devices.map((held) => (
          <li key={held.reason}>
            <strong>{text.number(held.people)}</strong>
            <span>
              {held.reason === OFFLINE ? t("campaigns.lane.offline") : holdWords(text, held.reason)}
              <span className={styles.faint}>
                {" · "}
                {t("campaigns.holds.devices", { count: held.devices })}
                {held.until !== null && `, ${t("campaigns.holds.from", { time: times.full(held.until) })}`}
              </span>
            </span>
          </li>
        ))}
        {report.holds.map((hold) => (
          <li key={hold.reason}>
            <strong>{text.number(hold.count)}</strong>
            <span>
              {holdWords(text, hold.reason)}
              {hold.until !== null && (
                <span className={styles.faint}> · {t("campaigns.holds.from", { time: times.full(hold.until) })}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Reasons({ report, onOpen, retry }: { report: Report; onOpen: Open; retry: ReactNode }) {
  const text = useText();
  const { t } = text;
  const reasons = report.codes
    .filter((line) => UNHAPPY.has(line.state) && line.count > 0)
    .sort((one, other) => other.count - one.count);
  if (reasons.length === 0) return null;
  return (
    <Panel title={t("campaigns.reasons")} id="campaign-reasons">
      <Table
        label={t("campaigns.reasons")}
        rows={reasons}
        rowKey={(line) => `${line.state}-${line.code}`}
        columns={[
          {
            id: "code",
            header: t("campaigns.reasons.reason"),
            rowHeader: true,
            cell: (line) => (line.code === null ? "–" : codeWords(text, line.code)),
          },
          {
            id: "state",
            header: t("campaigns.reasons.state"),
            cell: (line) => <OutboxStatePill state={line.state} />,
          },
          {
            id: "count",
            header: t("campaigns.reasons.people"),
            align: "end",
            cell: (line) => (
              <button
                type="button"
                className={styles.number}
                aria-label={t("campaigns.reasons.open", { count: line.count })}
                onClick={() => onOpen({ state: line.state, ...(line.code === null ? {} : { code: line.code }) })}
              >
                {text.number(line.count)}
              </button>
            ),
          },
        ]}
      />
      {retry}
    </Panel>
  );
}

/** The newest events, as they happen. */
function Log({ report }: { report: Report }) {
  const text = useText();
  const { t } = text;
  return (
    <Panel title={t(OPEN.has(report.campaign.state) ? "campaigns.log" : "campaigns.log.past")} id="campaign-log">
      {report.log.length === 0 ? (
        <Notice tone="idle">{t("campaigns.log.empty")}</Notice>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <section className={styles.logBox} tabIndex={0} aria-labelledby="campaign-log">
          <ol className={styles.log}>
            {report.log.map((line) => (
              <li key={`${line.recipientId}-${line.state}-${line.at}`}>
                <LogTime at={line.at} />
                <bdi className={styles.logName}>{line.leadName || t("leads.noName")}</bdi>
                <OutboxStatePill state={line.state} />
                <span className={styles.faint}>
                  <bdi>{line.deviceName}</bdi>
                  {line.code !== null && ` · ${codeWords(text, line.code)}`}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </Panel>
  );
}

function LogTime({ at }: { at: string }) {
  const times = useTimes();
  return times.day(at) === null ? (
    <time dateTime={at} className={styles.faint}>
      {times.clockSeconds(at)}
    </time>
  ) : (
    <span className={styles.faint}>
      <When at={at} as="full" />
    </span>
  );
}
