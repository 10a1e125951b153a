import { useState } from "react";
import type { KeyInput, MadeKeyView, Permission } from "../api.gen";
import { Button, Checkbox, CopyField, Dialog, Notice, RadioGroup, Select, TextInput, useAction } from "../design";
import { http } from "../http";
import { fieldWords, problemWords, useText } from "../text";
import { DeviceGrants } from "./DeviceGrants";
import styles from "./Settings.module.css";

const DAY_MS = 86_400_000;
const EXPIRIES = ["30", "90", "365", "none"] as const;
/** What heeds a limit to devices everywhere, as the server knows. */
const WITH_DEVICES = new Set<Permission>([
  "workspace:read",
  "device:read",
  "lead:read",
  "inbox:read",
  "inbox:reply",
  "media:read",
  "media:edit",
]);
const GROUPS = ["devices", "inbox", "leads", "campaigns", "media", "workspace", "access"] as const;

interface Draft {
  name: string;
  permissions: readonly Permission[];
  devices: "all" | "some";
  deviceIds: string[];
  expiry: (typeof EXPIRIES)[number];
}

/** Chooses what a key may do, makes it and shows it once. */
export function KeyDialog({ scopes, onClose }: { scopes: Record<string, Permission[]>; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const [draft, setDraft] = useState<Draft>({ name: "", permissions: [], devices: "all", deviceIds: [], expiry: "90" });
  const set = (facts: Partial<Draft>) => setDraft((old) => ({ ...old, ...facts }));
  const make = useAction({
    run: () => http.post<MadeKeyView>("/api/keys", inputOf(draft)),
    changes: [["keys"]],
    quiet: true,
  });
  if (make.data !== undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={t("keys.madeTitle", { name: make.data.key.name })}
        description={t("keys.madeHint")}
        actions={
          <Button look="primary" onClick={onClose}>
            {t("shell.close")}
          </Button>
        }
      >
        <CopyField label={t("keys.key")} value={make.data.text} />
        <p className={styles.hint}>{t("keys.madeUse")}</p>
      </Dialog>
    );
  }
  const wrong = (field: string) => fieldWords(text, make.error, field);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("keys.makeTitle")}
      description={t("keys.makeHint")}
      onSubmit={() => make.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={make.isPending}>
            {t("keys.makeButton")}
          </Button>
        </>
      }
    >
      <TextInput
        label={t("keys.name")}
        hint={t("keys.nameHint")}
        error={wrong("name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        maxLength={100}
        autoFocus
        autoComplete="off"
        dir="auto"
      />
      <RadioGroup
        label={t("keys.devices")}
        value={draft.devices}
        onChange={(devices) => set({ devices, permissions: narrowed(draft.permissions, devices) })}
        choices={[
          { value: "all", label: t("keys.devices.all") },
          { value: "some", label: t("keys.devices.some"), hint: t("keys.devices.someHint") },
        ]}
      />
      {draft.devices === "some" && (
        <DeviceGrants chosen={draft.deviceIds} onChange={(deviceIds) => set({ deviceIds })} />
      )}
      <Scopes
        scopes={scopes}
        draft={draft}
        error={wrong("permissions")}
        onChange={(permissions) => set({ permissions })}
      />
      <Select
        label={t("keys.expiry")}
        value={draft.expiry}
        onChange={(expiry) => set({ expiry })}
        options={EXPIRIES.map((value) => ({ value, label: t(`keys.expiry.${value}`) }))}
      />
      {make.error !== null && <Notice tone="stop">{wrong("deviceIds") ?? problemWords(text, make.error)}</Notice>}
    </Dialog>
  );
}

function Scopes(props: {
  scopes: Record<string, Permission[]>;
  draft: Draft;
  error: string | undefined;
  onChange: (permissions: readonly Permission[]) => void;
}) {
  const { t } = useText();
  const chosen = new Set(props.draft.permissions);
  const toggle = (one: Permission) =>
    props.onChange(chosen.has(one) ? props.draft.permissions.filter((each) => each !== one) : [...chosen, one]);
  return (
    <>
      {GROUPS.map((group) => {
        const offered = narrowed(props.scopes[group] ?? [], props.draft.devices);
        if (offered.length === 0) return null;
        return (
          <fieldset key={group} className={styles.group}>
            <legend>{t(`keys.group.${group}`)}</legend>
            {offered.map((one) => (
              <Checkbox
                key={one}
                label={t(`permission.${one}`)}
                checked={chosen.has(one)}
                onChange={() => toggle(one)}
              />
            ))}
          </fieldset>
        );
      })}
      {props.error !== undefined && <Notice tone="stop">{`${t("keys.scopes")}: ${props.error}`}</Notice>}
    </>
  );
}

function narrowed(permissions: readonly Permission[], devices: Draft["devices"]): Permission[] {
  return permissions.filter((each) => devices === "all" || WITH_DEVICES.has(each));
}

function inputOf(draft: Draft): KeyInput {
  return {
    name: draft.name,
    permissions: [...draft.permissions],
    deviceIds: draft.devices === "all" ? null : draft.deviceIds,
    expiresAt: draft.expiry === "none" ? null : new Date(Date.now() + Number(draft.expiry) * DAY_MS).toISOString(),
  };
}
