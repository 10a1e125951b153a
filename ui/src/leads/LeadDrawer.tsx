import { useQueryClient } from "@tanstack/react-query";
import { Ban, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { LeadView } from "../api.gen";
import { codeWords, OutboxStatePill } from "../campaigns/words";
import {
  Button,
  ConfirmDialog,
  Drawer,
  ErrorState,
  Facts,
  Notice,
  Skeleton,
  Tabs,
  useAction,
  useToast,
} from "../design";
import { asProblem, http } from "../http";
import { useMay, useMe } from "../shell";
import { problemWords, type Text, useText } from "../text";
import { useTimes, When } from "../time";
import { changesOf, draftOf, FIELDS, fieldsOf, type LeadDraft, type LeadFields, NEW_LEAD } from "./draft";
import styles from "./LeadDrawer.module.css";
import { LeadForm } from "./LeadForm";
import { useDeviceNames } from "./LeadsPage";
import { useLead, useLeadHistory } from "./queries";
import { ConsentPill, consentWords, leadName, ReachPill, statusWords, suppressedWords } from "./words";

const CHANGED = [["leads"], ["lead-facets"], ["overview"]] as const;

export function useCloseLead(): () => void {
  const [, go] = useLocation();
  const search = useSearch();
  return () => go(search === "" ? "/leads" : `/leads?${search}`);
}

/** Adds one person by hand. */
export function NewLead() {
  const text = useText();
  const { t } = text;
  const close = useCloseLead();
  const [draft, setDraft] = useState<LeadDraft>(NEW_LEAD);
  const add = useAction({
    run: () => http.post<LeadView>("/api/leads", fieldsOf(draft)),
    changes: CHANGED,
    done: close,
    words: (lead) => t("leads.added", { name: leadName(text, lead) }),
    quiet: true,
  });
  return (
    <Drawer
      open
      wide
      onClose={close}
      title={t("leads.addTitle")}
      onSubmit={() => add.mutate()}
      actions={
        <>
          <Button onClick={close}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={add.isPending}>
            {t("leads.add")}
          </Button>
        </>
      }
    >
      <Refusal error={add.error} />
      <LeadForm draft={draft} onChange={setDraft} error={add.error} />
    </Drawer>
  );
}

/** Why a lead was not stored; another lead with the same number is one click away. */
function Refusal({ error }: { error: unknown }) {
  const text = useText();
  if (error === null) return null;
  const problem = asProblem(error);
  const other = problem.data.lead_id ?? problem.data.leadId;
  return (
    <Notice
      tone="stop"
      action={
        problem.code === "lead_exists" && typeof other === "string" ? (
          <Link href={`/leads/${other}`}>{text.t("leads.openOther")}</Link>
        ) : undefined
      }
    >
      {problemWords(text, error)}
    </Notice>
  );
}

/** One person: what is known, what they agreed to, what they received. */
export function LeadDrawer({ id }: { id: string }) {
  const text = useText();
  const close = useCloseLead();
  const lead = useLead(id);
  const may = useMay();
  if (lead.data !== undefined && may("lead:edit")) return <Editor lead={lead.data} onClose={close} />;
  return (
    <Drawer
      open
      wide
      onClose={close}
      title={<bdi>{lead.data ? leadName(text, lead.data) : text.t("leads.person")}</bdi>}
    >
      {lead.data !== undefined ? (
        <>
          <Suppression lead={lead.data} />
          <ReadOnly lead={lead.data} />
          <History lead={lead.data} />
        </>
      ) : lead.isError ? (
        <ErrorState error={lead.error} retry={() => void lead.refetch()} />
      ) : (
        <Skeleton lines={6} />
      )}
    </Drawer>
  );
}

function Editor({ lead, onClose }: { lead: LeadView; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const queries = useQueryClient();
  const toast = useToast();
  const [tab, setTab] = useState("details");
  const [asking, setAsking] = useState(false);
  // The lead as it was opened: what somebody else saves meanwhile must not slip under the hands of the writer.
  const [base, setBase] = useState(lead);
  const [draft, setDraft] = useState(() => draftOf(lead));
  const [theirs, setTheirs] = useState<LeadView | null>(null);
  const changes = changesOf(base, draft);
  const dirty = Object.keys(changes).length > 0;
  if (!dirty && lead.version !== base.version) {
    setBase(lead);
    setDraft(draftOf(lead));
  }
  const take = (next: LeadView) => {
    queries.setQueryData(["lead", next.id], next);
    setBase(next);
    setDraft(draftOf(next));
    setTheirs(null);
  };
  const save = useAction({
    run: (version: number) => http.patch<LeadView>(`/api/leads/${lead.id}`, { ...changes, version }),
    changes: [...CHANGED, ["lead", lead.id, "history"]],
    done: take,
    words: () => t("shell.saved"),
    quiet: true,
  });
  const submit = (version: number) =>
    save.mutate(version, {
      onError: (error) => {
        if (asProblem(error).code === "edited_elsewhere")
          void http.get<LeadView>(`/api/leads/${lead.id}`).then(setTheirs, () => undefined);
      },
    });
  const remove = async () => {
    await http.delete(`/api/leads/${lead.id}`);
    for (const queryKey of CHANGED) void queries.invalidateQueries({ queryKey: [...queryKey] });
    toast({ words: t("leads.deleted", { name: leadName(text, lead) }), tone: "good" });
    onClose();
  };
  return (
    <Drawer
      open
      wide
      onClose={onClose}
      title={<bdi>{leadName(text, lead)}</bdi>}
      description={lead.phone}
      onSubmit={() => dirty && submit(base.version)}
      actions={
        <>
          <Button icon={<Trash2 size={17} />} className={styles.delete} onClick={() => setAsking(true)}>
            {t("leads.delete")}
          </Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={!dirty || theirs !== null}>
            {t("shell.save")}
          </Button>
        </>
      }
    >
      <Suppression lead={lead} />
      {theirs !== null ? (
        <Conflict
          mine={changes}
          theirs={theirs}
          onTakeTheirs={() => take(theirs)}
          onKeepMine={() => submit(theirs.version)}
          busy={save.isPending}
        />
      ) : (
        asProblem(save.error).code !== "edited_elsewhere" && <Refusal error={save.error} />
      )}
      <div className={styles.tabs}>
        <Tabs
          label={leadName(text, lead)}
          value={tab}
          onChange={setTab}
          tabs={[
            {
              id: "details",
              label: t("leads.tab.details"),
              content: <LeadForm draft={draft} onChange={setDraft} error={save.error} />,
            },
            { id: "history", label: t("leads.tab.history"), content: <History lead={lead} /> },
          ]}
        />
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("leads.deleteTitle", { name: leadName(text, lead) })}
        consequence={t("leads.deleteConsequence")}
        confirmLabel={t("leads.deleteConfirm")}
        onConfirm={remove}
      />
    </Drawer>
  );
}

/** Two people edited one lead: shows where they differ, and lets the second decide. */
function Conflict(props: {
  mine: Partial<LeadFields>;
  theirs: LeadView;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
  busy: boolean;
}) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const devices = useDeviceNames();
  const { mine, theirs } = props;
  const shown = (fields: Partial<LeadFields>, field: keyof LeadFields) =>
    valueWords(text, fields, field, devices, times.full);
  const differing = FIELDS.filter(
    (field) => field in mine && JSON.stringify(mine[field]) !== JSON.stringify(theirs[field]),
  );
  return (
    <Notice tone="wait" title={t("leads.conflict.title", { time: times.full(theirs.updatedAt) })}>
      <p>{t("leads.conflict.hint")}</p>
      <ul className={styles.differences}>
        {differing.map((field) => (
          <li key={field}>
            <strong>{t(`leads.field.${field}`)}</strong>
            <span>
              {t("leads.conflict.theirs")} <bdi>{shown(theirs, field)}</bdi>
            </span>
            <span>
              {t("leads.conflict.mine")} <bdi>{shown(mine, field)}</bdi>
            </span>
          </li>
        ))}
      </ul>
      <div className={styles.choices}>
        <Button size="small" onClick={props.onTakeTheirs}>
          {t("leads.conflict.take")}
        </Button>
        <Button size="small" look="primary" busy={props.busy} onClick={props.onKeepMine}>
          {t("leads.conflict.keep")}
        </Button>
      </div>
    </Notice>
  );
}

function valueWords(
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

/** The never-again state, with its one button. */
function Suppression({ lead }: { lead: LeadView }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const owner = useMe().user.role === "owner";
  const queries = useQueryClient();
  const times = useTimes();
  const [asking, setAsking] = useState(false);
  const renew = () => {
    for (const queryKey of [["lead", lead.id], ...CHANGED]) void queries.invalidateQueries({ queryKey: [...queryKey] });
  };
  const suppress = async () => {
    await http.post("/api/suppressions", { leadId: lead.id, reason: "by_hand" });
    renew();
  };
  const lift = async () => {
    await http.delete(`/api/suppressions/${lead.id}`);
    renew();
  };
  const ask = (label: string, icon: ReactNode) => (
    <Button size="small" icon={icon} onClick={() => setAsking(true)}>
      {label}
    </Button>
  );
  return (
    <>
      {lead.suppressed ? (
        <Notice
          tone="stop"
          title={t("leads.suppressedTitle")}
          action={owner && may("lead:edit") ? ask(t("leads.lift"), null) : undefined}
        >
          {suppressedWords(text, lead.suppressedReason)}
          {lead.suppressedAt !== null && ` · ${times.full(lead.suppressedAt)}`}
          {!owner && <p>{t("leads.liftByOwner")}</p>}
        </Notice>
      ) : (
        <div className={styles.reach}>
          <ReachPill lead={lead} />
          {may("lead:edit") && ask(t("leads.suppress"), <Ban size={16} />)}
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t(lead.suppressed ? "leads.liftTitle" : "leads.suppressTitle", { name: leadName(text, lead) })}
        consequence={t(lead.suppressed ? "leads.liftConsequence" : "leads.suppressConsequence")}
        confirmLabel={t(lead.suppressed ? "leads.lift" : "leads.suppress")}
        look={lead.suppressed ? "primary" : "stop"}
        onConfirm={lead.suppressed ? lift : suppress}
      />
    </>
  );
}

function ReadOnly({ lead }: { lead: LeadView }) {
  const text = useText();
  const { t } = text;
  const devices = useDeviceNames();
  const times = useTimes();
  return (
    <Facts
      items={FIELDS.map((field) => [
        t(`leads.field.${field}`),
        <bdi key={field}>{valueWords(text, lead, field, devices, times.full)}</bdi>,
      ])}
    />
  );
}

function History({ lead }: { lead: LeadView }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const history = useLeadHistory(lead.id);
  if (history.isPending) return <Skeleton lines={4} />;
  if (history.isError) return <ErrorState error={history.error} retry={() => void history.refetch()} />;
  const { consents, campaigns } = history.data;
  return (
    <div className={styles.history}>
      <section aria-labelledby="lead-consents">
        <h3 id="lead-consents">{t("leads.history.consent")}</h3>
        {consents.length === 0 ? (
          <p className={styles.faint}>{t("leads.history.noConsent")}</p>
        ) : (
          <ol className={styles.entries}>
            {consents.map((entry) => (
              <li key={`${entry.recordedAt}-${entry.consent}`}>
                <ConsentPill consent={entry.consent} />
                <span>
                  <bdi>{text.maybe(`leads.source.${entry.source}`) ?? entry.source}</bdi>
                  {entry.givenAt !== null && (
                    <>
                      , <When at={entry.givenAt} as="full" />
                    </>
                  )}
                </span>
                <span className={styles.faint}>
                  {entry.recordedBy === null
                    ? t("leads.history.recorded")
                    : t("leads.history.recordedBy", { name: entry.recordedBy })}{" "}
                  <When at={entry.recordedAt} as="full" />
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section aria-labelledby="lead-campaigns">
        <h3 id="lead-campaigns">{t("leads.history.campaigns")}</h3>
        {campaigns.length === 0 ? (
          <p className={styles.faint}>{t("leads.history.noCampaigns")}</p>
        ) : (
          <ol className={styles.entries}>
            {campaigns.map((entry) => (
              <li key={`${entry.campaignId}-${entry.at}`}>
                {may("campaign:read") ? (
                  <Link href={`/campaigns/${entry.campaignId}`}>
                    <bdi>{entry.name}</bdi>
                  </Link>
                ) : (
                  <bdi>{entry.name}</bdi>
                )}
                <OutboxStatePill state={entry.state} />
                <span className={styles.faint}>
                  {entry.code !== null && `${codeWords(text, entry.code)} · `}
                  <When at={entry.at} as="full" />
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <p className={styles.faint}>
        {t("leads.history.created")} <When at={lead.createdAt} as="full" />
      </p>
    </div>
  );
}
