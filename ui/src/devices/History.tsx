import type { DeviceView } from "../api.gen";
import { Button, ProgressBar, useAction } from "../design";
import { http } from "../http";
import { useMay } from "../shell";
import { useText } from "../text";
import styles from "./DeviceDrawer.module.css";
import { isComing, useHistory, useTransports } from "./queries";

/** The older chats of the phone: how far they have come, when it has offered any. */
export function History({ device }: { device: DeviceView }) {
  const { t } = useText();
  const transports = useTransports();
  const brings = transports.data?.items.find((each) => each.name === device.transport)?.capabilities?.history === true;
  const may = useMay();
  const history = useHistory(device.id, brings && device.linkedAt !== null).data;
  const retry = useAction({
    run: () => http.post(`/api/devices/${device.id}/history/retry`, {}),
    changes: [["device", device.id, "history"]],
    quiet: true,
  });
  if (history === undefined || history.offered === 0) return null;
  const coming = isComing(history);
  return (
    <section className={styles.state} aria-label={t("devices.history.title")}>
      <h3>{t("devices.history.title")}</h3>
      {coming && (
        <ProgressBar
          label={t("devices.history.packets")}
          done={history.done + history.failed}
          total={history.offered}
        />
      )}
      <p>
        {coming
          ? t("devices.history.coming", { percent: history.percent, count: history.messages })
          : t("devices.history.done", { count: history.messages })}{" "}
        {history.failed > 0 && t("devices.history.failed", { count: history.failed })}
      </p>
      <p className={styles.since}>{t("devices.history.honest")}</p>
      {history.retriable > 0 && may("device:link") && (
        <Button onClick={() => retry.mutate()} busy={retry.isPending}>
          {t("devices.history.retry", { count: history.retriable })}
        </Button>
      )}
    </section>
  );
}
