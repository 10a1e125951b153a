import type { DeviceState, DeviceView } from "../api.gen";
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

const LINKABLE: ReadonlySet<DeviceState> = new Set(["unlinked", "logged_out", "replaced", "banned"]);

/** Why a stopped slot has lost its link for good. */
const LOST: ReadonlySet<string> = new Set(["session_corrupt", "sealing_key_wrong"]);

/** Whether a slot is stopped because its link can no longer be used. */
export function hasLostLink(device: Pick<DeviceView, "state" | "cause">): boolean {
  return device.state === "stopped" && LOST.has(device.cause);
}

/** Whether a phone can be linked to the slot just now. */
export function isLinkable(device: Pick<DeviceView, "state" | "cause">): boolean {
  return LINKABLE.has(device.state) || hasLostLink(device);
}

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

/** What a person can do about the state, by its cause where the cause tells more. */
export function todoWords(text: Text, device: Pick<DeviceView, "state" | "cause">): string {
  return text.maybe(`devices.do.${device.cause}`) ?? text.t(`devices.todo.${device.state}`);
}

/** Why a kind of number cannot be used, and what to do. */
export function reasonWords(text: Text, reason: string | null): string {
  const code = reason ?? "off";
  return text.maybe(`devices.reason.${code}`) ?? text.t("devices.reason.other", { code });
}

/** How a kind of number is called. */
export function kindWords(text: Text, transport: string): string {
  return text.maybe(`devices.kind.${transport}`) ?? transport;
}

export function holdWords(text: Text, hold: string): string {
  return text.maybe(`devices.hold.${hold}`) ?? text.t("devices.hold.other", { code: hold });
}
