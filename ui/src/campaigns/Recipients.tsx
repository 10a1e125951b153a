import { useState } from "react";
import { useSearchParams } from "wouter";
import type { RecipientView, Report } from "../api.gen";
import {
  Dialog,
  DownloadMenu,
  EmptyState,
  ErrorState,
  Facts,
  FilterChip,
  SearchInput,
  Skeleton,
  useDebounced,
  type VirtualColumn,
  VirtualTable,
} from "../design";
import { type Text, useText } from "../text";
import { When } from "../time";
import styles from "./CampaignPage.module.css";
import { useRecipients } from "./queries";
import { codeWords, GROUP_FILTER, GROUPS, holdWords, OutboxStatePill, stateWords } from "./words";

/** Everybody of a campaign with what became of them; filters live in the address. */
export function Recipients({ report }: { report: Report }) {
  const text = useText();
  const { t } = text;
  const { id } = report.campaign;
  const [params, setParams] = useSearchParams();
  const [q, setQ] = useState("");
  const [open, setOpen] = useState<RecipientView | null>(null);
  const read = (name: string) => params.get(name) ?? "";
  const set = (name: string, value: string | null) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const list = useRecipients(id, {
    state: read("state"),
    deviceId: read("deviceId"),
    code: read("code"),
    q: useDebounced(q.trim()),
  });
  return (
    <div className={styles.recipients}>
      <div className={styles.tools}>
        <div className={styles.search}>
          <SearchInput label={t("campaigns.recipients.search")} value={q} onChange={setQ} />
        </div>
        <FilterChip
          label={t("campaigns.recipients.state")}
          value={read("state") || null}
          options={stateOptions(text, report)}
          onChange={(value) => set("state", value)}
        />
        <FilterChip
          label={t("campaigns.recipients.device")}
          value={read("deviceId") || null}
          options={report.perDevice.flatMap((lane) =>
            lane.deviceId === null ? [] : [{ value: lane.deviceId, label: lane.name || t("leads.aDevice") }],
          )}
          onChange={(value) => set("deviceId", value)}
        />
        <FilterChip
          label={t("campaigns.recipients.reason")}
          value={read("code") || null}
          options={codeOptions(text, report)}
          onChange={(value) => set("code", value)}
        />
        <DownloadMenu address={(form) => `/api/campaigns/${id}/recipients.${form}`} />
      </div>
      {list.isLoading ? (
        <Skeleton lines={6} height={32} />
      ) : list.error !== null && list.rows.length === 0 ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : list.rows.length === 0 ? (
        <EmptyState title={t("campaigns.recipients.none")}>{t("campaigns.recipients.noneHint")}</EmptyState>
      ) : (
        <div className={styles.table}>
          <VirtualTable
            label={t("campaigns.recipients")}
            rows={list.rows}
            rowKey={(row) => row.id}
            rowName={(row) => row.name || row.phone}
            columns={columns(text)}
            phoneRow={(row) => <PhoneRow row={row} />}
            onOpen={setOpen}
            hasMore={list.hasMore}
            isLoadingMore={list.isLoadingMore}
            loadMore={list.loadMore}
            rowHeight={56}
          />
        </div>
      )}
      {open !== null && (
        <Details row={list.rows.find((row) => row.id === open.id) ?? open} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function stateOptions(text: Text, report: Report) {
  const groups = GROUPS.map((group) => ({
    value: GROUP_FILTER[group],
    label: text.t(`campaigns.group.${group}`),
    count: report.groups[group],
  }));
  const known = new Set(groups.map((group) => group.value));
  const states = Object.entries(report.states)
    .filter(([state, count]) => count > 0 && !known.has(state))
    .map(([state, count]) => ({ value: state, label: stateWords(text, state), count }));
  return [...groups, ...states];
}

function codeOptions(text: Text, report: Report) {
  const counts = new Map<string, number>();
  for (const line of report.codes)
    if (line.code !== null) counts.set(line.code, (counts.get(line.code) ?? 0) + line.count);
  return [...counts].map(([code, count]) => ({ value: code, label: codeWords(text, code), count }));
}

function whyWords(text: Text, row: RecipientView): string | null {
  if (row.code !== null) return codeWords(text, row.code);
  return row.hold === null ? null : holdWords(text, row.hold);
}

function Moment({ at }: { at: string | null }) {
  return at === null ? <>–</> : <When at={at} as="full" />;
}

function columns(text: Text): VirtualColumn<RecipientView>[] {
  const { t } = text;
  return [
    {
      id: "person",
      header: t("leads.column.person"),
      width: "minmax(170px, 1.6fr)",
      cell: (row) => (
        <span className={styles.person}>
          <bdi className={styles.personName}>{row.name || t("leads.noName")}</bdi>
          <span className={styles.faint}>{row.phone}</span>
        </span>
      ),
    },
    {
      id: "state",
      header: t("campaigns.recipients.state"),
      width: "minmax(200px, 2fr)",
      cell: (row) => (
        <span className={styles.person}>
          <span>
            <OutboxStatePill state={row.state} />
          </span>
          <span className={styles.faint}>{whyWords(text, row)}</span>
        </span>
      ),
    },
    {
      id: "device",
      header: t("campaigns.recipients.device"),
      width: "minmax(110px, 1fr)",
      cell: (row) => (
        <span className={styles.cutPlain} title={row.deviceName ?? undefined}>
          <bdi>{row.deviceName ?? "–"}</bdi>
        </span>
      ),
    },
    {
      id: "sent",
      header: t("campaigns.funnel.sent"),
      width: "130px",
      cell: (row) => <Moment at={row.acceptedAt ?? row.dispatchedAt} />,
    },
    { id: "read", header: t("campaigns.funnel.read"), width: "130px", cell: (row) => <Moment at={row.readAt} /> },
    {
      id: "replied",
      header: t("campaigns.funnel.replied"),
      width: "130px",
      cell: (row) => <Moment at={row.repliedAt} />,
    },
  ];
}

function PhoneRow({ row }: { row: RecipientView }) {
  const text = useText();
  return (
    <span className={styles.person}>
      <bdi className={styles.personName}>{row.name || row.phone}</bdi>
      <span>
        <OutboxStatePill state={row.state} />
      </span>
      <span className={styles.faint}>{whyWords(text, row) ?? row.deviceName}</span>
    </span>
  );
}

/** One recipient: the words that went out and when what happened. */
function Details({ row, onClose }: { row: RecipientView; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const why = whyWords(text, row);
  const moments = (
    [
      ["notBefore", row.notBefore],
      ["dispatchedAt", row.dispatchedAt],
      ["acceptedAt", row.acceptedAt],
      ["deliveredAt", row.deliveredAt],
      ["readAt", row.readAt],
      ["repliedAt", row.repliedAt],
      ["optedOutAt", row.optedOutAt],
    ] as const
  ).filter(([, at]) => at !== null);
  return (
    <Dialog open onClose={onClose} title={<bdi>{row.name || row.phone}</bdi>} description={row.phone}>
      <Facts
        items={[
          [t("campaigns.recipients.state"), <OutboxStatePill key="state" state={row.state} />],
          ...(why === null ? [] : [[t("campaigns.recipients.reason"), why] as const]),
          [t("campaigns.recipients.device"), <bdi key="device">{row.deviceName ?? "–"}</bdi>],
          ...moments.map(([name, at]) => [t(`campaigns.moment.${name}`), <Moment key={name} at={at} />] as const),
        ]}
      />
      {row.body !== null && (
        <p className={styles.body} dir="auto">
          {row.body}
        </p>
      )}
    </Dialog>
  );
}
