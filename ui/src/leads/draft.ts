import type { LeadView } from "../api.gen";
import { splitItems } from "./words";

/** A lead in a form: everything as it is typed. */
export interface LeadDraft {
  phone: string;
  name: string;
  status: LeadView["status"];
  niches: string;
  triggers: string;
  deviceId: string;
  consent: LeadView["consent"];
  consentSource: string;
  consentAt: string | null;
  zone: string;
  note: string;
  variables: readonly VariableDraft[];
}

export interface VariableDraft {
  id: number;
  name: string;
  value: string;
}

/** What the server takes. */
export type LeadFields = Pick<
  LeadView,
  | "phone"
  | "name"
  | "niches"
  | "status"
  | "triggers"
  | "note"
  | "deviceId"
  | "consent"
  | "consentSource"
  | "consentAt"
  | "zone"
  | "variables"
>;

export const FIELDS: readonly (keyof LeadFields)[] = [
  "name",
  "phone",
  "status",
  "niches",
  "triggers",
  "deviceId",
  "consent",
  "consentSource",
  "consentAt",
  "zone",
  "note",
  "variables",
];

export const NEW_LEAD: LeadDraft = {
  phone: "",
  name: "",
  status: "prospect",
  niches: "",
  triggers: "",
  deviceId: "",
  consent: "unknown",
  consentSource: "",
  consentAt: null,
  zone: "",
  note: "",
  variables: [],
};

export function draftOf(lead: LeadFields): LeadDraft {
  return {
    phone: lead.phone,
    name: lead.name,
    status: lead.status,
    niches: lead.niches.join(", "),
    triggers: lead.triggers.join(", "),
    deviceId: lead.deviceId ?? "",
    consent: lead.consent,
    consentSource: lead.consentSource ?? "",
    consentAt: lead.consentAt,
    zone: lead.zone ?? "",
    note: lead.note,
    variables: Object.entries(lead.variables).map(([name, value], id) => ({ id, name, value })),
  };
}

export function fieldsOf(draft: LeadDraft): LeadFields {
  const asked = draft.consent !== "unknown";
  return {
    phone: draft.phone.trim(),
    name: draft.name.trim(),
    status: draft.status,
    niches: splitItems(draft.niches),
    triggers: splitItems(draft.triggers),
    deviceId: draft.deviceId === "" ? null : draft.deviceId,
    consent: draft.consent,
    consentSource: asked && draft.consentSource.trim() !== "" ? draft.consentSource.trim() : null,
    consentAt: asked ? draft.consentAt : null,
    zone: draft.zone === "" ? null : draft.zone,
    note: draft.note.trim(),
    variables: Object.fromEntries(
      draft.variables.filter((each) => each.name.trim() !== "").map((each) => [each.name.trim(), each.value]),
    ),
  };
}

/** The fields that differ from the lead as it was opened. */
export function changesOf(lead: LeadFields, draft: LeadDraft): Partial<LeadFields> {
  const written = fieldsOf(draft);
  return Object.fromEntries(
    FIELDS.filter((field) => JSON.stringify(written[field]) !== JSON.stringify(lead[field])).map((field) => [
      field,
      written[field],
    ]),
  );
}
