import { useState } from "react";
import type { BulkChange } from "../../api.gen";
import { Button, Dialog, Notice, Select, TextInput } from "../../design";
import { fieldWords, problemWords, useText } from "../../text";
import { useAllDevices } from "../queries";
import { splitItems } from "../words";
import type { Chosen } from "./Bulk";
import { NOTHING, useBegin } from "./begin";

const VERBS = [
  "add_niches",
  "remove_niches",
  "add_triggers",
  "remove_triggers",
  "set_value",
  "set_status",
  "move",
] as const;
type Verb = (typeof VERBS)[number];

interface Draft {
  verb: Verb;
  tags: string;
  name: string;
  value: string;
  status: "prospect" | "customer";
  deviceId: string;
}

/** One change to many leads, which can be undone for a day. */
export function ChangeDialog(props: { chosen: Chosen; onClose: () => void; onBegun: () => void }) {
  const { chosen, onClose, onBegun } = props;
  const text = useText();
  const { t } = text;
  const begin = useBegin(chosen, onBegun);
  const [draft, setDraft] = useState<Draft>({
    verb: "add_niches",
    tags: "",
    name: "",
    value: "",
    status: "customer",
    deviceId: "",
  });
  const set = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("leads.bulk.changeTitle", { count: chosen.count })}
      description={t("leads.bulk.changeHint")}
      onSubmit={() => begin.mutate(changeOf(draft))}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button look="primary" type="submit" busy={begin.isPending}>
            {t("leads.bulk.changeConfirm", { count: chosen.count })}
          </Button>
        </>
      }
    >
      <Select
        label={t("leads.bulk.what")}
        value={draft.verb}
        onChange={(verb) => set({ verb })}
        options={VERBS.map((verb) => ({ value: verb, label: t(`leads.bulk.verb.${verb}`) }))}
      />
      <Inputs draft={draft} set={set} error={begin.error} />
      {begin.error !== null && fieldWords(text, begin.error, "tags") === undefined && (
        <Notice tone="stop">{problemWords(text, begin.error)}</Notice>
      )}
    </Dialog>
  );
}

function Inputs({ draft, set, error }: { draft: Draft; set: (changes: Partial<Draft>) => void; error: unknown }) {
  const text = useText();
  const { t } = text;
  const devices = useAllDevices();
  const wrong = (field: string) => fieldWords(text, error, field);
  switch (draft.verb) {
    case "set_value":
      return (
        <>
          <TextInput
            label={t("leads.variable.name")}
            value={draft.name}
            onChange={(name) => set({ name })}
            error={wrong("name")}
            required
            autoComplete="off"
          />
          <TextInput
            label={t("leads.variable.value")}
            hint={t("leads.bulk.emptyValue")}
            value={draft.value}
            onChange={(value) => set({ value })}
            error={wrong("value")}
            dir="auto"
            autoComplete="off"
          />
        </>
      );
    case "set_status":
      return (
        <Select
          label={t("leads.field.status")}
          value={draft.status}
          onChange={(status) => set({ status })}
          options={[
            { value: "prospect", label: t("leads.status.prospect") },
            { value: "customer", label: t("leads.status.customer") },
          ]}
        />
      );
    case "move":
      return (
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
      );
    default:
      return (
        <TextInput
          label={t(
            draft.verb === "add_niches" || draft.verb === "remove_niches"
              ? "leads.field.niches"
              : "leads.field.triggers",
          )}
          hint={t("leads.field.listHint")}
          value={draft.tags}
          onChange={(tags) => set({ tags })}
          error={wrong("tags")}
          required
          dir="auto"
          autoComplete="off"
        />
      );
  }
}

function changeOf(draft: Draft): BulkChange {
  switch (draft.verb) {
    case "set_value":
      return { ...NOTHING, verb: draft.verb, name: draft.name, value: draft.value };
    case "set_status":
      return { ...NOTHING, verb: draft.verb, status: draft.status };
    case "move":
      return { ...NOTHING, verb: draft.verb, deviceId: draft.deviceId === "" ? null : draft.deviceId };
    default:
      return { ...NOTHING, verb: draft.verb, tags: splitItems(draft.tags) };
  }
}
