import type { LeadView } from "../api.gen";
import { StatusPill, type Tone } from "../design";
import { type Text, useText } from "../text";
import type { LeadFields } from "./draft";

const CONSENT_TONES: Record<LeadView["consent"], Tone> = { granted: "good", unknown: "wait", refused: "stop" };

export function statusWords(text: Text, status: string): string {
  return text.maybe(`leads.status.${status}`) ?? status;
}

export function consentWords(text: Text, consent: string): string {
  return text.maybe(`leads.consent.${consent}`) ?? consent;
}

export function suppressedWords(text: Text, reason: string | null): string {
  return text.maybe(`leads.suppressed.${reason ?? "other"}`) ?? text.t("leads.suppressed.other");
}

/** Whether the person may be written to: suppression first, then consent. */
export function ReachPill({ lead }: { lead: LeadView }) {
  const text = useText();
  if (lead.suppressed)
    return (
      <StatusPill tone="stop" title={suppressedWords(text, lead.suppressedReason)}>
        {text.t("leads.suppressed")}
      </StatusPill>
    );
  return <ConsentPill consent={lead.consent} />;
}

export function ConsentPill({ consent }: { consent: LeadView["consent"] }) {
  const text = useText();
  return <StatusPill tone={CONSENT_TONES[consent]}>{consentWords(text, consent)}</StatusPill>;
}

/** What to call a person without a name. */
export function leadName(text: Text, lead: { name: string; phone: string }): string {
  return lead.name.trim() === "" ? lead.phone || text.t("leads.noName") : lead.name;
}

/** Items of a list as people type them, without blanks. */
export function splitItems(written: string): string[] {
  return written
    .split(/[,;\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** A field's value as people read it. */
export function valueWords(
  text: Text,
  fields: Partial<LeadFields>,
  field: keyof LeadFields,
  devices: ReadonlyMap<string, string>,
  time: (instant: string) => string,
): string {
  const value = fields[field];
  if (field === "deviceId") return value == null ? text.t("leads.pool") : (devices.get(String(value)) ?? "…");
  if (field === "status") return statusWords(text, String(value));
  if (field === "consent") return consentWords(text, String(value));
  if (value === null || value === undefined || value === "") return "–";
  if (field === "consentAt") return time(String(value));
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.join(", ");
  if (typeof value === "object")
    return (
      Object.entries(value)
        .map(([name, each]) => `${name}: ${each}`)
        .join(", ") || "–"
    );
  return value;
}
