import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { KeepingView, WorkspaceView } from "../api.gen";
import { ConfirmDialog, ErrorState, Notice, NumberInput, Panel, Skeleton, useDebounced } from "../design";
import { http } from "../http";
import { useMe } from "../shell";
import { sizeWords, useText } from "../text";
import { SaveBar } from "./SaveBar";
import styles from "./Settings.module.css";
import { useWorkspaceForm } from "./useWorkspace";

const NAMES = ["keepFilesDays", "keepMessagesDays", "mediaQuota"] as const;
const MEGABYTE = 1_000_000;
const NEAR = 0.9;

/** How long files and messages are kept and how much of it, with what that would remove beside it. */
export function KeepingTab() {
  const { t } = useText();
  const { chatStorage } = useMe();
  const form = useWorkspaceForm(NAMES);
  const { draft, set, wrong, mayEdit } = form;
  const kept = useKept(draft);
  const [asks, setAsks] = useState(false);
  const goes = (kept.data?.expiredFiles ?? 0) + (kept.data?.expiredMessages ?? 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (goes > 0) setAsks(true);
    else form.save.mutate();
  };
  return (
    <div className={styles.columns}>
      <Panel id="keeping" title={t("settings.keeping")}>
        {!chatStorage && <Notice tone="wait">{t("settings.keepingOff")}</Notice>}
        <form className={styles.form} onSubmit={submit} noValidate>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.keepFor")}</legend>
            <NumberInput
              label={t("settings.keepFiles")}
              unit={t("settings.days")}
              error={wrong("keepFilesDays")}
              min={1}
              value={draft.keepFilesDays}
              onChange={(keepFilesDays) => set({ keepFilesDays })}
            />
            <NumberInput
              label={t("settings.keepMessages")}
              unit={t("settings.days")}
              error={wrong("keepMessagesDays")}
              min={1}
              value={draft.keepMessagesDays}
              onChange={(keepMessagesDays) => set({ keepMessagesDays })}
            />
            <p className={styles.hint}>{t("settings.keepHint")}</p>
          </fieldset>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.room")}</legend>
            <NumberInput
              label={t("settings.quota")}
              unit={t("settings.megabytes")}
              error={wrong("mediaQuota")}
              min={1}
              value={draft.mediaQuota === null ? null : Math.round(draft.mediaQuota / MEGABYTE)}
              onChange={(megabytes) => set({ mediaQuota: megabytes === null ? null : megabytes * MEGABYTE })}
            />
            <p className={styles.hint}>{t("settings.quotaHint")}</p>
          </fieldset>
          <SaveBar
            dirty={form.dirty}
            busy={form.save.isPending}
            error={form.save.error}
            onReset={form.reset}
            mayEdit={mayEdit}
          />
        </form>
      </Panel>
      <KeptPanel kept={kept.data} error={kept.error} retry={kept.retry} quota={draft.mediaQuota} />
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={t("settings.removeTitle")}
        consequence={kept.data === undefined ? "" : <Goes kept={kept.data} />}
        confirmLabel={t("settings.removeSave")}
        onConfirm={() => form.save.mutateAsync()}
      />
    </div>
  );
}

/** What is kept, and what the draft would remove. */
function useKept({ keepFilesDays, keepMessagesDays }: WorkspaceView) {
  const days = useDebounced(`${keepFilesDays ?? ""}/${keepMessagesDays ?? ""}`, 300);
  const [files, messages] = days.split("/").map((each) => (each === "" ? undefined : each));
  const result = useQuery({
    queryKey: ["keeping", days],
    queryFn: ({ signal }) =>
      http.get<KeepingView>("/api/keeping", {
        query: { keepFilesDays: files, keepMessagesDays: messages },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  return { data: result.data, error: result.error, retry: () => void result.refetch() };
}

function KeptPanel(props: { kept: KeepingView | undefined; error: unknown; retry: () => void; quota: number | null }) {
  const { t, number, locale, percent } = useText();
  const { kept, quota } = props;
  return (
    <Panel id="kept" title={t("settings.kept")}>
      {kept === undefined ? (
        props.error === null ? (
          <Skeleton lines={4} />
        ) : (
          <ErrorState error={props.error} retry={props.retry} />
        )
      ) : (
        <div className={styles.effect} aria-live="polite">
          <p className={styles.figure}>{sizeWords(locale, kept.bytes)}</p>
          <p>{t("settings.keptFiles", { count: kept.files })}</p>
          {quota !== null && (
            <>
              <p>{t("settings.quotaUsed", { part: percent(kept.bytes / quota), quota: sizeWords(locale, quota) })}</p>
              {kept.bytes >= quota * NEAR && (
                <Notice tone="wait">{t(kept.bytes >= quota ? "settings.quotaReached" : "settings.quotaNear")}</Notice>
              )}
            </>
          )}
          <hr className={styles.rule} />
          {kept.expiredFiles + kept.expiredMessages === 0 ? (
            <p className={styles.hint}>{t("settings.removesNothing")}</p>
          ) : (
            <>
              <p className={styles.figure}>{number(kept.expiredFiles + kept.expiredMessages)}</p>
              <Goes kept={kept} />
            </>
          )}
        </div>
      )}
    </Panel>
  );
}

/** What would be removed, in numbers. */
function Goes({ kept }: { kept: KeepingView }) {
  const { t, locale } = useText();
  return (
    <span>
      {t("settings.removes", {
        files: t("settings.removesFiles", { count: kept.expiredFiles, size: sizeWords(locale, kept.expiredBytes) }),
        messages: t("settings.removesMessages", { count: kept.expiredMessages }),
      })}
    </span>
  );
}
