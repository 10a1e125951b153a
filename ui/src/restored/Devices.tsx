import { Play } from "lucide-react";
import { useState } from "react";
import type { DeviceView } from "../api.gen";
import { Button, ConfirmDialog, useAction } from "../design";
import { DeviceStatePill } from "../devices/state";
import { useMatching } from "../devices/useMatching";
import { http } from "../http";
import { useText } from "../text";
import { Held, Open } from "./Held";
import styles from "./Held.module.css";
import { useHeldDevices } from "./queries";

const OF_RESTORE = { state: "stopped", cause: "restored", q: "" };
const CHANGES = [["restored"], ["devices"], ["overview"]];

/** Numbers that were connected, or about to be, when the backup was made. */
export function Devices({ count }: { count: number }) {
  const { t } = useText();
  const list = useHeldDevices();
  const stopped = list.rows.some((device) => device.state === "stopped");
  return (
    <Held
      id="devices"
      title={t("restored.devices")}
      count={count}
      hint={t("restored.devicesHint")}
      none={t("restored.devicesNone")}
      list={list}
      row={(device) => <Device device={device} />}
      actions={stopped && count > 1 && <StartAll count={count} />}
    />
  );
}

function StartAll({ count }: { count: number }) {
  const { t } = useText();
  const [isAsked, setAsked] = useState(false);
  const { run, done, isRunning } = useMatching(OF_RESTORE, () => undefined);
  if (isRunning) return <span role="status">{t("devices.bulk.running", { done, total: Math.max(count, done) })}</span>;
  return (
    <>
      <Button size="small" icon={<Play size={15} />} onClick={() => setAsked(true)}>
        {t("devices.bulk.start", { count })}
      </Button>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t("restored.startAllTitle", { count })}
        consequence={t("restored.startAllHint")}
        confirmLabel={t("devices.bulk.start", { count })}
        look="primary"
        onConfirm={async () => void run("start")}
      />
    </>
  );
}

function Device({ device }: { device: DeviceView }) {
  const { t } = useText();
  const [isAsked, setAsked] = useState(false);
  const start = useAction({
    run: () => http.post<DeviceView>(`/api/devices/${device.id}/start`),
    changes: CHANGES,
    words: () => t("devices.done.start", { name: device.name }),
    quiet: true,
  });
  const isStopped = device.state === "stopped";
  return (
    <>
      <div className={styles.words}>
        <span className={styles.head}>
          <strong>
            <bdi>{device.name}</bdi>
          </strong>
          <DeviceStatePill state={device.state} />
        </span>
        <span className={styles.faint}>{device.phone ?? t("devices.noNumber")}</span>
      </div>
      <div className={styles.actions}>
        {isStopped && (
          <Button
            size="small"
            icon={<Play size={15} />}
            aria-label={`${t("devices.action.start")}: ${device.name}`}
            onClick={() => setAsked(true)}
          >
            {t("devices.action.start")}
          </Button>
        )}
        <Open
          href={`/devices/${device.id}${isStopped ? "" : "/link"}`}
          label={t(isStopped ? "devices.action.open" : "devices.action.link")}
          of={device.name}
        />
      </div>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t("restored.startTitle", { name: device.name })}
        consequence={t(device.transport === "simulated" ? "restored.startHint" : "restored.startLinked")}
        confirmLabel={t("devices.action.start")}
        look="primary"
        onConfirm={() => start.mutateAsync()}
      />
    </>
  );
}
