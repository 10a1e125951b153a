import { useQuery } from "@tanstack/react-query";
import type { ChecksView, JobView, SystemView, WorkerView } from "../api.gen";
import { holdWords } from "../campaigns/words";
import {
  Button,
  ErrorState,
  Facts,
  Notice,
  Panel,
  Skeleton,
  StatusPill,
  Table,
  Tile,
  Tiles,
  useAction,
} from "../design";
import { http } from "../http";
import { sizeWords, type Text, useText } from "../text";
import { useTimes } from "../time";
import styles from "./Settings.module.css";

const EVERY_MS = 5000;

/** Which processes run, what waits, how jobs went, what is stored, and whether all of it is sound. */
export function SystemTab() {
  const system = useQuery({
    queryKey: ["system"],
    queryFn: ({ signal }) => http.get<SystemView>("/api/system", { signal }),
    refetchInterval: EVERY_MS,
  });
  if (system.data === undefined) {
    return system.isPending ? (
      <Skeleton lines={8} />
    ) : (
      <ErrorState error={system.error} retry={() => void system.refetch()} />
    );
  }
  return (
    <div className={styles.system}>
      <Queue system={system.data} />
      <Processes workers={system.data.workers} />
      <Checks />
      <Jobs jobs={system.data.jobs} />
      <Stored system={system.data} />
    </div>
  );
}

function Queue({ system: { queue } }: { system: SystemView }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const held = Object.entries(queue.held).map(
    ([hold, count]) => [`${t("system.heldBy")}: ${holdWords(text, hold)}`, text.number(count)] as const,
  );
  return (
    <Panel id="queue" title={t("system.queue")}>
      <Tiles label={t("system.queue")}>
        <Tile label={t("system.waiting")} value={queue.waiting} />
        <Tile label={t("system.inFlight")} value={queue.inFlight} />
        <Tile label={t("system.unknown")} value={queue.unknown} {...(queue.unknown > 0 && { tone: "wait" as const })} />
        <Tile label={t("system.oldest")} value={times.duration(queue.oldestS)} />
      </Tiles>
      {held.length > 0 && <Facts items={held} />}
      <p className={styles.hint}>{t("system.hint")}</p>
    </Panel>
  );
}

function Processes({ workers }: { workers: readonly WorkerView[] }) {
  const { t, number, maybe } = useText();
  const times = useTimes();
  return (
    <Panel id="processes" title={t("system.processes")}>
      <Table
        label={t("system.processes")}
        rows={workers}
        rowKey={(worker) => worker.id}
        empty={<p>{t("system.noProcesses")}</p>}
        columns={[
          {
            id: "roles",
            header: t("system.role"),
            rowHeader: true,
            cell: (worker) => worker.roles.map((role) => maybe(`system.role.${role}`) ?? role).join(", "),
          },
          {
            id: "host",
            header: t("system.host"),
            cell: (worker) => <Twice first={worker.host} second={t("system.pid", { pid: String(worker.pid) })} />,
          },
          { id: "version", header: t("system.version"), cell: (worker) => worker.version },
          { id: "since", header: t("system.started"), cell: (worker) => times.moment(worker.startedAt) },
          { id: "devices", header: t("system.held"), align: "end", cell: (worker) => number(worker.devices) },
          { id: "beat", header: t("system.beat"), cell: (worker) => times.duration(worker.silentS) },
          {
            id: "lives",
            header: t("settings.state"),
            cell: (worker) => (
              <StatusPill tone={worker.lives ? "good" : "stop"}>
                {t(worker.lives ? "system.lives" : "system.gone")}
              </StatusPill>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function Checks() {
  const { t, maybe } = useText();
  const times = useTimes();
  const check = useAction({ run: () => http.post<ChecksView>("/api/system/checks") });
  const broken = check.data?.checks.reduce((sum, each) => sum + each.times, 0);
  return (
    <Panel
      id="checks"
      title={t("system.checks")}
      actions={
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          {t("system.check")}
        </Button>
      }
    >
      <p className={styles.hint}>{t("system.checksHint")}</p>
      {check.data !== undefined && broken !== undefined && (
        <div aria-live="polite" className={styles.effect}>
          <Notice tone={broken === 0 ? "good" : "stop"}>
            {broken === 0 ? t("system.sound") : t("system.broken", { count: broken })}{" "}
            {t("system.checkedAt", { at: times.clockSeconds(check.data.checkedAt) })}
          </Notice>
          <ul className={styles.checks}>
            {check.data.checks.map((each) => (
              <li key={each.code}>
                {maybe(`system.check.${each.code}`) ?? each.code}
                <StatusPill tone={each.times === 0 ? "good" : "stop"}>
                  {each.times === 0 ? t("system.passed") : t("system.broken", { count: each.times })}
                </StatusPill>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

function Jobs({ jobs }: { jobs: readonly JobView[] }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  return (
    <Panel id="jobs" title={t("system.jobs")}>
      <Table
        label={t("system.jobs")}
        rows={jobs}
        rowKey={(job) => job.name}
        empty={<p>{t("system.noJobs")}</p>}
        columns={[
          { id: "name", header: t("system.job"), rowHeader: true, cell: (job) => <code>{job.name}</code> },
          { id: "ran", header: t("system.ran"), cell: (job) => times.relative(job.ranAt) },
          { id: "took", header: t("system.took"), align: "end", cell: (job) => milliseconds(text, job.tookS) },
          {
            id: "failed",
            header: t("system.failed"),
            cell: (job) =>
              job.failedAt === null || job.fault === null ? (
                t("system.never")
              ) : (
                <Twice first={times.relative(job.failedAt)} second={job.fault} />
              ),
          },
        ]}
      />
    </Panel>
  );
}

function Stored({ system }: { system: SystemView }) {
  const text = useText();
  const { t, locale, maybe } = text;
  const { storage } = system;
  const tables = Object.entries(storage.tables).map(
    ([table, bytes]) => [maybe(`system.table.${table}`) ?? table, sizeWords(locale, bytes)] as const,
  );
  return (
    <Panel id="storage" title={t("system.storage")}>
      <Facts
        items={[
          [t("system.database"), sizeWords(locale, storage.database)],
          ...tables,
          [t("system.files"), sizeWords(locale, storage.files)],
          [t("system.version"), system.version],
          [t("system.schema"), system.schema],
          [t("system.server"), system.server],
          [t("system.lag"), system.eventLagS === null ? t("system.lagNone") : milliseconds(text, system.eventLagS)],
        ]}
      />
    </Panel>
  );
}

function Twice({ first, second }: { first: string; second: string }) {
  return (
    <span className={styles.person}>
      <span>{first}</span>
      <span className={styles.email}>{second}</span>
    </span>
  );
}

function milliseconds(text: Text, seconds: number): string {
  return `${text.number(Math.round(seconds * 1000))} ms`;
}
