import type { FormEvent } from "react";
import { Facts, Panel, Select, Switch, TextInput } from "../design";
import { useMe } from "../shell";
import { LANGUAGES, useText } from "../text";
import { allZones, When, zoneName } from "../time";
import { regionOptions } from "./regions";
import { SaveBar } from "./SaveBar";
import styles from "./Settings.module.css";
import { useWorkspaceForm } from "./useWorkspace";

const NAMES = ["name", "zone", "language", "region", "simulatedOn"] as const;

export function WorkspaceTab() {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const form = useWorkspaceForm(NAMES);
  const { draft, set, wrong, mayEdit } = form;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.save.mutate();
  };
  return (
    <div className={styles.columns}>
      <Panel id="workspace" title={t("settings.workspace")}>
        <form className={styles.form} onSubmit={submit} noValidate>
          <TextInput
            label={t("settings.name")}
            error={wrong("name")}
            value={draft.name}
            onChange={(name) => set({ name })}
            maxLength={120}
            disabled={!mayEdit}
            dir="auto"
          />
          <Select
            label={t("settings.zone")}
            hint={t("settings.zoneHint")}
            error={wrong("zone")}
            value={draft.zone}
            onChange={(zone) => set({ zone })}
            disabled={!mayEdit}
            options={allZones(draft.zone).map((zone) => ({ value: zone, label: zoneName(zone) }))}
          />
          <Select
            label={t("settings.language")}
            hint={t("settings.languageHint")}
            value={draft.language}
            onChange={(language) => set({ language })}
            disabled={!mayEdit}
            options={LANGUAGES.map((language) => ({ value: language, label: t(`shell.language.${language}`) }))}
          />
          <Select
            label={t("settings.region")}
            hint={t("settings.regionHint")}
            error={wrong("region")}
            value={draft.region}
            onChange={(region) => set({ region })}
            disabled={!mayEdit}
            options={regionOptions(text.locale, draft.region)}
          />
          <Switch
            label={t("settings.simulated")}
            hint={t("settings.simulatedHint")}
            checked={draft.simulatedOn}
            onChange={(simulatedOn) => set({ simulatedOn })}
            disabled={!mayEdit}
          />
          <SaveBar
            dirty={form.dirty}
            busy={form.save.isPending}
            error={form.save.error}
            onReset={form.reset}
            mayEdit={mayEdit}
          />
        </form>
      </Panel>
      <Panel id="about" title={t("settings.about")}>
        <Facts
          items={[
            [t("settings.version"), me.version],
            [t("settings.since"), <When key="since" at={me.workspace.createdAt} as="date" />],
          ]}
        />
      </Panel>
    </div>
  );
}
