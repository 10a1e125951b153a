import { useState } from "react";
import type { BulkEditView } from "../../api.gen";
import { Button, ConfirmDialog, Notice, ProgressBar, useAction } from "../../design";
import { http } from "../../http";
import { useMay } from "../../shell";
import { useText } from "../../text";
import { useTimes } from "../../time";
import { CHANGED, useDeviceNames } from "../queries";
import styles from "./BulkEdits.module.css";
import { isBusy, useBulkEdits } from "./queries";
import { changeWords, outcomeWords } from "./words";

const PUT_AWAY = "hebah.bulkEditsPutAway";
const MOST_SHOWN = 3;

function readPutAway(): ReadonlySet<string> {
  return new Set((localStorage.getItem(PUT_AWAY) ?? "").split(" ").filter(Boolean));
}

/** Bulk edits that go on, and those that can still be undone. */
export function BulkEdits() {
  const may = useMay();
  const edits = useBulkEdits(may("lead:edit"));
  const [putAway, setPutAway] = useState(readPutAway);
  const shown = (edits.data ?? []).filter((edit) => isBusy(edit) || (isRecent(edit) && !putAway.has(edit.id)));
  const dismiss = (id: string) => {
    const ids = [...putAway, id].slice(-50);
    localStorage.setItem(PUT_AWAY, ids.join(" "));
    setPutAway(new Set(ids));
  };
  return shown
    .slice(0, MOST_SHOWN)
    .map((edit) =>
      isBusy(edit) ? <Going key={edit.id} edit={edit} /> : <Ended key={edit.id} edit={edit} onDismiss={dismiss} />,
    );
}

const RECENT_MS = 10 * 60_000;

/** What ended just now is told; what can be undone is offered for as long as it can be. */
function isRecent(edit: BulkEditView): boolean {
  const until = edit.undoUntil === null ? Date.parse(edit.updatedAt) + RECENT_MS : Date.parse(edit.undoUntil);
  return until > Date.now();
}

function Going({ edit }: { edit: BulkEditView }) {
  const text = useText();
  const { t } = text;
  const [asking, setAsking] = useState(false);
  const devices = useDeviceNames();
  const says = changeWords(text, edit.change, devices);
  const isUndo = edit.state === "undoing";
  return (
    <div className={styles.edit}>
      <div className={styles.progress}>
        <ProgressBar
          label={isUndo ? t("leads.bulk.undoing", { says }) : says}
          done={isUndo ? edit.leadsBack : edit.leadsDone}
          total={isUndo ? edit.leadsDone : edit.leads}
        />
      </div>
      {!isUndo && <Button onClick={() => setAsking(true)}>{t("leads.bulk.stop")}</Button>}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("leads.bulk.stopTitle")}
        consequence={t("leads.bulk.stopHint", { done: edit.leadsDone, left: edit.leads - edit.leadsDone })}
        confirmLabel={t("leads.bulk.stop")}
        onConfirm={() => http.post(`/api/leads/bulk/${edit.id}/cancel`)}
      />
    </div>
  );
}

function Ended({ edit, onDismiss }: { edit: BulkEditView; onDismiss: (id: string) => void }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const devices = useDeviceNames();
  const undo = useAction({
    run: () => http.post(`/api/leads/bulk/${edit.id}/undo`),
    changes: [["bulk-edits"], ...CHANGED],
  });
  return (
    <Notice
      tone={edit.state === "failed" ? "stop" : edit.state === "cancelled" ? "wait" : "good"}
      title={t(`leads.bulk.state.${edit.state}`, { says: changeWords(text, edit.change, devices) })}
      action={
        <span className={styles.buttons}>
          {edit.undoUntil !== null && (
            <Button busy={undo.isPending} onClick={() => undo.mutate()}>
              {t("leads.bulk.undo")}
            </Button>
          )}
          <Button look="quiet" onClick={() => onDismiss(edit.id)}>
            {t("shell.dismiss")}
          </Button>
        </span>
      }
    >
      <p>{outcomeWords(text, edit)}</p>
      {edit.undoUntil !== null && t("leads.bulk.undoUntil", { time: times.full(edit.undoUntil) })}
    </Notice>
  );
}
