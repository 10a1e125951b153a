import { CalendarDays, Image, List, Megaphone, Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import type { CampaignRow } from "../api.gen";
import {
  Button,
  EmptyState,
  ErrorState,
  FilterChip,
  SearchInput,
  Skeleton,
  StackedBar,
  useDebounced,
  type VirtualColumn,
  VirtualTable,
} from "../design";
import { Page, useMay } from "../shell";
import { type Text, useText, withWords } from "../text";
import { useTimes, When } from "../time";
import { Calendar } from "./Calendar";
import styles from "./CampaignsPage.module.css";
import { groupSegments } from "./figures";
import { useCampaigns } from "./queries";
import { CampaignStatePill, campaignStateWords, reasonWords } from "./words";

const StopMark = lazy(withWords(["stops"], () => import("../stops/StopMark")));

const STATES = ["running", "paused", "scheduled", "draft", "finished", "cancelled"] as const;

/** Every campaign, as a list or by the days of a month. */
export function CampaignsPage() {
  const { t } = useText();
  const [, go] = useLocation();
  const [params] = useSearchParams();
  const calendar = params.get("view") === "calendar";
  const [icon, label, to] = calendar
    ? [<List key="list" size={18} />, t("campaigns.asList"), "/campaigns"]
    : [<CalendarDays key="calendar" size={18} />, t("campaigns.calendar"), "/campaigns?view=calendar"];
  const other = (
    <Button icon={icon} onClick={() => go(to)}>
      {label}
    </Button>
  );
  return calendar ? (
    <Page title={t("shell.campaigns")} actions={other}>
      <Calendar />
    </Page>
  ) : (
    <CampaignList other={other} />
  );
}

/** Every campaign with its state and one bar that adds up. */
function CampaignList({ other }: { other: ReactNode }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const [, go] = useLocation();
  const [params, setParams] = useSearchParams();
  const [q, setQ] = useState(params.get("q") ?? "");
  const settled = useDebounced(q.trim());
  const state = params.get("state") ?? "";
  const list = useCampaigns({ state, q: settled });
  const set = (name: string, value: string, replace: boolean) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a settled search changes the address
  useEffect(() => {
    if ((params.get("q") ?? "") !== settled) set("q", settled, true);
  }, [settled]);
  const filtered = state !== "" || settled !== "";
  const empty = list.rows.length === 0;
  const create = may("campaign:edit") && (
    <Button look="primary" icon={<Plus size={18} />} onClick={() => go("/campaigns/new")}>
      {t("campaigns.new")}
    </Button>
  );
  return (
    <Page
      fill
      title={t("shell.campaigns")}
      actions={
        (!empty || filtered) && (
          <>
            {other}
            {create}
          </>
        )
      }
    >
      {(!empty || filtered) && (
        <div className={styles.tools}>
          <div className={styles.search}>
            <SearchInput label={t("campaigns.search")} value={q} onChange={setQ} />
          </div>
          <FilterChip
            label={t("campaigns.filterState")}
            value={state === "" ? null : state}
            options={STATES.map((each) => ({ value: each, label: campaignStateWords(text, each) }))}
            onChange={(value) => set("state", value ?? "", false)}
          />
        </div>
      )}
      {list.isLoading ? (
        <Skeleton lines={8} height={36} />
      ) : list.error !== null && empty ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : empty ? (
        filtered ? (
          <EmptyState
            icon={<Megaphone size={26} />}
            title={t("campaigns.noMatch")}
            action={
              <Button
                onClick={() => {
                  setQ("");
                  go("/campaigns");
                }}
              >
                {t("campaigns.showAll")}
              </Button>
            }
          />
        ) : (
          <EmptyState icon={<Megaphone size={26} />} title={t("campaigns.none")} action={create}>
            {t("campaigns.noneHint")}
          </EmptyState>
        )
      ) : (
        <VirtualTable
          label={t("shell.campaigns")}
          rows={list.rows}
          rowKey={(row) => row.id}
          rowName={(row) => row.name}
          columns={columns(text)}
          phoneRow={(row) => <PhoneRow row={row} />}
          onOpen={(row) => go(`/campaigns/${row.id}`)}
          hasMore={list.hasMore}
          isLoadingMore={list.isLoadingMore}
          loadMore={list.loadMore}
          rowHeight={68}
          restoreKey="campaigns"
        />
      )}
    </Page>
  );
}

function columns(text: Text): VirtualColumn<CampaignRow>[] {
  const { t } = text;
  return [
    {
      id: "name",
      header: t("campaigns.column.name"),
      width: "minmax(220px, 2fr)",
      cell: (row) => (
        <span className={styles.name}>
          <Link href={`/campaigns/${row.id}`} className={styles.link}>
            <bdi>{row.name}</bdi>
          </Link>
          <span className={styles.faint}>
            {row.hasImage && <Image size={14} aria-label={t("campaigns.withImage")} />}
            <RowMoment row={row} />
          </span>
        </span>
      ),
    },
    { id: "state", header: t("campaigns.column.state"), width: "220px", cell: (row) => <RowState row={row} /> },
    {
      id: "bar",
      header: t("campaigns.column.progress"),
      width: "minmax(260px, 2.4fr)",
      cell: (row) => <RowBar row={row} />,
    },
    {
      id: "recipients",
      header: t("campaigns.column.recipients"),
      width: "120px",
      align: "end",
      cell: (row) => (row.recipients === 0 ? "–" : text.number(row.recipients)),
    },
  ];
}

function RowState({ row }: { row: CampaignRow }) {
  const text = useText();
  const reason = row.stateReason === "by_hand" ? null : reasonWords(text, row.stateReason);
  return (
    <span className={styles.state}>
      <CampaignStatePill state={row.state} />
      <Suspense>
        <StopMark subject={row.id} />
      </Suspense>
      {reason !== null && <span className={styles.faint}>{reason}</span>}
    </span>
  );
}

function RowMoment({ row }: { row: CampaignRow }) {
  const { t } = useText();
  const times = useTimes();
  if (row.finishedAt !== null) return <>{t("campaigns.finishedAt", { time: times.full(row.finishedAt) })}</>;
  if (row.launchedAt !== null) return <>{t("campaigns.launchedAt", { time: times.full(row.launchedAt) })}</>;
  if (row.state === "scheduled" && row.startsAt !== null)
    return <>{t("campaigns.startsAt", { time: times.full(row.startsAt) })}</>;
  return <When at={row.createdAt} as="full" />;
}

function RowBar({ row }: { row: CampaignRow }) {
  const text = useText();
  if (row.recipients === 0) return <span className={styles.faint}>{text.t("campaigns.nothingSent")}</span>;
  const shown = groupSegments(text, row.groups).filter((segment) => segment.value > 0);
  return (
    <span className={styles.bar}>
      <StackedBar slim label={row.name} segments={groupSegments(text, row.groups)} />
      <span className={styles.faint}>
        {shown.map((segment) => `${segment.label} ${text.number(segment.value)}`).join(" · ")}
      </span>
    </span>
  );
}

function PhoneRow({ row }: { row: CampaignRow }) {
  return (
    <span className={styles.phoneRow}>
      <span className={styles.phoneHead}>
        <bdi className={styles.phoneName}>{row.name}</bdi>
        <RowState row={row} />
      </span>
      <RowBar row={row} />
      <span className={styles.faint}>
        <RowMoment row={row} />
      </span>
    </span>
  );
}
