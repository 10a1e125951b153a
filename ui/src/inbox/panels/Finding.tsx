import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { EmptyState, ErrorState, IconButton, Notice, SearchInput, Skeleton, useDebounced } from "../../design";
import { http } from "../../http";
import { useMe } from "../../shell";
import { useText } from "../../text";
import type { SearchHit, SearchPage } from "../api";
import { useInbox } from "../store/context";
import { type Facts, FindFilters, NO_FACTS } from "./FindFilters";
import styles from "./Finding.module.css";
import { Hit } from "./Hit";

const PER_PAGE = 40;
const ROW = 78;
const AHEAD = 10;
/** The server looks for no less. */
const SHORTEST = 2;

/** The search over all messages, or over one chat: words, filters, snippets; a hit leads to its place. */
export default function Finding(props: {
  words: string;
  chatId?: string;
  deviceId: string | null;
  onOpen: (chatId: string, messageId: string) => void;
  onClose: () => void;
}) {
  const { chatId, deviceId, onOpen, onClose } = props;
  const { t } = useText();
  const { chatStorage } = useMe();
  const [q, setQ] = useState(props.words);
  const [facts, setFacts] = useState<Facts>(NO_FACTS);
  const settled = useDebounced(q.trim(), 300);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const found = useHits(settled, facts, chatId, deviceId);
  const isAsked = settled.length >= SHORTEST;
  return (
    <search className={styles.panel} aria-label={t(chatId === undefined ? "inbox.searchMessages" : "inbox.searchHere")}>
      <header className={styles.head}>
        <IconButton label={t("inbox.closeSearch")} icon={<X size={20} />} onClick={onClose} />
        <h2 className={styles.title}>{t(chatId === undefined ? "inbox.searchMessages" : "inbox.searchHere")}</h2>
      </header>
      <div className={styles.box}>
        <SearchInput label={t("inbox.searchWords")} value={q} onChange={setQ} ref={box} />
      </div>
      <FindFilters facts={facts} onChange={setFacts} />
      {!chatStorage && <Notice tone="idle">{t("inbox.searchNotKept")}</Notice>}
      {!isAsked ? (
        <p className={styles.hint}>{t("inbox.searchHint")}</p>
      ) : found.isLoading ? (
        <Skeleton lines={6} height={44} />
      ) : found.error !== null && found.hits.length === 0 ? (
        <ErrorState error={found.error} retry={found.retry} />
      ) : found.hits.length === 0 ? (
        <EmptyState title={t("inbox.noHits")}>{t("inbox.noHitsHint")}</EmptyState>
      ) : (
        <Hits
          hits={found.hits}
          withChat={chatId === undefined}
          isMore={found.isMore}
          onMore={found.more}
          onOpen={onOpen}
        />
      )}
    </search>
  );
}

function useHits(q: string, facts: Facts, chatId: string | undefined, deviceId: string | null) {
  const inbox = useInbox();
  const query = { q, chatId, deviceId, ...facts };
  const result = useInfiniteQuery({
    queryKey: ["inbox-search", query],
    queryFn: async ({ pageParam, signal }) => {
      const page = await http.get<SearchPage>("/api/messages/search", {
        query: { ...query, limit: PER_PAGE, after: pageParam },
        signal,
      });
      inbox.store.takeChats(page.items.map((hit) => hit.chat).filter((chat) => !inbox.store.chats.has(chat.id)));
      return page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled: q.length >= SHORTEST,
    staleTime: 10_000,
  });
  const hits = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data]);
  return {
    hits,
    isLoading: result.isPending,
    error: result.error,
    retry: () => void result.refetch(),
    isMore: result.hasNextPage && !result.isFetchingNextPage,
    more: () => void result.fetchNextPage(),
  };
}

function Hits(props: {
  hits: readonly SearchHit[];
  withChat: boolean;
  isMore: boolean;
  onMore: () => void;
  onOpen: (chatId: string, messageId: string) => void;
}) {
  const { hits, isMore, onMore } = props;
  const { t } = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: hits.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => hits[index]?.message.id ?? index,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (isMore && last >= hits.length - AHEAD) onMore();
  }, [isMore, last, hits.length, onMore]);
  return (
    <div ref={scroller} className={styles.scroller}>
      <ul className={styles.rows} style={{ height: virtual.getTotalSize() }} aria-label={t("inbox.hits")}>
        {items.map((item) => {
          const hit = hits[item.index];
          return hit === undefined ? null : (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles.row}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Hit hit={hit} withChat={props.withChat} onOpen={props.onOpen} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
