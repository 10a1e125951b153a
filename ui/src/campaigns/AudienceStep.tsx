import type { UseQueryResult } from "@tanstack/react-query";
import type { Audience, Preview } from "../api.gen";
import { Checkbox, Notice, Panel, PickMany, Skeleton, TextInput } from "../design";
import { useAllDevices, useFacets } from "../leads/queries";
import { useMay } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import styles from "./Builder.module.css";
import type { Draft } from "./useDraft";

export interface StepFacts {
  draft: Draft;
  preview: UseQueryResult<Preview>;
  disabled: boolean;
}

const STATUSES = ["prospect", "customer"] as const;

/** Who gets it: niches, status and devices; how many that are. */
export function AudienceStep({ draft, preview }: StepFacts) {
  const text = useText();
  const { t } = text;
  const facets = useFacets();
  const devices = useAllDevices();
  const { audience, name } = draft.input;
  const set = (changes: Partial<Audience>) => draft.change({ audience: { ...audience, ...changes } });
  const error = draft.state.kind === "failed" ? draft.state.error : null;
  const countOnDevice = new Map(facets.data?.devices.map((each) => [each.deviceId, each.count]));
  const pool = countOnDevice.get(null) ?? 0;
  const toggle = (status: (typeof STATUSES)[number], on: boolean) =>
    set({ statuses: on ? [...audience.statuses, status] : audience.statuses.filter((each) => each !== status) });
  return (
    <div className={styles.narrow}>
      <Panel>
        <TextInput
          label={t("campaigns.name")}
          hint={t("campaigns.nameHint")}
          value={name}
          onChange={(next) => draft.change({ name: next })}
          error={name.trim() === "" ? t("field.required") : fieldWords(text, error, "name")}
          maxLength={120}
          required
          dir="auto"
        />
      </Panel>
      <Panel title={t("campaigns.audience.title")} id="campaign-audience">
        <p aria-live="polite">
          <span className={styles.count}>
            {preview.data === undefined ? "…" : t("campaigns.audience.size", { count: preview.data.audienceSize })}
          </span>{" "}
          <span className={styles.faint}>{t("campaigns.audience.sizeHint")}</span>
        </p>
        {preview.isError && <Notice tone="stop">{problemWords(text, preview.error)}</Notice>}
        {facets.isPending ? (
          <Skeleton lines={5} />
        ) : (
          <>
            {(facets.data?.niches.length ?? 0) > 0 && (
              <PickMany
                label={t("campaigns.audience.niches")}
                none={t("campaigns.audience.anyNiche")}
                options={(facets.data?.niches ?? []).map((each) => ({
                  id: each.name,
                  label: each.name,
                  count: each.count,
                }))}
                selected={audience.niches}
                onChange={(niches) => set({ niches })}
              />
            )}
            <fieldset className={styles.ticks}>
              <legend>{t("campaigns.audience.statuses")}</legend>
              {STATUSES.map((status) => (
                <Checkbox
                  key={status}
                  label={`${t(`leads.status.${status}`)} (${text.number(
                    facets.data?.statuses.find((each) => each.name === status)?.count ?? 0,
                  )})`}
                  checked={audience.statuses.includes(status)}
                  onChange={(on) => toggle(status, on)}
                />
              ))}
              {audience.statuses.length === 0 && <p className={styles.faint}>{t("campaigns.audience.anyStatus")}</p>}
            </fieldset>
            <PickMany
              label={t("campaigns.audience.devices")}
              none={t("campaigns.audience.anyDevice")}
              options={(devices.data ?? []).map((device) => ({
                id: device.id,
                label: device.name,
                count: countOnDevice.get(device.id) ?? 0,
              }))}
              selected={audience.deviceIds}
              onChange={(deviceIds) => set({ deviceIds })}
            />
          </>
        )}
        {pool > 0 && <Notice tone="info">{t("campaigns.audience.pool", { count: pool })}</Notice>}
      </Panel>
      <UnknownConsent
        included={audience.includeUnknownConsent}
        unknown={facets.data?.consents.find((each) => each.name === "unknown")?.count ?? 0}
        onChange={(includeUnknownConsent) => set({ includeUnknownConsent })}
      />
    </div>
  );
}

/** People who never said yes: left out, unless an owner answers for it. */
function UnknownConsent(props: { included: boolean; unknown: number; onChange: (included: boolean) => void }) {
  const { t } = useText();
  const mayOverride = useMay()("consent:override");
  return (
    <Panel title={t("campaigns.consent.title")} id="campaign-consent">
      <p>
        {props.unknown === 0 ? t("campaigns.consent.allKnown") : t("campaigns.consent.rule", { count: props.unknown })}
      </p>
      {mayOverride || props.included ? (
        <Checkbox
          label={t("campaigns.consent.include")}
          hint={t("campaigns.consent.includeHint")}
          checked={props.included}
          onChange={props.onChange}
        />
      ) : (
        <p className={styles.faint}>{t("campaigns.consent.ownerOnly")}</p>
      )}
      {props.included && (
        <Notice tone="stop" title={t("campaigns.consent.warning")}>
          {t("campaigns.consent.warningHint")}
        </Notice>
      )}
    </Panel>
  );
}
