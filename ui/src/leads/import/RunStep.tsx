import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { ImportView } from "../../api.gen";
import { Button, ConfirmDialog, Notice, Panel, ProgressBar } from "../../design";
import styles from "../../design/Wizard.module.css";
import { http } from "../../http";
import { useMay } from "../../shell";
import { useText } from "../../text";
import { Consents, Outcomes, Refusals } from "./CheckStep";

/** The work itself with its counts, and what to do when it is over. */
export function RunStep({ view }: { view: ImportView }) {
  const text = useText();
  const { t } = text;
  const [asking, setAsking] = useState(false);
  const left = Math.max(0, (view.rowsTotal ?? 0) - view.rowsDone);
  return (
    <div className={styles.stack}>
      {view.state === "running" ? (
        <Panel title={t("import.running")} id="import-running">
          <ProgressBar label={t("import.rowsDone")} done={view.rowsDone} total={view.rowsTotal} />
          <p className={styles.facts}>{t("import.runningHint")}</p>
        </Panel>
      ) : (
        <End view={view} />
      )}
      {view.state !== "failed" && !(view.state === "cancelled" && nothing(view)) && (
        <Panel title={t(view.state === "running" ? "import.result" : "import.result.final")} id="import-result">
          <Outcomes view={view} />
          <Consents view={view} />
        </Panel>
      )}
      {view.state !== "running" && !(view.state === "cancelled" && nothing(view)) && <Refusals view={view} />}
      {view.state === "running" ? (
        <div className={styles.actions}>
          <Button look="stop" onClick={() => setAsking(true)}>
            {t("import.cancel")}
          </Button>
        </div>
      ) : (
        <NextThings view={view} />
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("import.cancelTitle")}
        consequence={t("import.cancelConsequence", { done: view.rowsDone, left })}
        confirmLabel={t("import.cancel")}
        onConfirm={() => http.post(`/api/imports/${view.id}/cancel`)}
      />
    </div>
  );
}

/** Whether it was cancelled before a row was stored. */
function nothing(view: ImportView): boolean {
  return view.rowsDone === 0 || view.rowsTotal === null;
}

function End({ view }: { view: ImportView }) {
  const text = useText();
  const { t } = text;
  if (view.state === "finished")
    return (
      <Notice tone="good" title={t("import.finished")}>
        {t("import.finishedHint", { count: view.counts.created + view.counts.merged })}
      </Notice>
    );
  if (view.state === "cancelled")
    return (
      <Notice tone="wait" title={t("import.cancelled")}>
        {nothing(view)
          ? t("import.cancelledNothing")
          : t("import.cancelledHint", { done: view.rowsDone, total: view.rowsTotal ?? 0 })}
      </Notice>
    );
  return (
    <Notice tone="stop" title={t("import.failed")}>
      {view.failure === null
        ? t("problem.unexpected")
        : (text.maybe(`problem.${view.failure}`) ??
          text.maybe(`field.${view.failure}`) ??
          text.t("problem.other", { detail: view.failure }))}
    </Notice>
  );
}

function NextThings({ view }: { view: ImportView }) {
  const { t } = useText();
  const may = useMay();
  const [, go] = useLocation();
  return (
    <div className={styles.actions}>
      <Link href="/leads/import/new">{t("import.another")}</Link>
      {may("campaign:edit") && view.state === "finished" && (
        <Button onClick={() => go("/campaigns/new")}>{t("import.toCampaign")}</Button>
      )}
      <Button look="primary" onClick={() => go("/leads")}>
        {t("import.toLeads")}
      </Button>
    </div>
  );
}
