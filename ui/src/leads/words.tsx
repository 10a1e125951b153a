import type { LeadView } from "../api.gen";
import { StatusPill, type Tone } from "../design";
import { type Text, useText } from "../text";

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
