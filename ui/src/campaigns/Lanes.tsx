import type { Report } from "../api.gen";
import { Panel, StackedBar, Table, type TableColumn, VirtualTable } from "../design";
import { DeviceStatePill } from "../devices/state";
import { type Text, useText } from "../text";
import { type Times, useNow, useTimes } from "../time";
import styles from "./CampaignPage.module.css";
import { groupSegments } from "./figures";
import { holdWords } from "./words";

/** Shows the recipients that these filters choose. */
export type Open = (filters: Record<string, string>) => void;
/** A device of the campaign; without an id the people nobody is assigned to. */
export type Lane = Report["perDevice"][number];

/** So many devices still fit a page. */
const FEW = 12;

/** What a device of the campaign does next, or why it waits. */
function nextWords(text: Text, times: Times, lane: Lane, now: Date, running: boolean): string {
  if (lane.groups.waiting === 0) return lane.groups.sending > 0 ? text.t("campaigns.lane.sending") : "–";
  if (!running) return text.t("campaigns.lane.paused");
  if (lane.state !== null && lane.state !== "online") return text.t("campaigns.lane.offline");
  if (lane.hold !== null && lane.hold !== "gap")
    return lane.holdUntil === null
      ? holdWords(text, lane.hold)
      : text.t("campaigns.lane.held", { reason: holdWords(text, lane.hold), time: times.full(lane.holdUntil, now) });
  const at = lane.holdUntil ?? lane.nextSendAt;
  if (at === null || Date.parse(at) <= now.getTime()) return text.t("campaigns.lane.soon");
  return text.t("campaigns.lane.next", { time: times.relative(at, now) });
}

/** What each device of the campaign has done, and what it does next. */
export function Lanes({ report, onOpen }: { report: Report; onOpen: Open }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const now = useNow(5000);
  const running = report.campaign.state === "running";
  if (report.perDevice.length === 0) return null;
  const nameOf = (lane: Lane) => (lane.deviceId === null ? t("leads.pool") : lane.name || t("leads.aDevice"));
  const keyOf = (lane: Lane) => lane.deviceId ?? "pool";
  const openLane = (lane: Lane) => lane.deviceId !== null && onOpen({ deviceId: lane.deviceId });
  const figure = (id: "delivered" | "read" | "replied"): TableColumn<Lane> & { width: string } => ({
    id,
    header: t(`campaigns.funnel.${id}`),
    align: "end",
    width: "92px",
    cell: (lane) => text.number(lane[id]),
  });
  const columns: (TableColumn<Lane> & { width: string })[] = [
    {
      id: "device",
      header: t("campaigns.lane.device"),
      rowHeader: true,
      width: "minmax(150px, 1.3fr)",
      cell: (lane) => (
        <span className={styles.lane}>
          {lane.deviceId === null ? (
            nameOf(lane)
          ) : (
            <button type="button" className={styles.laneName} onClick={() => openLane(lane)}>
              <bdi>{nameOf(lane)}</bdi>
            </button>
          )}
          {lane.state !== null && <DeviceStatePill state={lane.state} />}
        </span>
      ),
    },
    {
      id: "bar",
      header: t("campaigns.recipients"),
      width: "minmax(150px, 1.4fr)",
      cell: (lane) => (
        <span className={styles.laneBar}>
          <StackedBar slim label={nameOf(lane)} segments={groupSegments(text, lane.groups)} />
          <span className={styles.faint}>
            {t("campaigns.lane.sentOf", {
              sent: lane.groups.sent,
              total: Object.values(lane.groups).reduce((sum, value) => sum + value, 0),
            })}
          </span>
        </span>
      ),
    },
    {
      id: "next",
      header: t("campaigns.lane.nextSend"),
      width: "minmax(170px, 1.6fr)",
      cell: (lane) => nextWords(text, times, lane, now, running),
    },
    figure("delivered"),
    figure("read"),
    figure("replied"),
  ];
  return (
    <Panel title={t("campaigns.lanes")} id="campaign-lanes">
      {report.perDevice.length <= FEW ? (
        <Table label={t("campaigns.lanes")} rows={report.perDevice} rowKey={keyOf} columns={columns} />
      ) : (
        <div className={styles.list}>
          <VirtualTable
            label={t("campaigns.lanes")}
            rows={report.perDevice}
            rowKey={keyOf}
            rowName={nameOf}
            columns={columns}
            onOpen={openLane}
            rowHeight={60}
            phoneRow={(lane) => (
              <span className={styles.laneBar}>
                <bdi>{nameOf(lane)}</bdi>
                <StackedBar slim label={nameOf(lane)} segments={groupSegments(text, lane.groups)} />
                <span className={styles.faint}>{nextWords(text, times, lane, now, running)}</span>
              </span>
            )}
          />
        </div>
      )}
    </Panel>
  );
}
