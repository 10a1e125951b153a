import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { LeadView } from "../api.gen";
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
import { useMay } from "../shell";
import { problemWords, useText } from "../text";
import { useTimes } from "../time";
import { Conflict } from "./Conflict";
import { changesOf, draftOf, FIELDS, fieldsOf, type LeadDraft, NEW_LEAD } from "./draft";
import styles from "./LeadDrawer.module.css";
import { LeadForm } from "./LeadForm";
import { LeadHistory } from "./LeadHistory";
import { CHANGED, useDeviceNames, useLead } from "./queries";
import { Suppression } from "./Suppression";
import { leadName, valueWords } from "./words";

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
          <LeadHistory lead={lead.data} />
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
            { id: "history", label: t("leads.tab.history"), content: <LeadHistory lead={lead} /> },
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
