import { Bot, Plus, Smartphone } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import type { DeviceState, DeviceView } from "../api.gen";
import {
  Button,
  cx,
  EmptyState,
  ErrorState,
  IconButton,
  SearchInput,
  Skeleton,
  useWide,
  type VirtualColumn,
  VirtualTable,
} from "../design";
import { Page, useMay, useMe } from "../shell";
import { useText } from "../text";
import { When } from "../time";
import { AddDialog } from "./AddDialog";
import { BulkBar } from "./BulkBar";
import { DeviceMenu, MainButton, useDeviceMenu, useDevicePath } from "./DeviceActions";
import styles from "./DevicesPage.module.css";
import { MatchingBar } from "./MatchingBar";
import { useDevices } from "./queries";
import { DeviceStateWords } from "./state";
import { STATE_ORDER } from "./words";

const CARDS_UP_TO = 12;

/** Every number of the workspace: state with its reason, sends against limits, one button. */
export function DevicesPage() {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const me = useMe();
  const wide = useWide();
  const [, go] = useLocation();
  const path = useDevicePath();
  const [params, setParams] = useSearchParams();
  const state = params.get("state") ?? "";
  const [q, setQ] = useState(params.get("q") ?? "");
  const [adding, setAdding] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [matching, setMatching] = useState(false);
  const choose = (chosen: ReadonlySet<string>) => {
    setMatching(false);
    setSelected(chosen);
  };
  const clear = () => choose(new Set());
  const list = useDevices({ state, q: useDeferredValue(q.trim()) });

  useEffect(() => {
    const set = (name: string, value: string) => (old: URLSearchParams) => {
      const next = new URLSearchParams(old);
      if (value === "") next.delete(name);
      else next.set(name, value);
      return next;
    };
    if ((params.get("q") ?? "") !== q) setParams(set("q", q), { replace: true });
  }, [q, params, setParams]);

  const counts = list.first?.counts ?? {};
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const total = list.first?.total ?? 0;
  const filtered = state !== "" || q !== "";
  const add = may("device:edit") && (
    <Button look="primary" icon={<Plus size={18} />} onClick={() => setAdding(true)}>
      {t("devices.add")}
    </Button>
  );
  const showState = (next: string) => {
    clear();
    setParams((old) => {
      const fresh = new URLSearchParams(old);
      if (next === "") fresh.delete("state");
      else fresh.set("state", next);
      return fresh;
    });
  };

  return (
    <Page
      fill
      title={t("shell.devices")}
      subtitle={all > 0 ? t("devices.summary", { count: all, online: counts.online ?? 0 }) : undefined}
      actions={
        <>
          {me.simulatedOn && may("simulated:use") && <Simulated wide={wide} onOpen={() => go(path("simulated"))} />}
          {add}
        </>
      }
    >
      {(all > 0 || filtered) && (
        <div className={styles.tools}>
          <div className={styles.search}>
            <SearchInput
              label={t("devices.search")}
              value={q}
              onChange={(words) => {
                setMatching(false);
                setQ(words);
              }}
            />
          </div>
          <StateFilter counts={counts} all={all} value={state} onChange={showState} />
        </div>
      )}
      {list.isLoading ? (
        <Skeleton lines={8} height={36} />
      ) : list.error !== null && list.rows.length === 0 ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : list.rows.length === 0 ? (
        <Nothing filtered={filtered} add={add} onShowAll={() => go("/devices")} onClear={() => setQ("")} />
      ) : wide && all <= CARDS_UP_TO ? (
        <ul className={styles.cards} aria-label={t("devices.list")}>
          {list.rows.map((device) => (
            <li key={device.id}>
              <DeviceCard device={device} />
            </li>
          ))}
        </ul>
      ) : (
        <>
          {matching ? (
            <MatchingBar total={total} matching={{ state, q: q.trim() }} onClear={clear} />
          ) : (
            selected.size > 0 && (
              <BulkBar
                devices={list.rows.filter((device) => selected.has(device.id))}
                matching={list.hasMore && selected.size >= list.rows.length ? total : null}
                onMatching={() => setMatching(true)}
                onClear={clear}
              />
            )
          )}
          <VirtualTable
            label={t("devices.list")}
            rows={list.rows}
            rowKey={(device) => device.id}
            rowName={(device) => device.name}
            columns={columns(t)}
            phoneRow={(device) => <PhoneRow device={device} />}
            onOpen={(device) => go(path(device.id))}
            {...(may("device:edit") && wide ? { selection: { selected, onChange: choose } } : {})}
            hasMore={list.hasMore}
            isLoadingMore={list.isLoadingMore}
            loadMore={list.loadMore}
            total={total}
            rowHeight={80}
            restoreKey="devices"
          />
        </>
      )}
      {adding && (
        <AddDialog
          onClose={() => setAdding(false)}
          onAdded={(device) => {
            setAdding(false);
            go(path(device.id, "link"));
          }}
        />
      )}
    </Page>
  );
}

function Simulated({ wide, onOpen }: { wide: boolean; onOpen: () => void }) {
  const { t } = useText();
  return wide ? (
    <Button icon={<Bot size={18} />} onClick={onOpen}>
      {t("devices.sim.open")}
    </Button>
  ) : (
    <IconButton
      className={styles.narrow}
      look="plain"
      label={t("devices.sim.open")}
      icon={<Bot size={18} />}
      onClick={onOpen}
    />
  );
}

function StateFilter(props: {
  counts: Partial<Record<DeviceState, number>>;
  all: number;
  value: string;
  onChange: (state: string) => void;
}) {
  const { counts, all, value, onChange } = props;
  const text = useText();
  const shown = STATE_ORDER.filter((state) => (counts[state] ?? 0) > 0 || state === value);
  const chip = (id: string, label: string, count: number) => (
    <button
      key={id}
      type="button"
      className={cx(styles.chip, value === id && styles.chosen)}
      aria-pressed={value === id}
      onClick={() => onChange(id)}
    >
      {label} <span className={styles.count}>{text.number(count)}</span>
    </button>
  );
  return (
    <fieldset className={styles.filter}>
      <legend className="srOnly">{text.t("devices.filter")}</legend>
      {chip("", text.t("devices.all"), all)}
      {shown.map((state) => chip(state, text.t(`devices.state.${state}`), counts[state] ?? 0))}
    </fieldset>
  );
}

function Nothing(props: { filtered: boolean; add: ReactNode; onShowAll: () => void; onClear: () => void }) {
  const { t } = useText();
  const may = useMay();
  if (props.filtered) {
    return (
      <EmptyState
        icon={<Smartphone size={26} />}
        title={t("devices.noMatchTitle")}
        action={
          <Button
            onClick={() => {
              props.onClear();
              props.onShowAll();
            }}
          >
            {t("devices.showAll")}
          </Button>
        }
      >
        {t("devices.noMatchHint")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Smartphone size={26} />} title={t("devices.noneTitle")} action={props.add}>
      {may("device:edit") ? t("devices.noneHint") : t("devices.noneGranted")}
    </EmptyState>
  );
}

function Name({ device }: { device: DeviceView }) {
  const { t } = useText();
  const path = useDevicePath();
  return (
    <span className={styles.name}>
      <Link href={path(device.id)} className={styles.nameLink}>
        <bdi>{device.name}</bdi>
      </Link>
      <span className={styles.phone}>{device.phone ?? t("devices.noNumber")}</span>
    </span>
  );
}

/** Sends of the last 24 hours against what is allowed. */
function Sends({ device }: { device: DeviceView }) {
  const { t } = useText();
  if (device.dailyCap === null) return <span>{t("devices.sentNoCap", { sent: device.sentDay })}</span>;
  return (
    <span className={styles.sends}>
      {t("devices.sentOfCap", { sent: device.sentDay, cap: device.dailyCap })}
      <meter
        className={styles.meter}
        min={0}
        max={device.dailyCap}
        value={Math.min(device.sentDay, device.dailyCap)}
        aria-label={t("devices.columnSentDay")}
      />
    </span>
  );
}

function Actions({ device }: { device: DeviceView }) {
  const { main, items } = useDeviceMenu(device, true);
  return (
    <span className={styles.actions}>
      <MainButton action={main} name={device.name} small />
      <DeviceMenu device={device} items={items} />
    </span>
  );
}

function columns(t: ReturnType<typeof useText>["t"]): VirtualColumn<DeviceView>[] {
  return [
    {
      id: "name",
      header: t("devices.columnDevice"),
      width: "minmax(180px, 1.4fr)",
      cell: (device) => <Name device={device} />,
    },
    {
      id: "state",
      header: t("devices.columnState"),
      width: "minmax(240px, 2fr)",
      cell: (device) => <DeviceStateWords device={device} />,
    },
    { id: "sends", header: t("devices.columnSentDay"), width: "150px", cell: (device) => <Sends device={device} /> },
    {
      id: "queued",
      header: t("devices.columnQueued"),
      width: "112px",
      align: "end",
      cell: (device) => <Count value={device.queued} />,
    },
    {
      id: "inbound",
      header: t("devices.columnInbound"),
      width: "120px",
      cell: (device) => (device.lastInboundAt === null ? "–" : <When at={device.lastInboundAt} />),
    },
    {
      id: "actions",
      header: <span className="srOnly">{t("devices.columnActions")}</span>,
      width: "200px",
      align: "end",
      cell: (device) => <Actions device={device} />,
    },
  ];
}

function Count({ value }: { value: number }) {
  const text = useText();
  return <>{text.number(value)}</>;
}

function PhoneRow({ device }: { device: DeviceView }) {
  const { main, items } = useDeviceMenu(device, true);
  return (
    <div className={styles.phoneRow}>
      <div className={styles.phoneMain}>
        <Name device={device} />
        <DeviceStateWords device={device} />
        <MainButton action={main} name={device.name} small />
      </div>
      <DeviceMenu device={device} items={items} />
    </div>
  );
}

function DeviceCard({ device }: { device: DeviceView }) {
  const { t } = useText();
  const { main, items } = useDeviceMenu(device, true);
  return (
    <article className={styles.card} aria-label={device.name}>
      <header className={styles.cardHead}>
        <Name device={device} />
        <DeviceMenu device={device} items={items} />
      </header>
      <DeviceStateWords device={device} />
      <dl className={styles.cardFacts}>
        <div>
          <dt>{t("devices.columnSentDay")}</dt>
          <dd>
            <Sends device={device} />
          </dd>
        </div>
        <div>
          <dt>{t("devices.columnQueued")}</dt>
          <dd>
            <Count value={device.queued} />
          </dd>
        </div>
        <div>
          <dt>{t("devices.columnInbound")}</dt>
          <dd>{device.lastInboundAt === null ? "–" : <When at={device.lastInboundAt} />}</dd>
        </div>
      </dl>
      {main !== null && (
        <div className={styles.cardFoot}>
          <MainButton action={main} name={device.name} />
        </div>
      )}
    </article>
  );
}
