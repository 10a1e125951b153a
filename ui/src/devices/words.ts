import type { DeviceState } from "../api.gen";
import type { Tone } from "../design";
import type { Text } from "../text";

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
