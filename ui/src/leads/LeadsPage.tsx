import { useQueryClient } from "@tanstack/react-query";
import { FileUp, ListChecks, Plus, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useLocation, useSearch, useSearchParams } from "wouter";
import type { LeadView } from "../api.gen";
import {
  Badge,
  Button,
  DownloadMenu,
  EmptyState,
  ErrorState,
  FilterChip,
  type FilterOption,
  Notice,
  SearchInput,
  Skeleton,
  useDebounced,
  useWide,
  type VirtualColumn,
  VirtualTable,
} from "../design";
import { withQuery } from "../http";
import { useLive } from "../live";
import { Page, useMay, useMe } from "../shell";
import { type Text, useText } from "../text";
import { When } from "../time";
import { BulkBar, useTicks } from "./bulk/Bulk";
import { BulkEdits } from "./bulk/BulkEdits";
import styles from "./LeadsPage.module.css";
import { type LeadQuery, useDeviceNames, useFacets, useLeads } from "./queries";
import { consentWords, leadName, ReachPill, statusWords } from "./words";

const FILTERS = ["niche", "status", "deviceId", "consent", "suppressed"] as const;
type Filter = (typeof FILTERS)[number];

/** Beyond this many loaded rows, news is offered instead of fetching all of them again. */
const RENEW_UP_TO = 600;

/** Everybody the workspace may write to, or must not: filter, search, open, import. */
export function LeadsPage() {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const wide = useWide();
  const [, go] = useLocation();
  const search = useSearch();
  const [params, setParams] = useSearchParams();
  const [q, setQ] = useState(params.get("q") ?? "");
  const settled = useDebounced(q.trim());
  const read = (name: string) => params.get(name) ?? "";
  const query: LeadQuery = {
    q: settled,
    niche: read("niche"),
    status: read("status"),
    deviceId: read("deviceId"),
    consent: read("consent"),
    suppressed: read("suppressed"),
  };
  const list = useLeads(query);
  const news = useNews(list.rows.length);
  const ticks = useTicks(query, list.rows);
  const facets = useFacets();
  const deviceNames = useDeviceNames();

  const set = (name: string, value: string | null, replace = false) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a settled search changes the address
  useEffect(() => {
    if ((params.get("q") ?? "") !== settled) set("q", settled, true);
  }, [settled]);

  const filtered = settled !== "" || FILTERS.some((name) => read(name) !== "");
  const total = list.first?.total;
  const to = (path: string) => (search === "" ? `/leads/${path}` : `/leads/${path}?${search}`);
  const clear = () => {
    setQ("");
    go("/leads");
  };
  const importButton = may("lead:import") && (
    <Button icon={<FileUp size={18} />} onClick={() => go("/leads/imports")}>
      {t("leads.import")}
    </Button>
  );
  const empty = list.rows.length === 0;
  return (
    <Page
      fill
      title={t("shell.leads")}
      subtitle={total === undefined ? undefined : totalWords(text, total, filtered)}
      actions={
        <>
          {importButton}
          {may("lead:export") && !empty && (
            <DownloadMenu address={(form) => withQuery(`/api/leads.${form}`, { ...query })} />
          )}
          {may("lead:edit") && (
            <Button look="primary" icon={<Plus size={18} />} onClick={() => go(to("new"))}>
              {t("leads.add")}
            </Button>
          )}
        </>
      }
    >
      {(!empty || filtered) && (
        <div className={styles.tools}>
          <div className={styles.search}>
            <SearchInput label={t("leads.search")} value={q} onChange={setQ} />
          </div>
          <fieldset className={styles.filters}>
            <legend className="srOnly">{t("leads.filters")}</legend>
            {FILTERS.map((name) => (
              <FilterChip
                key={name}
                label={t(`leads.filter.${name}`)}
                value={read(name) === "" ? null : read(name)}
                options={options(text, name, facets.data, deviceNames)}
                onChange={(value) => set(name, value)}
              />
            ))}
            {may("lead:edit") && !wide && !ticks.isTicking && !empty && (
              <Button size="small" icon={<ListChecks size={16} />} onClick={ticks.startTicking}>
                {t("leads.bulk.select")}
              </Button>
            )}
            {filtered && (
              <Button size="small" look="quiet" onClick={clear}>
                {t("leads.clearFilters")}
              </Button>
            )}
          </fieldset>
        </div>
      )}
      {!ticks.isTicking && <BulkEdits />}
      {ticks.isShown && <BulkBar ticks={ticks} query={query} total={total ?? list.rows.length} />}
      {news.waiting && (
        <Notice
          action={
            <Button size="small" onClick={news.show}>
              {t("leads.showNews")}
            </Button>
          }
        >
          {t("leads.changed")}
        </Notice>
      )}
      {list.isLoading ? (
        <Skeleton lines={8} height={36} />
      ) : list.error !== null && empty ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : empty ? (
        <Nothing filtered={filtered} onClear={clear} />
      ) : (
        <VirtualTable
          label={t("shell.leads")}
          rows={list.rows}
          rowKey={(lead) => lead.id}
          rowName={(lead) => leadName(text, lead)}
          columns={columns(text, deviceNames, to)}
          phoneRow={(lead) => <PhoneRow lead={lead} />}
          {...(may("lead:edit") && ticks.selection !== undefined ? { selection: ticks.selection } : {})}
          onOpen={(lead) => go(to(lead.id))}
          hasMore={list.hasMore}
          isLoadingMore={list.isLoadingMore}
          loadMore={list.loadMore}
          total={total}
          rowHeight={56}
          restoreKey="leads"
        />
      )}
    </Page>
  );
}

/** Fetches a short list again when leads change; a long one waits for a person's word. */
function useNews(loaded: number) {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState(false);
  const short = loaded <= RENEW_UP_TO;
  useLive(useMe().workspace.id, ["leads_changed"], short ? [["leads"], ["lead"]] : [], {
    throttleMs: 2000,
    onEvent: () => setWaiting(!short),
  });
  return {
    waiting,
    show: () => {
      setWaiting(false);
      void queries.resetQueries({ queryKey: ["leads"] });
    },
  };
}

function totalWords(text: Text, total: number, filtered: boolean): string {
  const count = total >= 100_000 ? text.t("leads.many", { count: 100_000 }) : text.t("leads.total", { count: total });
  return filtered ? text.t("leads.found", { people: count }) : count;
}

function options(
  text: Text,
  filter: Filter,
  facets: ReturnType<typeof useFacets>["data"],
  devices: ReadonlyMap<string, string>,
): FilterOption[] {
  switch (filter) {
    case "niche":
      return (facets?.niches ?? []).map((each) => ({ value: each.name, label: each.name, count: each.count }));
    case "status":
      return ["prospect", "customer"].map((value) => ({
        value,
        label: statusWords(text, value),
        count: countOf(facets?.statuses, value),
      }));
    case "consent":
      return ["granted", "unknown", "refused"].map((value) => ({
        value,
        label: consentWords(text, value),
        count: countOf(facets?.consents, value),
      }));
    case "suppressed":
      return [
        { value: "true", label: text.t("leads.onlySuppressed"), count: facets?.suppressed },
        { value: "false", label: text.t("leads.notSuppressed") },
      ];
    case "deviceId":
      return (facets?.devices ?? []).map((each) =>
        each.deviceId === null
          ? { value: "pool", label: text.t("leads.pool"), count: each.count }
          : { value: each.deviceId, label: devices.get(each.deviceId) ?? text.t("leads.aDevice"), count: each.count },
      );
  }
}

function countOf(counts: readonly { name: string; count: number }[] | undefined, name: string): number | undefined {
  return counts === undefined ? undefined : (counts.find((each) => each.name === name)?.count ?? 0);
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useText();
  const may = useMay();
  const [, go] = useLocation();
  if (filtered)
    return (
      <EmptyState
        icon={<Users size={26} />}
        title={t("leads.noMatch")}
        action={<Button onClick={onClear}>{t("leads.showAll")}</Button>}
      >
        {t("leads.noMatchHint")}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Users size={26} />}
      title={t("leads.none")}
      action={
        may("lead:import") && (
          <Button look="primary" icon={<FileUp size={18} />} onClick={() => go("/leads/import/new")}>
            {t("leads.importFile")}
          </Button>
        )
      }
    >
      {t("leads.noneHint")}
    </EmptyState>
  );
}

function Person({ lead, href }: { lead: LeadView; href?: string }) {
  const text = useText();
  const name = <bdi>{leadName(text, lead)}</bdi>;
  return (
    <span className={styles.person}>
      {href === undefined ? (
        <span className={styles.name}>{name}</span>
      ) : (
        <Link href={href} className={styles.name}>
          {name}
        </Link>
      )}
      <span className={styles.phone}>{lead.phone}</span>
    </span>
  );
}

function Niches({ niches }: { niches: readonly string[] }) {
  if (niches.length === 0) return <span className={styles.faint}>–</span>;
  return (
    <span className={styles.badges} title={niches.join(", ")}>
      {niches.slice(0, 2).map((niche) => (
        <Badge key={niche}>
          <bdi>{niche}</bdi>
        </Badge>
      ))}
      {niches.length > 2 && <span className={styles.faint}>+{niches.length - 2}</span>}
    </span>
  );
}

function columns(
  text: Text,
  devices: ReadonlyMap<string, string>,
  to: (path: string) => string,
): VirtualColumn<LeadView>[] {
  const { t } = text;
  return [
    {
      id: "person",
      header: t("leads.column.person"),
      width: "minmax(200px, 2fr)",
      cell: (lead) => <Person lead={lead} href={to(lead.id)} />,
    },
    {
      id: "niches",
      header: t("leads.column.niches"),
      width: "minmax(150px, 1.6fr)",
      cell: (lead) => <Niches niches={lead.niches} />,
    },
    {
      id: "status",
      header: t("leads.column.status"),
      width: "120px",
      cell: (lead) => statusWords(text, lead.status),
    },
    {
      id: "device",
      header: t("leads.column.device"),
      width: "minmax(130px, 1fr)",
      cell: (lead) =>
        lead.deviceId === null ? (
          <span className={styles.faint}>{t("leads.pool")}</span>
        ) : (
          <span className={styles.cut}>
            <bdi>{devices.get(lead.deviceId) ?? "…"}</bdi>
          </span>
        ),
    },
    {
      id: "reach",
      header: t("leads.column.reach"),
      width: "180px",
      cell: (lead) => <ReachPill lead={lead} />,
    },
    {
      id: "updated",
      header: t("leads.column.updated"),
      width: "120px",
      cell: (lead) => <When at={lead.updatedAt} />,
    },
  ];
}

function PhoneRow({ lead }: { lead: LeadView }) {
  const text = useText();
  return (
    <span className={styles.phoneRow}>
      <Person lead={lead} />
      <span className={styles.phoneFacts}>
        <ReachPill lead={lead} />
        <span className={styles.faint}>{[statusWords(text, lead.status), ...lead.niches].join(" · ")}</span>
      </span>
    </span>
  );
}
