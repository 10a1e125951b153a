import { useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ArchiveFaultView, ArchiveView } from "../api.gen";
import { Button, Facts, Notice, Panel, ProgressBar, type Segment, StackedBar, Table, useAction } from "../design";
import styles from "../design/Wizard.module.css";
import { http } from "../http";
import { useText } from "../text";
import { useTimes } from "../time";
import { refusedOf, useArchiveFaults } from "./queries";
import { Sample } from "./Sample";

/** What running would do, before anything is stored. */
export function CheckStep({ view, onPlan }: { view: ArchiveView; onPlan: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const put = (next: ArchiveView) => queries.setQueryData(["archive", view.id], next);
  const changes = [["archive", view.id], ["archives"]];
  const run = useAction({ run: () => http.post<ArchiveView>(`/api/archives/${view.id}/run`), done: put, changes });
  const cancel = useAction({
    run: () => http.post<ArchiveView>(`/api/archives/${view.id}/cancel`),
    done: put,
    changes,
  });
  if (view.state === "checking")
    return (
      <div className={styles.stack}>
        <ProgressBar label={t("archive.checking")} done={view.rowsDone} total={view.found.messages} />
        <p className={styles.facts}>{t("import.checkingHint")}</p>
        <div className={styles.actions}>
          <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("import.stop")}
          </Button>
        </div>
      </div>
    );
  const { added } = view.counts;
  return (
    <div className={styles.stack}>
      <Panel title={t("import.checked")} id="archive-counts">
        <Outcomes view={view} />
        <Details view={view} />
      </Panel>
      {view.sample.length > 0 && (
        <Panel title={t("archive.sample")} id="archive-sample">
          <p className={styles.facts}>{t("archive.sampleHint")}</p>
          <Sample view={view} />
        </Panel>
      )}
      <Faults view={view} />
      <div className={styles.actions}>
        <Button onClick={onPlan}>{t("archive.back")}</Button>
        <Button look="primary" busy={run.isPending} disabled={added === 0} onClick={() => run.mutate()}>
          {added === 0 ? t("import.nothingToDo") : t("archive.run", { count: added })}
        </Button>
      </div>
    </div>
  );
}

/** Every line of the file in one bar that adds up. */
export function Outcomes({ view }: { view: ArchiveView }) {
  const { t } = useText();
  const segments: Segment[] = [
    { id: "added", label: t("archive.count.added"), value: view.counts.added, tone: "good" },
    { id: "known", label: t("archive.count.known"), value: view.counts.known, tone: "idle" },
    { id: "refused", label: t("archive.count.refused"), value: refusedOf(view), tone: "stop" },
  ];
  return <StackedBar label={t("archive.outcomes")} segments={segments} />;
}

/** Files, and from when the new messages are. */
export function Details({ view }: { view: ArchiveView }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const { counts } = view;
  const years = Object.entries(counts.years).sort(([one], [other]) => Number(one) - Number(other));
  const items: [string, string][] = [
    [t("archive.count.files"), text.number(counts.files)],
    [t("archive.count.filesMissing"), text.number(counts.filesMissing)],
  ];
  if (counts.firstAt !== null && counts.lastAt !== null)
    items.unshift([t("archive.range"), `${times.date(counts.firstAt)} – ${times.date(counts.lastAt)}`]);
  if (years.length > 1)
    items.push([t("archive.years"), years.map(([year, count]) => `${year}: ${text.number(count)}`).join(", ")]);
  return (
    <>
      <Facts items={items} />
      {counts.filesMissing > 0 && <Notice tone="info">{t("archive.missingHint")}</Notice>}
    </>
  );
}

/** Lines left out: how many for which reason, and the first of them. */
export function Faults({ view }: { view: ArchiveView }) {
  const text = useText();
  const { t } = text;
  const refused = Object.entries(view.counts.refused).sort(([, one], [, other]) => other - one);
  const faults = useArchiveFaults(view.id, refused.length > 0);
  if (refused.length === 0) return null;
  const words = (code: string) =>
    text.maybe(`archive.fault.${code}`) ?? text.maybe(`import.error.${code}`) ?? t("import.error.other", { code });
  return (
    <Panel
      title={t("archive.faults", { count: refusedOf(view) })}
      id="archive-faults"
      actions={
        <a href={`/api/archives/${view.id}/errors.csv`} download className={styles.links}>
          <Download size={17} aria-hidden="true" /> {t("archive.faultFile")}
        </a>
      }
    >
      <ul className={styles.reasons}>
        {refused.map(([code, count]) => (
          <li key={code}>
            <strong>{text.number(count)}</strong>
            <span>{words(code)}</span>
          </li>
        ))}
      </ul>
      <Table<ArchiveFaultView>
        label={t("archive.faultLines")}
        rows={faults.rows}
        rowKey={(row) => String(row.line)}
        columns={[
          { id: "line", header: t("archive.line"), rowHeader: true, cell: (row) => text.number(row.line) },
          { id: "shown", header: t("archive.lineText"), cell: (row) => <bdi>{row.shown || "–"}</bdi> },
          { id: "code", header: t("import.error.reason"), cell: (row) => words(row.code) },
        ]}
      />
      {faults.hasMore && (
        <Button size="small" busy={faults.isLoadingMore} className={styles.fold} onClick={() => faults.loadMore()}>
          {t("archive.moreLines")}
        </Button>
      )}
    </Panel>
  );
}
