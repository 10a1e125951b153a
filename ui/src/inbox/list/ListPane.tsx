import { EllipsisVertical, MessageSquarePlus, Search } from "lucide-react";
import { type RefObject, useEffect, useMemo, useState } from "react";
import { cx, IconButton, SearchInput, useDebounced } from "../../design";
import { useText } from "../../text";
import type { ChatFilter } from "../api";
import { lazily } from "../parts/lazily";
import { under, useUi } from "../parts/ui";
import { EVERYTHING, type Lens } from "../store/chats";
import { useCounts, useInbox } from "../store/context";
import { useCan, useLabels, useSeenDevices } from "../team";
import { ChatList } from "./ChatList";
import styles from "./ListPane.module.css";

const HistoryBar = lazily(() => import("./HistoryBar"), undefined, []);
/** The server counts no further. */
export const MOST_COUNTED = 1000;
const FILTERS: readonly Exclude<ChatFilter, "all">[] = ["unread", "mine", "unassigned", "archived"];

/** The left pane: search, filters and the chats. */
export function ListPane(props: {
  deviceId: string | null;
  openChatId: string | null;
  onOpen: (chatId: string) => void;
  search: RefObject<HTMLInputElement | null>;
  narrowed: Narrowed;
  isReady: boolean;
}) {
  const { deviceId, openChatId, onOpen, search, narrowed, isReady } = props;
  const text = useText();
  const { t } = text;
  const inbox = useInbox();
  const { show, find } = useUi();
  const [filter, setFilter] = useState<ChatFilter>("all");
  const [q, setQ] = useState("");
  const settled = useDebounced(q.trim());
  const base = useMemo<Lens>(
    () => ({ ...EVERYTHING, filter, labelId: narrowed.labelId, deviceId: deviceId ?? narrowed.deviceId }),
    [filter, narrowed, deviceId],
  );
  // What is typed narrows what is loaded at once; the server is asked when the typing rests.
  const lens = useMemo<Lens>(() => ({ ...base, q: q.trim() }), [base, q]);
  const asked = useMemo<Lens>(() => ({ ...base, q: settled }), [base, settled]);
  useEffect(() => {
    if (isReady) inbox.show(asked);
  }, [inbox, asked, isReady]);
  const isOneDevice = deviceId !== null;
  return (
    <div className={styles.pane}>
      <header className={styles.head}>
        <h1 className={styles.title}>
          <Title deviceId={deviceId} />
        </h1>
        <IconButton
          label={t("inbox.newChat")}
          icon={<MessageSquarePlus size={20} />}
          onClick={() => show({ kind: "newChat", phone: "" })}
        />
        <IconButton label={t("inbox.searchMessages")} icon={<Search size={20} />} onClick={() => find(q.trim())} />
        <MoreButton />
      </header>
      <div className={styles.search}>
        <SearchInput label={t("inbox.searchChats")} value={q} onChange={setQ} ref={search} />
      </div>
      <Filters filter={filter} onFilter={setFilter} narrowed={narrowed} isOneDevice={isOneDevice} />
      {isOneDevice && <HistoryBar deviceId={deviceId} />}
      <ChatList
        lens={q.trim() === settled ? asked : lens}
        openChatId={openChatId}
        withDevice={!isOneDevice}
        onOpen={onOpen}
      />
    </div>
  );
}

export interface Narrowed {
  deviceId: string;
  labelId: string;
  clear: (by: "device" | "label") => void;
}

function Title({ deviceId }: { deviceId: string | null }) {
  const { t } = useText();
  return deviceId === null ? t("inbox.title") : <DeviceTitle deviceId={deviceId} />;
}

function DeviceTitle({ deviceId }: { deviceId: string }) {
  const { t } = useText();
  const { device } = useCan(deviceId);
  return <bdi>{device?.name ?? t("inbox.title")}</bdi>;
}

function Filters(props: {
  filter: ChatFilter;
  onFilter: (filter: ChatFilter) => void;
  narrowed: Narrowed;
  isOneDevice: boolean;
}) {
  const { filter, onFilter, narrowed, isOneDevice } = props;
  const { t, number } = useText();
  const counts = useCounts();
  const labels = useLabels();
  const devices = useSeenDevices();
  const { chats } = useInbox().store;
  const { show } = useUi();
  const deviceName =
    devices?.items.find((each) => each.id === narrowed.deviceId)?.name ??
    [...chats.values()].find((chat) => chat.deviceId === narrowed.deviceId)?.deviceName;
  const label = labels.find((each) => each.id === narrowed.labelId);
  return (
    <fieldset className={styles.filters}>
      <legend className="srOnly">{t("inbox.filters")}</legend>
      {FILTERS.map((each) => (
        <button
          key={each}
          type="button"
          className={cx(styles.chip, filter === each && styles.on)}
          aria-pressed={filter === each}
          onClick={() => onFilter(filter === each ? "all" : each)}
        >
          {t(`inbox.filter.${each}`)}
          {counts[each] > 0 && (
            <span className={styles.count}>
              {number(Math.min(counts[each], MOST_COUNTED))}
              {counts[each] >= MOST_COUNTED && "+"}
            </span>
          )}
        </button>
      ))}
      {!isOneDevice && (devices?.items.length ?? 0) > 1 && (
        <Chosen
          label={t("inbox.filter.device")}
          chosen={narrowed.deviceId === "" ? undefined : (deviceName ?? "…")}
          onAsk={() => show({ kind: "narrow", by: "device" })}
          onClear={() => narrowed.clear("device")}
        />
      )}
      {labels.length > 0 && (
        <Chosen
          label={t("inbox.filter.label")}
          chosen={label?.name}
          onAsk={() => show({ kind: "narrow", by: "label" })}
          onClear={() => narrowed.clear("label")}
        />
      )}
    </fieldset>
  );
}

function Chosen(props: { label: string; chosen: string | undefined; onAsk: () => void; onClear: () => void }) {
  const isOn = props.chosen !== undefined;
  return (
    <button
      type="button"
      className={cx(styles.chip, isOn && styles.on)}
      aria-pressed={isOn}
      onClick={isOn ? props.onClear : props.onAsk}
    >
      {isOn ? (
        <>
          {props.label}: <bdi className={styles.chosen}>{props.chosen}</bdi>
        </>
      ) : (
        props.label
      )}
    </button>
  );
}

function MoreButton() {
  const { t } = useText();
  const { openMenu } = useUi();
  return (
    <IconButton
      label={t("inbox.more")}
      aria-haspopup="menu"
      icon={<EllipsisVertical size={20} />}
      onClick={(event) => openMenu({ kind: "more", at: under(event.currentTarget) })}
    />
  );
}
