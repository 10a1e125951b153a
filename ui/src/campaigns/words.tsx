import { StatusPill, type Tone } from "../design";
import { type Text, useText } from "../text";

/** The colour of each group of a report; every state belongs to one. */
export const GROUPS = ["sent", "sending", "waiting", "unknown", "failed", "notSent"] as const;
export type GroupName = (typeof GROUPS)[number];

export const GROUP_TONES: Record<GroupName, Tone | "off"> = {
  sent: "good",
  sending: "info",
  waiting: "idle",
  unknown: "wait",
  failed: "stop",
  notSent: "off",
};

/** A group as the server's filter spells it. */
export const GROUP_FILTER: Record<GroupName, string> = {
  sent: "sent",
  sending: "sending",
  waiting: "waiting",
  unknown: "unknown",
  failed: "failed",
  notSent: "not_sent",
};

const STATE_TONES: Readonly<Record<string, Tone>> = {
  queued: "idle",
  dispatching: "info",
  accepted: "good",
  delivered: "good",
  read: "good",
  played: "good",
  failed: "stop",
  unknown: "wait",
  unknown_final: "wait",
  excluded: "idle",
  suppressed: "idle",
  cancelled: "idle",
  expired: "idle",
};

const CAMPAIGN_TONES: Readonly<Record<string, Tone>> = {
  draft: "idle",
  scheduled: "info",
  running: "info",
  paused: "wait",
  finished: "good",
  cancelled: "idle",
};

/** Why a message ended, failed or is unknown. */
export function codeWords(text: Text, code: string): string {
  return text.maybe(`outbox.code.${code}`) ?? text.t("outbox.code.other", { code });
}

/** Why a message waits. */
export function holdWords(text: Text, hold: string): string {
  return text.maybe(`outbox.hold.${hold}`) ?? text.t("outbox.hold.other", { code: hold });
}

/** Where one message stands. */
export function stateWords(text: Text, state: string): string {
  return text.maybe(`outbox.state.${state}`) ?? state;
}

export function OutboxStatePill({ state }: { state: string }) {
  const text = useText();
  return <StatusPill tone={STATE_TONES[state] ?? "idle"}>{stateWords(text, state)}</StatusPill>;
}

export function campaignStateWords(text: Text, state: string): string {
  return text.maybe(`campaigns.state.${state}`) ?? state;
}

export function CampaignStatePill({ state }: { state: string }) {
  const text = useText();
  return <StatusPill tone={CAMPAIGN_TONES[state] ?? "idle"}>{campaignStateWords(text, state)}</StatusPill>;
}

/** Why a campaign is in its state, or null where the state says it all. */
export function reasonWords(text: Text, reason: string | null): string | null {
  return reason === null ? null : (text.maybe(`campaigns.reason.${reason}`) ?? reason);
}
