import { useVirtualizer } from "@tanstack/react-virtual";
import { MessageSquareText, Search } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { Button, EmptyState, ErrorState, Skeleton, useWide } from "../../design";
import { useText } from "../../text";
import { useNow } from "../../time";
import { type MenuPlace, useUi } from "../parts/ui";
import type { Lens } from "../store/chats";
import { useInbox, useList, useRows } from "../store/context";
import styles from "./ChatList.module.css";
import { ChatRow } from "./ChatRow";

const ROW = 70;
const TALL_ROW = 86;
const AHEAD = 30;

/** The chats of a lens: only what is seen is in the page, more is fetched before the end is reached. */
export function ChatList(props: {
  lens: Lens;
  openChatId: string | null;
  withDevice: boolean;
  onOpen: (chatId: string) => void;
}) {
  const { lens, openChatId, withDevice, onOpen } = props;
  const text = useText();
  const inbox = useInbox();
  const { openMenu } = useUi();
  const rows = useRows(lens);
  const list = useList(lens);
  const wide = useWide();
  const now = useNow(60_000).getTime();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const height = withDevice ? TALL_ROW : ROW;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index] ?? index,
    overscan: wide ? 6 : 8,
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (list.error === null && !list.loading && typeof list.next === "string" && lastSeen >= rows.length - AHEAD)
      void inbox.loader.loadChats(lens, true);
  }, [inbox, lens, list, lastSeen, rows.length]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
    setActive(0);
  }, [lens]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are laid out again
  useEffect(() => virtual.measure(), [virtual, height]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another chat was opened
  useEffect(() => {
    const at = openChatId === null ? -1 : rows.indexOf(openChatId);
    if (at === -1) return;
    setActive(at);
    virtual.scrollToIndex(at);
  }, [openChatId]);

  const goTo = (index: number) => {
    const bounded = Math.max(0, Math.min(rows.length - 1, index));
    setActive(bounded);
    virtual.scrollToIndex(bounded);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${bounded}"]`)?.focus({ preventScroll: true }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 1);
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    goTo(target);
  };
  const onMenu = useCallback((chatId: string, at: MenuPlace) => openMenu({ kind: "chat", chatId, at }), [openMenu]);
  const isFirstLoad = rows.length === 0 && list.next === undefined && list.error === null;
  if (isFirstLoad) return <Skeleton lines={8} height={44} label={text.t("inbox.loadingChats")} />;
  if (rows.length === 0 && list.error !== null)
    return <ErrorState error={list.error} retry={() => void inbox.loader.loadChats(lens)} />;
  return (
    <>
      {rows.length === 0 && !list.loading && <NoChats lens={lens} />}
      <div
        ref={scroller}
        className={styles.scroller}
        role="listbox"
        aria-label={text.t("inbox.chats")}
        aria-busy={list.loading}
        tabIndex={rows.length === 0 ? 0 : -1}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const chatId = rows[item.index];
            return chatId === undefined ? null : (
              <ChatRow
                key={chatId}
                chatId={chatId}
                index={item.index}
                top={item.start}
                height={height}
                isOpen={chatId === openChatId}
                isTabStop={item.index === Math.min(active, rows.length - 1)}
                withDevice={withDevice}
                now={now}
                onOpen={onOpen}
                onMenu={onMenu}
                onFocus={setActive}
              />
            );
          })}
        </div>
        {list.loading && rows.length > 0 && (
          <p className={styles.more} role="presentation">
            {text.t("inbox.loadingChats")}
          </p>
        )}
      </div>
    </>
  );
}

function NoChats({ lens }: { lens: Lens }) {
  const { t } = useText();
  const { find, show } = useUi();
  const q = lens.q.trim();
  if (q !== "") {
    return (
      <EmptyState
        icon={<Search size={24} />}
        title={t("inbox.noneFound")}
        action={<Button onClick={() => find(q)}>{t("inbox.searchMessagesFor", { words: q })}</Button>}
      >
        {t("inbox.noneFoundHint")}
      </EmptyState>
    );
  }
  if (lens.filter !== "all" || lens.labelId !== "")
    return <EmptyState title={t("inbox.noneInFilter")}>{t("inbox.noneInFilterHint")}</EmptyState>;
  return (
    <EmptyState
      icon={<MessageSquareText size={26} />}
      title={t("inbox.noChats")}
      action={<Button onClick={() => show({ kind: "newChat", phone: "" })}>{t("inbox.newChat")}</Button>}
    >
      {t("inbox.noChatsHint")}
    </EmptyState>
  );
}
