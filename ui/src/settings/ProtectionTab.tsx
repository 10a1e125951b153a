import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Notice, NumberInput, type Option, Panel, Select, Switch } from "../design";
import type { DevicePage } from "../devices/queries";
import { http } from "../http";
import { useText } from "../text";
import { useTimes } from "../time";
import { effectOf, type PolicyDraft, secondsFor } from "./effect";
import { SaveBar } from "./SaveBar";
import styles from "./Settings.module.css";
import { useWorkspaceForm } from "./useWorkspace";

const NAMES = [
  "quietOn",
  "quietFrom",
  "quietUntil",
  "gapMinS",
  "gapMaxS",
  "hourlyCap",
  "dailyCap",
  "typingOn",
  "numberChecks",
  "pauseErrorsPercent",
  "pauseOptOutsPercent",
] as const;

const FAST_PER_DAY = 500;
const TIGHT_GAP_S = 5;

/** The limits of every device, with their effect in numbers beside them. */
export function ProtectionTab() {
  const { t } = useText();
  const form = useWorkspaceForm(NAMES);
  const { draft, set, wrong, mayEdit } = form;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.save.mutate();
  };
  return (
    <div className={styles.columns}>
      <Panel id="protection" title={t("settings.protection")}>
        <p className={styles.hint}>{t("settings.protectionHint")}</p>
        <form className={styles.form} onSubmit={submit} noValidate>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.pace")}</legend>
            <div className={styles.pair}>
              <NumberInput
                label={t("settings.gapMin")}
                unit={t("settings.seconds")}
                error={wrong("gapMinS")}
                min={1}
                value={draft.gapMinS}
                onChange={(gapMinS) => set({ gapMinS: gapMinS ?? 0 })}
              />
              <NumberInput
                label={t("settings.gapMax")}
                unit={t("settings.seconds")}
                error={wrong("gapMaxS")}
                min={1}
                value={draft.gapMaxS}
                onChange={(gapMaxS) => set({ gapMaxS: gapMaxS ?? 0 })}
              />
            </div>
            <p className={styles.hint}>{t("settings.gapHint")}</p>
          </fieldset>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.caps")}</legend>
            <div className={styles.pair}>
              <NumberInput
                label={t("settings.hourlyCap")}
                unit={t("settings.messages")}
                error={wrong("hourlyCap")}
                min={1}
                value={draft.hourlyCap}
                onChange={(hourlyCap) => set({ hourlyCap })}
              />
              <NumberInput
                label={t("settings.dailyCap")}
                unit={t("settings.messages")}
                error={wrong("dailyCap")}
                min={1}
                value={draft.dailyCap}
                onChange={(dailyCap) => set({ dailyCap })}
              />
            </div>
            <p className={styles.hint}>{t("settings.capHint")}</p>
          </fieldset>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.pauses")}</legend>
            <div className={styles.pair}>
              <NumberInput
                label={t("settings.pauseErrors")}
                error={wrong("pauseErrorsPercent")}
                min={1}
                max={100}
                value={draft.pauseErrorsPercent}
                onChange={(pauseErrorsPercent) => set({ pauseErrorsPercent })}
              />
              <NumberInput
                label={t("settings.pauseOptOuts")}
                error={wrong("pauseOptOutsPercent")}
                min={1}
                max={100}
                value={draft.pauseOptOutsPercent}
                onChange={(pauseOptOutsPercent) => set({ pauseOptOutsPercent })}
              />
            </div>
            <p className={styles.hint}>{t("settings.pauseHint")}</p>
          </fieldset>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.quiet")}</legend>
            <Switch
              label={t("settings.quietOn")}
              hint={t("settings.quietHint")}
              checked={draft.quietOn}
              onChange={(quietOn) => set({ quietOn })}
              disabled={!mayEdit}
            />
            {draft.quietOn && (
              <div className={styles.pair}>
                <Select
                  label={t("settings.quietFrom")}
                  options={halfHours(draft.quietFrom)}
                  error={wrong("quietFrom")}
                  value={draft.quietFrom}
                  onChange={(quietFrom) => set({ quietFrom })}
                />
                <Select
                  label={t("settings.quietUntil")}
                  options={halfHours(draft.quietUntil)}
                  error={wrong("quietUntil")}
                  value={draft.quietUntil}
                  onChange={(quietUntil) => set({ quietUntil })}
                />
              </div>
            )}
          </fieldset>
          <fieldset className={styles.group} disabled={!mayEdit}>
            <legend>{t("settings.byHand")}</legend>
            <Switch
              label={t("settings.typingOn")}
              hint={t("settings.typingHint")}
              checked={draft.typingOn}
              onChange={(typingOn) => set({ typingOn })}
              disabled={!mayEdit}
            />
            <NumberInput
              label={t("settings.numberChecks")}
              unit={t("settings.numbers")}
              error={wrong("numberChecks")}
              min={0}
              value={draft.numberChecks}
              onChange={(numberChecks) => set({ numberChecks: numberChecks ?? 0 })}
            />
            <p className={styles.hint}>{t("settings.numberChecksHint")}</p>
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
      <EffectPanel policy={draft} />
    </div>
  );
}

/** A day in half hours, always on a 24-hour clock; a time set elsewhere is kept. */
function halfHours(always: string): Option[] {
  const clocks = Array.from({ length: 48 }, (_, half) => {
    const hour = String(Math.floor(half / 2)).padStart(2, "0");
    return `${hour}:${half % 2 === 0 ? "00" : "30"}`;
  });
  const all = clocks.includes(always) ? clocks : [...clocks, always].sort();
  return all.map((clock) => ({ value: clock, label: clock }));
}

function EffectPanel({ policy }: { policy: PolicyDraft }) {
  const { t, number } = useText();
  const times = useTimes();
  const counts = useQuery({
    queryKey: ["devices", "counts"],
    queryFn: ({ signal }) => http.get<DevicePage>("/api/devices", { query: { limit: 1 }, signal }),
  });
  const devices = linkedCount(counts.data?.counts ?? {});
  const effect = effectOf(policy);
  const seconds = secondsFor(1000, devices, policy);
  return (
    <Panel id="effect" title={t("settings.effect")}>
      <div className={styles.effect} aria-live="polite">
        <p className={styles.figure}>{number(effect.perDevice)}</p>
        <p>{t("settings.effect.perDevice", { count: effect.perDevice })}</p>
        <p className={styles.hint}>
          {t(`settings.effect.because.${effect.because}`)}{" "}
          {effect.hours === 24
            ? t("settings.effect.allDay")
            : t("settings.effect.hours", { count: Math.round(effect.hours * 10) / 10 })}
          .
        </p>
        {devices === 0 ? (
          <p className={styles.hint}>{t("settings.effect.noDevices")}</p>
        ) : (
          <>
            <hr className={styles.rule} />
            <p className={styles.figure}>{number(effect.perDevice * devices)}</p>
            <p>{t("settings.effect.fleet", { messages: effect.perDevice * devices, count: devices })}</p>
            {Number.isFinite(seconds) && (
              <>
                <p>{t("settings.effect.thousand", { duration: times.about(seconds) })}</p>
                <p className={styles.hint}>{t("settings.effect.thousandNote", { count: devices })}</p>
              </>
            )}
          </>
        )}
      </div>
      {effect.perDevice > FAST_PER_DAY && <Notice tone="wait">{t("settings.effect.fast")}</Notice>}
      {policy.gapMinS < TIGHT_GAP_S && <Notice tone="wait">{t("settings.effect.tightGap")}</Notice>}
      {!policy.quietOn && <Notice tone="wait">{t("settings.effect.noQuiet")}</Notice>}
    </Panel>
  );
}

/** Devices with a phone, whatever they do just now. */
function linkedCount(counts: DevicePage["counts"]): number {
  return Object.entries(counts).reduce(
    (sum, [state, count]) => (["unlinked", "linking", "logged_out", "banned"].includes(state) ? sum : sum + count),
    0,
  );
}
