import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { KeyList, TrailEntry, TrailPage, UserList } from "../api.gen";
import { Button, DateTime, DownloadMenu, EmptyState, ErrorState, FilterChip, Panel, Skeleton, Table } from "../design";
import { http, usePages, withQuery } from "../http";
import { useText } from "../text";
import { When } from "../time";
import styles from "./Settings.module.css";

interface Wanted {
  who: string | null;
  action: string | null;
  subject: string | null;
  since: string | null;
  until: string | null;
}

const ALL: Wanted = { who: null, action: null, subject: null, since: null, until: null };

/** Who did what to which thing, and when. */
export function AuditTab() {
  const { t } = useText();
  const [wanted, setWanted] = useState(ALL);
  const set = (facts: Partial<Wanted>) => setWanted((old) => ({ ...old, ...facts }));
  const trail = usePages<TrailEntry, TrailPage>({
    key: ["audit"],
    path: "/api/audit",
    query: { ...wanted },
    limit: 50,
  });
  return (
    <Panel
      id="audit"
      title={t("audit.tab")}
      actions={<DownloadMenu address={(form) => withQuery(`/api/audit.${form}`, { ...wanted })} />}
    >
      <p className={styles.hint}>{t("audit.hint")}</p>
      <Filters wanted={wanted} actions={trail.first?.actions ?? []} onChange={set} />
      {trail.isLoading ? (
        <Skeleton lines={6} />
      ) : trail.error !== null && trail.rows.length === 0 ? (
        <ErrorState error={trail.error} retry={trail.retry} />
      ) : (
        <TrailTable rows={trail.rows} onThing={(subject) => set({ subject })} />
      )}
      {trail.hasMore && (
        <Button busy={trail.isLoadingMore} onClick={trail.loadMore}>
          {t("audit.more")}
        </Button>
      )}
    </Panel>
  );
}

function Filters(props: { wanted: Wanted; actions: readonly string[]; onChange: (facts: Partial<Wanted>) => void }) {
  const text = useText();
  const { t } = text;
  const { wanted, onChange } = props;
  const users = useQuery({ queryKey: ["users"], queryFn: () => http.get<UserList>("/api/users") });
  const keys = useQuery({ queryKey: ["keys"], queryFn: () => http.get<KeyList>("/api/keys") });
  const people = (users.data?.items ?? []).map((user) => ({ value: user.id, label: user.name || user.email }));
  const programs = (keys.data?.items ?? []).map((key) => ({
    value: key.id,
    label: t("audit.byKey", { name: key.name }),
  }));
  return (
    <>
      <div className={styles.chips}>
        <FilterChip
          label={t("audit.who")}
          value={wanted.who}
          options={[...people, ...programs]}
          onChange={(who) => onChange({ who })}
        />
        <FilterChip
          label={t("audit.what")}
          value={wanted.action}
          options={props.actions.map((value) => ({ value, label: text.maybe(`audited.${value}`) ?? value }))}
          onChange={(action) => onChange({ action })}
        />
        {wanted.subject !== null && <Button onClick={() => onChange({ subject: null })}>{t("audit.allThings")}</Button>}
      </div>
      <div className={styles.pair}>
        <DateTime label={t("audit.since")} value={wanted.since} onChange={(since) => onChange({ since })} />
        <DateTime label={t("audit.until")} value={wanted.until} onChange={(until) => onChange({ until })} />
      </div>
    </>
  );
}

function TrailTable({ rows, onThing }: { rows: readonly TrailEntry[]; onThing: (subject: string) => void }) {
  const text = useText();
  const { t } = text;
  return (
    <Table
      label={t("audit.tab")}
      rows={rows}
      rowKey={(row) => row.id}
      empty={<EmptyState title={t("audit.empty")}>{t("audit.emptyHint")}</EmptyState>}
      columns={[
        { id: "when", header: t("audit.when"), cell: (row) => <When at={row.at} as="full" /> },
        { id: "who", header: t("audit.who"), rowHeader: true, cell: (row) => <Who row={row} /> },
        { id: "what", header: t("audit.what"), cell: (row) => text.maybe(`audited.${row.action}`) ?? row.action },
        { id: "thing", header: t("audit.thing"), cell: (row) => <Thing row={row} onThing={onThing} /> },
        {
          id: "details",
          header: t("audit.details"),
          cell: (row) => <span className={styles.details}>{detailsOf(row)}</span>,
        },
      ]}
    />
  );
}

function Who({ row }: { row: TrailEntry }) {
  const { t } = useText();
  return (
    <span className={styles.person}>
      <bdi>{row.userName ?? "–"}</bdi>
      {row.keyId !== null && (
        <span className={styles.email}>{t("audit.byKey", { name: row.keyName ?? t("audit.gone") })}</span>
      )}
    </span>
  );
}

function Thing({ row, onThing }: { row: TrailEntry; onThing: (subject: string) => void }) {
  const { t } = useText();
  const { subject } = row;
  if (subject === null) return <>–</>;
  const name = row.subjectName ?? `${subject.slice(0, 8)}…`;
  return (
    <button
      type="button"
      className={styles.quiet}
      aria-label={`${name}: ${t("audit.onlyThing")}`}
      onClick={() => onThing(subject)}
    >
      <bdi>{name}</bdi>
    </button>
  );
}

function detailsOf(row: TrailEntry): string {
  return Object.entries(row.details)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join(" · ");
}
