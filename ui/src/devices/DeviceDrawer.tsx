import { lazy, type ReactNode, Suspense } from "react";
import type { DeviceView } from "../api.gen";
import { Button, Drawer, ErrorState, Facts, Notice, Skeleton, Tile, Tiles } from "../design";
import { useText, withWords } from "../text";
import { useTimes, When } from "../time";
import { Capabilities } from "./Capabilities";
import { MainButton, useDeviceMenu } from "./DeviceActions";
import styles from "./DeviceDrawer.module.css";
import { History } from "./History";
import { useDevice } from "./queries";
import { DeviceStatePill } from "./state";
import { useClose } from "./useClose";
import { causeWords, holdWords, kindWords, STATE_TONES, todoWords } from "./words";

const StopNotice = lazy(withWords(["stops"], () => import("../stops/StopNotice")));

/** One device: what it is doing and why, what to do, its sends and facts. */
export function DeviceDrawer({ id }: { id: string }) {
  const { t } = useText();
  const close = useClose();
  const device = useDevice(id);
  return (
    <Drawer open onClose={close} title={<bdi>{device.data?.name ?? t("devices.list")}</bdi>}>
      {device.isPending ? (
        <Skeleton lines={6} />
      ) : device.isError && device.data === undefined ? (
        <ErrorState error={device.error} retry={() => void device.refetch()} />
      ) : (
        device.data !== undefined && <Details device={device.data} />
      )}
    </Drawer>
  );
}

function Details({ device }: { device: DeviceView }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const { main, items } = useDeviceMenu(device, false);
  const capNote = (cap: number | null) =>
    cap === null ? t("devices.detail.noCap") : t("devices.detail.capNote", { cap });
  const moment = (at: string | null) => (at === null ? t("devices.detail.notYet") : <When at={at} as="relative" />);
  return (
    <>
      <section className={styles.state} aria-label={t("devices.columnState")}>
        <p className={styles.line}>
          <DeviceStatePill state={device.state} />
          <span className={styles.since}>
            {t("devices.detail.since", { time: times.full(device.stateSince) })}
            {device.stateUntil !== null && `, ${t("devices.until", { time: times.full(device.stateUntil) })}`}
          </span>
        </p>
        <Suspense>
          <StopNotice subject={device.id} />
        </Suspense>
        <p>{causeWords(text, device.cause)}</p>
        {device.state !== "online" && <Notice tone={STATE_TONES[device.state]}>{todoWords(text, device)}</Notice>}
        {device.hold !== null && (
          <Notice tone="wait">
            {device.holdUntil === null
              ? holdWords(text, device.hold)
              : t("devices.hold.until", { reason: holdWords(text, device.hold), time: times.full(device.holdUntil) })}
          </Notice>
        )}
        <MainButton action={main} name={device.name} />
      </section>
      <Tiles label={t("devices.detail.sends")}>
        <Tile label={t("devices.detail.hour")} value={device.sentHour} note={capNote(device.hourlyCap)} />
        <Tile label={t("devices.detail.day")} value={device.sentDay} note={capNote(device.dailyCap)} />
        <Tile label={t("devices.detail.queued")} value={device.queued} />
      </Tiles>
      <Identity device={device} />
      <History device={device} />
      <section aria-label={t("devices.detail.facts")}>
        <Facts
          items={[
            [t("devices.detail.kind"), kindWords(text, device.transport)],
            [t("devices.detail.linkedAt"), moment(device.linkedAt)],
            [t("devices.detail.lastSeen"), moment(device.lastSeenAt)],
            [t("devices.detail.lastInbound"), moment(device.lastInboundAt)],
            [t("devices.detail.lastSent"), moment(device.lastSentAt)],
            [t("devices.detail.createdAt"), <When key="created" at={device.createdAt} as="date" />],
          ]}
        />
      </section>
      <Capabilities transport={device.transport} />
      {items.length > 0 && (
        <fieldset className={styles.actions}>
          <legend className="srOnly">{t("devices.columnActions")}</legend>
          {items.map((item) =>
            item === "line" ? null : (
              <Button
                key={item.label}
                icon={item.icon}
                onClick={item.onSelect}
                className={item.look === "stop" ? styles.stop : undefined}
              >
                {item.label}
              </Button>
            ),
          )}
        </fieldset>
      )}
    </>
  );
}

/** The number as its people know it, and as WhatsApp does. */
function Identity({ device }: { device: DeviceView }) {
  const { t } = useText();
  const known: [string, string][] = [];
  if (device.pushName !== null) known.push([t("devices.detail.pushName"), device.pushName]);
  const technical: [string, string][] = [];
  if (device.phone !== null)
    technical.push([t("devices.detail.jid"), `${device.phone.replace("+", "")}@s.whatsapp.net`]);
  if (device.lid !== null) technical.push([t("devices.detail.lid"), `${device.lid.replace(/@lid$/, "")}@lid`]);
  return (
    <section className={styles.state} aria-label={t("devices.detail.identity")}>
      <Facts
        items={[
          [t("devices.detail.number"), device.phone ?? t("devices.noNumber")],
          ...known.map(([label, value]): [string, ReactNode] => [label, <bdi key={label}>{value}</bdi>]),
        ]}
      />
      {technical.length > 0 && (
        <details className={styles.more}>
          <summary>{t("devices.detail.technical")}</summary>
          <Facts items={technical.map(([label, value]) => [label, <code key={label}>{value}</code>])} />
        </details>
      )}
    </section>
  );
}
