import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../design";
import { problemWords, useText } from "../../text";
import type { ChatView } from "../api";
import { previewWords } from "../parts/kind";
import { useDays, useInbox } from "../store/context";
import { type Conversation, keyOf } from "../store/conversation";
import { useOpenMessageMenu } from "./context";
import { estimate, joins, startsDay } from "./layout";
import { MessageRow } from "./MessageRow";
import styles from "./Messages.module.css";
import { useMarks } from "./useMarks";
import { useTarget } from "./useTarget";

const NEAR = 8;
const END_PX = 80;

/** The messages of a chat: end-anchored, so that nothing moves under the eyes when older ones arrive above. */
export function Messages(props: { chat: ChatView; conversation: Conversation; isOpen: boolean }) {
  const { chat, conversation, isOpen } = props;
  const text = useText();
  const inbox = useInbox();
  const dayOf = useDays();
  const openMenu = useOpenMessageMenu();
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const { items, older, newer } = conversation;
  const isComplete = newer === null;
  // The last page of newer messages ends the search for the end; it is not news to follow.
  const wasComplete = useRef(isComplete);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(items[index]),
    getItemKey: (index) => {
      const bubble = items[index];
      return bubble === undefined ? index : keyOf(bubble);
    },
    overscan: 6,
    anchorTo: "end",
    followOnAppend: isComplete && wasComplete.current,
    scrollEndThreshold: END_PX,
    paddingStart: 12,
    paddingEnd: 12,
    onChange: (instance) => setAtEnd(instance.isAtEnd(END_PX)),
  });
  useEffect(() => {
    wasComplete.current = isComplete;
  }, [isComplete]);
  const rows = virtual.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  const marks = useMarks(chat, conversation, { isAtEnd: isAtEnd && isComplete, isOpen });

  const isPlaced = useRef(false);
  useLayoutEffect(() => {
    if (isPlaced.current || older === undefined || items.length === 0) return;
    isPlaced.current = true;
    const unread = items.findIndex((each) => keyOf(each) === marks.unreadKey);
    if (unread >= 0) virtual.scrollToIndex(unread, { align: "center" });
    else virtual.scrollToEnd();
  }, [older, items, marks.unreadKey, virtual]);
  const lit = useTarget(chat.id, conversation, (index) => {
    isPlaced.current = true;
    virtual.scrollToIndex(index, { align: "center" });
  });

  useEffect(() => {
    if (!isPlaced.current || conversation.loading !== null || conversation.error !== null) return;
    // The rows drawn before the first scroll are not yet what is seen.
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {};
    const isNearTop = first < NEAR && scrollTop < 2 * clientHeight;
    if (typeof older === "string" && isNearTop) void inbox.loader.older(chat.id);
    else if (newer !== null && last >= items.length - NEAR) void inbox.loader.newer(chat.id);
  }, [inbox, chat.id, conversation.loading, conversation.error, older, newer, first, last, items.length]);

  const ownKey = items.at(-1)?.local === undefined ? null : keyOf(items.at(-1) as (typeof items)[number]);
  useLayoutEffect(() => {
    // What was just written is always shown.
    if (ownKey !== null) virtual.scrollToEnd();
  }, [ownKey, virtual]);

  // The lines above the first message move to the one that takes its place: what is below them stays where it is.
  const head = useRef<string | null>(null);
  const formerHead = useRef<string | null>(null);
  useLayoutEffect(() => {
    const oldest = items[0] === undefined ? null : keyOf(items[0]);
    if (head.current !== oldest) formerHead.current = head.current;
    head.current = oldest;
  }, [items]);
  virtual.shouldAdjustScrollPositionOnItemSizeChange = (row, _, { itemSizeCache, scrollDirection, scrollOffset }) => {
    if (row.key === formerHead.current) {
      formerHead.current = null;
      return true;
    }
    // As the library does by itself: a guess above is put right, a row in sight grows downwards.
    const offset = scrollOffset ?? 0;
    return itemSizeCache.has(row.key) ? row.end <= offset && scrollDirection !== "backward" : row.start < offset;
  };

  // When the composer grows, what is at the end stays at the end.
  const isStuck = useRef(true);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const watch = new ResizeObserver(() => {
      if (isStuck.current) current.scrollTop = current.scrollHeight;
    });
    watch.observe(current);
    return () => watch.disconnect();
  }, []);

  const toEnd = () => {
    if (isComplete) virtual.scrollToEnd();
    else {
      isPlaced.current = false;
      void inbox.loader.toEnd(chat.id);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = target.closest<HTMLElement>("[data-row]");
    const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
    // Buttons in the chat keep their keys; arrows lead from them to the messages.
    if (target !== currentTarget && target !== row && !(isArrow && target instanceof HTMLButtonElement)) return;
    const at = row === null ? items.length : Number(row.dataset.row);
    if (event.key === "End") toEnd();
    else if (isArrow) {
      const next = Math.max(0, Math.min(items.length - 1, at + (event.key === "ArrowUp" ? -1 : 1)));
      virtual.scrollToIndex(next, { align: "auto" });
      requestAnimationFrame(() =>
        currentTarget.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus({ preventScroll: true }),
      );
    } else if ((event.key === "Enter" || event.key === " ") && row !== null) {
      const bubble = items[at];
      const box = row.getBoundingClientRect();
      if (bubble !== undefined) openMenu(bubble, { x: box.left + box.width / 2, y: box.top + 40, back: row });
    } else {
      // Writing begins wherever one is in the chat.
      if (event.key.length === 1 && event.key !== " ") focusBox(currentTarget);
      return;
    }
    event.preventDefault();
  };
  const spoken = marks.spoken;
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={text.t("inbox.messagesWith", { name: chat.name })}
        aria-busy={conversation.loading !== null}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isStuck.current = scrollHeight - scrollTop - clientHeight < END_PX;
        }}
      >
        <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {rows.map((row) => {
            const bubble = items[row.index];
            if (bubble === undefined) return null;
            const before = items[row.index - 1];
            const key = keyOf(bubble);
            return (
              <div
                key={row.key}
                ref={virtual.measureElement}
                data-index={row.index}
                className={styles.row}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <MessageRow
                  bubble={bubble}
                  index={row.index}
                  isFirst={row.index === 0 && older === null}
                  day={startsDay(before, bubble, dayOf) ? bubble.at : null}
                  isUnreadLine={key === marks.unreadKey}
                  isJoined={joins(before, bubble, dayOf)}
                  isLit={lit === bubble.id}
                />
              </div>
            );
          })}
        </div>
      </div>
      {conversation.loading !== null && (
        <p className={styles.pill} role="status">
          {text.t(conversation.loading === "newer" ? "inbox.loadingNewer" : "inbox.loadingOlder")}
        </p>
      )}
      {conversation.loading === null && conversation.error !== null && conversation.error !== "stale" && (
        <div className={styles.pill} role="alert">
          {problemWords(text, conversation.error)}{" "}
          <Button size="small" look="quiet" onClick={() => void inbox.loader.older(chat.id)}>
            {text.t("shell.retry")}
          </Button>
        </div>
      )}
      {!(isAtEnd && isComplete) && (
        <button type="button" className={styles.toEnd} onClick={toEnd}>
          <ArrowDown size={20} aria-hidden="true" />
          {marks.below > 0 && <span className={styles.below}>{text.number(marks.below)}</span>}
          <span className="srOnly">
            {marks.below > 0 ? text.t("inbox.newBelow", { count: marks.below }) : text.t("inbox.toNewest")}
          </span>
        </button>
      )}
      <p className="srOnly" aria-live="polite">
        {spoken !== null && `${spoken.senderName || chat.name}: ${previewWords(text, spoken.kind, spoken.body)}`}
      </p>
    </div>
  );
}

function focusBox(inside: HTMLElement): void {
  inside.closest("section")?.querySelector("textarea")?.focus();
}
