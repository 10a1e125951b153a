import { Bot } from "lucide-react";
import { useState } from "react";
import type { DeviceView, LinkingView, SimulatedPhone } from "../api.gen";
import { Button, Notice, Select, useAction } from "../design";
import { http } from "../http";
import { useMay, useMe } from "../shell";
import { problemWords, useText } from "../text";
import styles from "./LinkDialog.module.css";
import { useSimulatedPhones } from "./queries";

const NEW = "new";

/** Lets a simulated phone take the code that is shown, with one button. */
export function SimulatedScan({ device, view }: { device: DeviceView; view: LinkingView }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const allowed = useMe().simulatedOn && may("simulated:use");
  const phones = useSimulatedPhones(allowed);
  const free = (phones.data?.items ?? []).filter(
    (phone) => phone.linkedDeviceIds.length === 0 || phone.phone === device.phone,
  );
  const [chosen, setChosen] = useState<string>(device.phone ?? NEW);
  const value = chosen === NEW || free.some((phone) => phone.phone === chosen) ? chosen : NEW;
  const scan = useAction({
    run: async () => {
      const phone =
        value === NEW ? (await http.post<SimulatedPhone>("/api/simulated/phones", { name: device.name })).phone : value;
      await http.post(`/api/simulated/phones/${encodeURIComponent(phone)}/scan`, { shown: view.shown });
    },
    changes: [["simulated"], ["linking", device.id], ["device", device.id], ["devices"]],
    quiet: true,
  });
  if (!allowed) return null;
  return (
    <div className={styles.scan}>
      <Select
        label={t("devices.sim.withPhone")}
        hint={t("devices.sim.scanHint")}
        value={value}
        onChange={setChosen}
        options={[
          { value: NEW, label: t("devices.sim.newPhone") },
          ...free.map((phone) => ({ value: phone.phone, label: `${phone.name} (${phone.phone})` })),
        ]}
      />
      {scan.error !== null && <Notice tone="stop">{problemWords(text, scan.error)}</Notice>}
      <Button look="primary" icon={<Bot size={18} />} busy={scan.isPending} onClick={() => scan.mutate()}>
        {view.method === "qr" ? t("devices.sim.scan") : t("devices.sim.type")}
      </Button>
    </div>
  );
}
