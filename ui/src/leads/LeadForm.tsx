import { Plus, X } from "lucide-react";
import { Button, DateTime, IconButton, Select, TextArea, TextInput } from "../design";
import { fieldWords, useText } from "../text";
import { allZones, useTimes, zoneName } from "../time";
import type { LeadDraft } from "./draft";
import styles from "./LeadForm.module.css";
import { useAllDevices } from "./queries";

/** The fields of one lead. */
export function LeadForm({
  draft,
  onChange,
  error,
}: {
  draft: LeadDraft;
  onChange: (draft: LeadDraft) => void;
  error: unknown;
}) {
  const text = useText();
  const { t } = text;
  const { zone } = useTimes();
  const devices = useAllDevices();
  const set = (changes: Partial<LeadDraft>) => onChange({ ...draft, ...changes });
  const wrong = (field: string) => fieldWords(text, error, field);
  return (
    <div className={styles.form}>
      <TextInput
        label={t("leads.field.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={wrong("name")}
        maxLength={200}
        dir="auto"
        autoComplete="off"
      />
      <TextInput
        label={t("leads.field.phone")}
        hint={t("leads.field.phoneHint")}
        value={draft.phone}
        onChange={(phone) => set({ phone })}
        error={wrong("phone")}
        type="tel"
        required
        autoComplete="off"
      />
      <div className={styles.pair}>
        <Select
          label={t("leads.field.status")}
          value={draft.status}
          onChange={(status) => set({ status })}
          options={[
            { value: "prospect", label: t("leads.status.prospect") },
            { value: "customer", label: t("leads.status.customer") },
          ]}
        />
        <Select
          label={t("leads.field.deviceId")}
          value={draft.deviceId}
          onChange={(deviceId) => set({ deviceId })}
          error={wrong("deviceId")}
          options={[
            { value: "", label: t("leads.pool") },
            ...(devices.data ?? []).map((device) => ({ value: device.id, label: device.name })),
          ]}
        />
      </div>
      <TextInput
        label={t("leads.field.niches")}
        hint={t("leads.field.listHint")}
        value={draft.niches}
        onChange={(niches) => set({ niches })}
        error={wrong("niches")}
        dir="auto"
      />
      <TextInput
        label={t("leads.field.triggers")}
        hint={t("leads.field.triggersHint")}
        value={draft.triggers}
        onChange={(triggers) => set({ triggers })}
        error={wrong("triggers")}
        dir="auto"
      />
      <fieldset className={styles.box}>
        <legend>{t("leads.field.consent")}</legend>
        <Select
          label={t("leads.field.consentState")}
          value={draft.consent}
          onChange={(consent) => set({ consent })}
          hint={t(`leads.consentHint.${draft.consent}`)}
          options={[
            { value: "granted", label: t("leads.consent.granted") },
            { value: "unknown", label: t("leads.consent.unknown") },
            { value: "refused", label: t("leads.consent.refused") },
          ]}
        />
        {draft.consent !== "unknown" && (
          <>
            <TextInput
              label={t("leads.field.consentSource")}
              hint={t("leads.field.consentSourceHint")}
              value={draft.consentSource}
              onChange={(consentSource) => set({ consentSource })}
              error={wrong("consentSource")}
              dir="auto"
            />
            <DateTime
              label={t("leads.field.consentAt")}
              value={draft.consentAt}
              onChange={(consentAt) => set({ consentAt })}
              error={wrong("consentAt")}
            />
          </>
        )}
      </fieldset>
      <TextArea
        label={t("leads.field.note")}
        value={draft.note}
        onChange={(note) => set({ note })}
        error={wrong("note")}
      />
      <Select
        label={t("leads.field.zone")}
        hint={t("leads.field.zoneHint")}
        value={draft.zone}
        onChange={(next) => set({ zone: next })}
        error={wrong("zone")}
        options={[
          { value: "", label: t("leads.zoneOfNumber") },
          ...allZones(draft.zone === "" ? zone : draft.zone).map((each) => ({ value: each, label: zoneName(each) })),
        ]}
      />
      <Variables draft={draft} set={set} error={wrong("variables")} />
    </div>
  );
}

function Variables(props: { draft: LeadDraft; set: (changes: Partial<LeadDraft>) => void; error: string | undefined }) {
  const { t } = useText();
  const { variables } = props.draft;
  const put = (id: number, changes: { name?: string; value?: string }) =>
    props.set({ variables: variables.map((each) => (each.id === id ? { ...each, ...changes } : each)) });
  return (
    <fieldset className={styles.box}>
      <legend>{t("leads.field.variables")}</legend>
      <p className={styles.hint}>{t("leads.field.variablesHint")}</p>
      {variables.map((variable) => (
        <div key={variable.id} className={styles.variable}>
          <TextInput
            label={t("leads.variable.name")}
            labelHidden
            placeholder={t("leads.variable.name")}
            value={variable.name}
            onChange={(name) => put(variable.id, { name })}
          />
          <TextInput
            label={t("leads.variable.value")}
            labelHidden
            placeholder={t("leads.variable.value")}
            value={variable.value}
            onChange={(value) => put(variable.id, { value })}
            dir="auto"
          />
          <IconButton
            label={t("leads.variable.remove", { name: variable.name })}
            icon={<X size={17} />}
            onClick={() => props.set({ variables: variables.filter((each) => each.id !== variable.id) })}
          />
        </div>
      ))}
      <Button
        size="small"
        look="quiet"
        icon={<Plus size={16} />}
        onClick={() =>
          props.set({
            variables: [
              ...variables,
              { id: Math.max(-1, ...variables.map((each) => each.id)) + 1, name: "", value: "" },
            ],
          })
        }
      >
        {t("leads.variable.add")}
      </Button>
      {props.error !== undefined && (
        <p className={styles.error} role="alert">
          {props.error}
        </p>
      )}
    </fieldset>
  );
}
