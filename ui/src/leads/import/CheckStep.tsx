import { useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import type { ImportErrorView, ImportView } from "../../api.gen";
import {
  Button,
  Facts,
  Notice,
  Panel,
  ProgressBar,
  type Segment,
  StackedBar,
  Table,
  useAction,
  VirtualTable,
} from "../../design";
import styles from "../../design/Wizard.module.css";
import { http } from "../../http";
import { useText } from "../../text";
import { refusedOf, useImportErrors } from "./queries";

const SCIENTIFIC = "phone_scientific_notation";
const FEW = 12;

/** What running would do, by outcome, before anything is stored. */
export function CheckStep({ view, onMap }: { view: ImportView; onMap: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const put = (next: ImportView) => queries.setQueryData(["import", view.id], next);
  const run = useAction({
    run: () => http.post<ImportView>(`/api/imports/${view.id}/run`),
    done: put,
    changes: [["import", view.id], ["imports"]],
  });
  const cancel = useAction({
    run: () => http.post<ImportView>(`/api/imports/${view.id}/cancel`),
    done: put,
    changes: [["import", view.id], ["imports"]],
  });
  if (view.state === "checking")
    return (
      <div className={styles.stack}>
        <ProgressBar label={t("import.checking")} done={view.rowsDone} total={view.rowsTotal} />
        <p className={styles.facts}>{t("import.checkingHint")}</p>
        <div className={styles.actions}>
          <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("import.stop")}
          </Button>
        </div>
      </div>
    );
  const useful = view.counts.created + view.counts.merged;
  return (
    <div className={styles.stack}>
      <Panel title={t("import.checked")} id="import-counts">
        <Outcomes view={view} />
        <Consents view={view} />
      </Panel>
      <Refusals view={view} />
      <div className={styles.actions}>
        <Button onClick={onMap}>{t("import.back")}</Button>
        <Button look="primary" busy={run.isPending} disabled={useful === 0} onClick={() => run.mutate()}>
          {useful === 0 ? t("import.nothingToDo") : t("import.run", { count: useful })}
        </Button>
      </div>
    </div>
  );
}

/** Every row of the file in one bar that adds up. */
export function Outcomes({ view }: { view: ImportView }) {
  const { t } = useText();
  const { counts } = view;
  const segments: Segment[] = [
    { id: "created", label: t("import.count.created"), value: counts.created, tone: "good" },
    { id: "merged", label: t("import.count.merged"), value: counts.merged, tone: "info" },
    { id: "unchanged", label: t("import.count.unchanged"), value: counts.unchanged, tone: "idle" },
    { id: "duplicates", label: t("import.count.duplicates"), value: counts.duplicatesInFile, tone: "wait" },
    { id: "refused", label: t("import.count.refused"), value: refusedOf(view), tone: "stop" },
  ];
  return <StackedBar label={t("import.outcomes")} segments={segments} />;
}

export function Consents({ view }: { view: ImportView }) {
  const text = useText();
  const { t } = text;
  const { counts } = view;
  return (
    <>
      <Facts
        items={[
          [t("import.count.granted"), text.number(counts.consentGranted)],
          [t("import.count.unknown"), text.number(counts.consentUnknown)],
          [t("import.count.refusedConsent"), text.number(counts.consentRefused)],
          [t("import.count.suppressed"), text.number(counts.suppressed)],
        ]}
      />
      {counts.consentUnknown > 0 && (
        <Notice tone="wait">{t("import.unknownHint", { count: counts.consentUnknown })}</Notice>
      )}
    </>
  );
}

/** Rows left out: how many for which reason, how to mend them, and each of them. */
export function Refusals({ view }: { view: ImportView }) {
  const text = useText();
  const { t } = text;
  const refused = Object.entries(view.counts.refused).sort(([, one], [, other]) => other - one);
  const [shown, setShown] = useState(true);
  const errors = useImportErrors(view.id, refused.length > 0);
  if (refused.length === 0) return null;
  const words = (code: string) => text.maybe(`import.error.${code}`) ?? text.t("import.error.other", { code });
  return (
    <Panel
      title={t("import.refusedTitle", { count: refusedOf(view) })}
      id="import-refused"
      actions={
        <a href={`/api/imports/${view.id}/errors.csv`} download className={styles.links}>
          <Download size={17} aria-hidden="true" /> {t("import.errorFile")}
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
      {(view.counts.refused[SCIENTIFIC] ?? 0) > 0 && (
        <Notice tone="wait" title={t("import.scientific.title")}>
          <p>{t("import.scientific.what")}</p>
          <p>{t("import.scientific.fix")}</p>
        </Notice>
      )}
      <Button size="small" look="quiet" className={styles.fold} aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t(shown ? "import.hideRows" : "import.showRows")}
      </Button>
      {shown && <ErrorRows errors={errors} words={words} />}
    </Panel>
  );
}

function ErrorRows({ errors, words }: { errors: ReturnType<typeof useImportErrors>; words: (code: string) => string }) {
  const text = useText();
  const { t } = text;
  const columns = [
    {
      id: "row",
      header: t("import.error.row"),
      width: "80px",
      cell: (row: ImportErrorView) => text.number(row.rowNumber),
    },
    {
      id: "column",
      header: t("import.error.column"),
      width: "minmax(110px, 1fr)",
      cell: (row: ImportErrorView) => <bdi>{row.columnName}</bdi>,
    },
    {
      id: "shown",
      header: t("import.error.value"),
      width: "minmax(130px, 1fr)",
      cell: (row: ImportErrorView) => <bdi>{row.shown === "" ? "–" : row.shown}</bdi>,
    },
    {
      id: "code",
      header: t("import.error.reason"),
      width: "minmax(200px, 2fr)",
      cell: (row: ImportErrorView) => words(row.code),
    },
  ];
  const keyOf = (row: ImportErrorView) => `${row.rowNumber}-${row.columnName}-${row.code}`;
  if (errors.rows.length <= FEW && !errors.hasMore)
    return (
      <Table
        label={t("import.errors")}
        rows={errors.rows}
        rowKey={keyOf}
        columns={columns.map((column) => ({ ...column, rowHeader: column.id === "row" }))}
      />
    );
  return (
    <div className={styles.list}>
      <VirtualTable
        label={t("import.errors")}
        rows={errors.rows}
        rowKey={keyOf}
        rowName={(row) => text.number(row.rowNumber)}
        columns={columns}
        phoneRow={(row) => (
          <span className={styles.samples}>
            <span>
              {t("import.error.rowNumber", { row: row.rowNumber })} · <bdi>{row.columnName}</bdi>
            </span>
            <bdi>{row.shown}</bdi>
            {words(row.code)}
          </span>
        )}
        hasMore={errors.hasMore}
        isLoadingMore={errors.isLoadingMore}
        loadMore={errors.loadMore}
        rowHeight={44}
      />
    </div>
  );
}
