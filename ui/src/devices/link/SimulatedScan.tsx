import { Bot } from "lucide-react";
import { useState } from "react";
import type { DeviceView, LinkingView, SimulatedPhone } from "../../api.gen";
import { Button, Notice, Select, useAction } from "../../design";
import { http } from "../../http";
import { useMay, useMe } from "../../shell";
import { problemWords, useText } from "../../text";
import { useSimulatedPhones } from "../queries";
import styles from "./Link.module.css";

/** Stands for a phone that is made when it is needed. */
export const NEW_PHONE = "new";

/** Whether this user may use simulated phones here. */
export function useMaySimulate(): boolean {
  const may = useMay();
  const { simulatedOn } = useMe();
  return simulatedOn && may("simulated:use");
}

/** The number of the chosen simulated phone; makes it first when it is a new one. */
export async function readyPhone(chosen: string, name: string): Promise<string> {
  if (chosen !== NEW_PHONE) return chosen;
  return (await http.post<SimulatedPhone>("/api/simulated/phones", { name })).phone;
}

interface PhoneSelectProps {
  device: DeviceView;
  label: string;
  hint?: string;
  error?: string | undefined;
  value: string;
  onChange: (phone: string) => void;
}

/** A free simulated phone, or a new one. */
export function SimulatedPhoneSelect({ device, label, hint, error, value, onChange }: PhoneSelectProps) {
  const { t } = useText();
  const phones = useSimulatedPhones(true);
  const free = (phones.data?.items ?? []).filter(
    (phone) => phone.linkedDeviceIds.length === 0 || phone.phone === device.phone || phone.phone === value,
  );
  const known = value === NEW_PHONE || free.some((phone) => phone.phone === value);
  return (
    <Select
      label={label}
      hint={hint}
      error={error}
      value={value}
      onChange={onChange}
      options={[
        { value: NEW_PHONE, label: t("devices.sim.newPhone") },
        ...free.map((phone) => ({ value: phone.phone, label: `${phone.name} (${phone.phone})` })),
        ...(known ? [] : [{ value, label: value }]),
      ]}
    />
  );
}

interface ScanProps {
  device: DeviceView;
  view: LinkingView;
  /** The phone that a code was asked for. */
  phone: string | null;
}

/** Lets a simulated phone take the code that is shown, with one button. */
export function SimulatedScan({ device, view, phone }: ScanProps) {
  const text = useText();
  const { t } = text;
  const allowed = useMaySimulate();
  const [chosen, setChosen] = useState(phone ?? device.phone ?? NEW_PHONE);
  const take = useAction({
    run: async () => {
      const number = await readyPhone(chosen, device.name);
      await http.post(`/api/simulated/phones/${encodeURIComponent(number)}/scan`, { shown: view.shown });
    },
    changes: [["simulated"], ["linking", device.id], ["device", device.id], ["devices"]],
    quiet: true,
  });
  if (!allowed) return null;
  const byQr = view.method === "qr";
  return (
    <div className={styles.scan}>
      <SimulatedPhoneSelect
        device={device}
        label={byQr ? t("devices.sim.withPhone") : t("devices.sim.typePhone")}
        hint={byQr ? t("devices.sim.scanHint") : t("devices.sim.typeHint")}
        value={chosen}
        onChange={setChosen}
      />
      {take.error !== null && <Notice tone="stop">{problemWords(text, take.error)}</Notice>}
      <Button look="primary" icon={<Bot size={18} />} busy={take.isPending} onClick={() => take.mutate()}>
        {byQr ? t("devices.sim.scan") : t("devices.sim.type")}
      </Button>
    </div>
  );
}
