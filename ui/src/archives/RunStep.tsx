import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { ArchiveView } from "../api.gen";
import { Button, ConfirmDialog, Notice, Panel, ProgressBar } from "../design";
import styles from "../design/Wizard.module.css";
import { http } from "../http";
import { useText } from "../text";
import { Details, Faults, Outcomes } from "./CheckStep";

/** The work itself with its counts, what to do when it is over, and the way back. */
export function RunStep({ view }: { view: ArchiveView }) {
  const { t } = useText();
  const [asking, setAsking] = useState<"cancel" | "remove" | null>(null);
  const { added } = view.counts;
  const left = Math.max(0, (view.rowsTotal ?? 0) - view.rowsDone);
  const isOver = view.state === "finished" || view.state === "cancelled" || view.state === "failed";
  return (
    <div className={styles.stack}>
      <State view={view} />
      {view.rowsDone > 0 && view.state !== "removed" && (
        <Panel title={t(view.state === "running" ? "import.result" : "import.result.final")} id="archive-result">
          <Outcomes view={view} />
          <Details view={view} />
        </Panel>
      )}
      {view.state !== "running" && view.rowsDone > 0 && <Faults view={view} />}
      <div className={styles.actions}>
        {view.state === "running" && (
          <Button look="stop" onClick={() => setAsking("cancel")}>
            {t("import.cancel")}
          </Button>
        )}
        {isOver && added > 0 && <Button onClick={() => setAsking("remove")}>{t("archive.remove")}</Button>}
        {view.state !== "running" && view.state !== "removing" && <NextThings view={view} />}
      </div>
      <ConfirmDialog
        open={asking === "cancel"}
        onClose={() => setAsking(null)}
        title={t("import.cancelTitle")}
        consequence={t("archive.cancelConsequence", { done: view.rowsDone, left })}
        confirmLabel={t("import.cancel")}
        onConfirm={() => http.post(`/api/archives/${view.id}/cancel`)}
      />
      <ConfirmDialog
        open={asking === "remove"}
        onClose={() => setAsking(null)}
        title={t("archive.removeTitle")}
        consequence={t("archive.removeConsequence", { count: added })}
        confirmLabel={t("archive.removeConfirm", { count: added })}
        onConfirm={() => http.post(`/api/archives/${view.id}/remove`)}
      />
    </div>
  );
}

function State({ view }: { view: ArchiveView }) {
  const text = useText();
  const { t } = text;
  switch (view.state) {
    case "running":
      return (
        <Panel title={t("import.running")} id="archive-running">
          <ProgressBar label={t("archive.linesDone")} done={view.rowsDone} total={view.rowsTotal} />
          <p className={styles.facts}>{t("archive.runningHint")}</p>
        </Panel>
      );
    case "removing":
      return <ProgressBar label={t("archive.removing")} done={view.removed} total={view.counts.added} />;
    case "removed":
      return (
        <Notice tone="good" title={t("archive.removed")}>
          {t("archive.removedHint", { count: view.removed })}
        </Notice>
      );
    case "finished":
      return (
        <Notice tone="good" title={t("archive.finished")}>
          {t("archive.finishedHint", { count: view.counts.added })}
        </Notice>
      );
    case "cancelled":
      return (
        <Notice tone="wait" title={t("import.cancelled")}>
          {t("archive.cancelledHint", { count: view.counts.added })}
        </Notice>
      );
    default:
      return (
        <Notice tone="stop" title={t("import.failed")}>
          {text.maybe(`problem.${view.failure ?? "unexpected"}`) ?? t("problem.other", { detail: view.failure ?? "" })}
        </Notice>
      );
  }
}

function NextThings({ view }: { view: ArchiveView }) {
  const { t } = useText();
  const [, go] = useLocation();
  const deviceId = view.plan?.deviceId;
  return (
    <>
      <Link href="/devices/archives/new">{t("archive.another")}</Link>
      <Button look="primary" onClick={() => go(deviceId === undefined ? "/inbox" : `/device/${deviceId}/whatsapp-web`)}>
        {t("archive.toChats")}
      </Button>
    </>
  );
}
