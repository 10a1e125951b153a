import { useDeferredValue, useState } from "react";
import { Checkbox, ErrorState, Notice, SearchInput, Skeleton } from "../design";
import { useDevices } from "../devices/queries";
import { useText } from "../text";
import styles from "./Settings.module.css";

/** Picks devices by name, those found by searching. */
export function DeviceGrants({ chosen, onChange }: { chosen: readonly string[]; onChange: (ids: string[]) => void }) {
  const { t } = useText();
  const [q, setQ] = useState("");
  const devices = useDevices({ state: "", q: useDeferredValue(q.trim()) });
  const set = new Set(chosen);
  const toggle = (id: string) => onChange(set.has(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <fieldset className={styles.grants}>
      <legend>
        {t("settings.devices")} <span className={styles.hint}>({chosen.length})</span>
      </legend>
      <SearchInput label={t("devices.search")} value={q} onChange={setQ} />
      {devices.isLoading ? (
        <Skeleton lines={3} />
      ) : devices.error !== null && devices.rows.length === 0 ? (
        <ErrorState error={devices.error} retry={devices.retry} />
      ) : devices.rows.length === 0 ? (
        <p className={styles.hint}>{q === "" ? t("settings.devicesNone") : t("devices.noMatchTitle")}</p>
      ) : (
        <div className={styles.grantList}>
          {devices.rows.map((device) => (
            <Checkbox
              key={device.id}
              label={<bdi>{device.name}</bdi>}
              hint={device.phone ?? undefined}
              checked={set.has(device.id)}
              onChange={() => toggle(device.id)}
            />
          ))}
          {devices.hasMore && <p className={styles.hint}>{t("settings.devicesMore")}</p>}
        </div>
      )}
      {chosen.length === 0 && <Notice tone="wait">{t("settings.noDevicesChosen")}</Notice>}
    </fieldset>
  );
}
