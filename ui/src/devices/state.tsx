import type { ReactNode } from "react";
import type { DeviceState, DeviceView } from "../api.gen";
import { StatusPill, type Tone } from "../design";
import { type Text, useText } from "../text";
import { When } from "../time";
import styles from "./state.module.css";

/** The colour of each state, the same everywhere. */
export const STATE_TONES: Record<DeviceState, Tone> = {
  online: "good",
  linking: "info",
  connecting: "info",
  waiting: "wait",
  restricted: "wait",
  replaced: "stop",
  logged_out: "stop",
  banned: "stop",
  outdated: "stop",
  stopped: "idle",
  unlinked: "idle",
};

/** States in the order in which they need a person. */
export const STATE_ORDER: readonly DeviceState[] = [
  "banned",
  "logged_out",
  "replaced",
  "outdated",
  "restricted",
  "waiting",
  "linking",
  "connecting",
  "unlinked",
  "stopped",
  "online",
];

/** Slots that a phone can be linked to just now. */
export const LINKABLE: ReadonlySet<DeviceState> = new Set(["unlinked", "logged_out", "replaced", "banned"]);

/** Slots with a number, that can be stopped or logged out. */
export const RUNNING: ReadonlySet<DeviceState> = new Set([
  "connecting",
  "online",
  "waiting",
  "restricted",
  "replaced",
  "banned",
  "outdated",
]);

export function causeWords(text: Text, cause: string): string {
  return text.maybe(`devices.cause.${cause}`) ?? text.t("devices.cause.other", { code: cause });
}

export function holdWords(text: Text, hold: string): string {
  return text.maybe(`devices.hold.${hold}`) ?? text.t("devices.hold.other", { code: hold });
}

/** The state of a device as word, colour and shape. */
export function DeviceStatePill({ state }: { state: DeviceState }) {
  const { t } = useText();
  return <StatusPill tone={STATE_TONES[state]}>{t(`devices.state.${state}`)}</StatusPill>;
}

/** The state with its cause, since when and until when. */
export function DeviceStateWords({ device }: { device: DeviceView }) {
  const text = useText();
  return (
    <span className={styles.words}>
      <DeviceStatePill state={device.state} />
      <span className={styles.detail}>
        {device.state === "online" && device.hold !== null
          ? holdWords(text, device.hold)
          : causeWords(text, device.cause)}{" "}
        <Since device={device} />
      </span>
    </span>
  );
}

function Since({ device }: { device: DeviceView }) {
  const { t } = useText();
  const until = device.state === "online" && device.hold !== null ? device.holdUntil : device.stateUntil;
  if (until !== null)
    return <Places words={t("devices.until", { time: "\u0000" })} what={<When at={until} as="full" />} />;
  return (
    <Places words={t("devices.sinceFor", { duration: "\u0000" })} what={<When at={device.stateSince} as="since" />} />
  );
}

/** A sentence with an element in the place of its one value. */
export function Places({ words, what }: { words: string; what: ReactNode }) {
  const [before, after] = words.split("\u0000");
  return (
    <>
      {before}
      {what}
      {after}
    </>
  );
}
