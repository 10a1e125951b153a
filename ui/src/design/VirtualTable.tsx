import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useT } from "../text";
import { cx } from "./cx";
import { useWide } from "./useWide";
import styles from "./VirtualTable.module.css";

export interface VirtualColumn<Row> {
  id: string;
  header: ReactNode;
  /** A grid track: `140px`, `minmax(160px, 2fr)`. */
  width: string;
  align?: "end";
  cell: (row: Row) => ReactNode;
}

export interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

interface VirtualTableProps<Row> {
  label: string;
  columns: readonly VirtualColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The name of the row for its check box. */
  rowName: (row: Row) => string;
  /** What a row looks like on a phone. */
  phoneRow: (row: Row) => ReactNode;
  onOpen?: (row: Row) => void;
  selection?: Selection;
  hasMore?: boolean;
  isLoadingMore?: boolean;
  loadMore?: () => void;
  /** All rows the server knows of, when it says so. */
  total?: number | undefined;
  rowHeight?: number;
  /** Remembers the scroll offset for Back. */
  restoreKey?: string;
}

const AHEAD = 20;
const SCROLL_SETTLES_MS = 150;
const INTERACTIVE = "a, button, input, select, textarea, label, [role=menuitem]";

/** The scroll offset is kept in the history entry: Back finds it, a new visit begins at the top. */
function keepScroll(key: string | undefined, top: number | undefined): void {
  if (key === undefined || top === undefined) return;
  window.history.replaceState({ ...window.history.state, [`scroll:${key}`]: top }, "");
}

function keptScroll(key: string | undefined): number {
  const state: unknown = window.history.state;
  if (key === undefined || typeof state !== "object" || state === null) return 0;
  const top = (state as Record<string, unknown>)[`scroll:${key}`];
  return typeof top === "number" ? top : 0;
}

/** A list of any length: only what is seen is in the page, more is fetched before its end is reached.
 *
 * Keys: arrows, Page Up/Down, Home, End move; Enter opens; Space selects; Shift+arrow extends; Ctrl/Cmd+A selects all
 * loaded rows; Escape clears the selection.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    rowName,
    phoneRow,
    onOpen,
    selection,
    hasMore = false,
    isLoadingMore = false,
    loadMore,
    total,
    rowHeight = 52,
    restoreKey,
  } = props;
  const t = useT();
  const wide = useWide();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const anchor = useRef(0);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (wide ? rowHeight : 84),
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 8,
    initialOffset: () => keptScroll(restoreKey),
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && !isLoadingMore && lastSeen >= rows.length - AHEAD) loadMore?.();
  }, [hasMore, isLoadingMore, lastSeen, rows.length, loadMore]);

  const scrollTimer = useRef(0);
  const onScroll = () => {
    window.clearTimeout(scrollTimer.current);
    scrollTimer.current = window.setTimeout(
      () => keepScroll(restoreKey, scroller.current?.scrollTop),
      SCROLL_SETTLES_MS,
    );
  };
  useEffect(() => () => window.clearTimeout(scrollTimer.current), []);

  const setRange = (from: number, to: number) => {
    const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(rowKey);
    selection?.onChange(new Set([...selection.selected, ...range]));
  };
  const toggle = (index: number) => {
    const row = rows[index];
    if (selection === undefined || row === undefined) return;
    const next = new Set(selection.selected);
    if (!next.delete(rowKey(row))) next.add(rowKey(row));
    anchor.current = index;
    selection.onChange(next);
  };
  const goTo = (index: number) => {
    const bounded = Math.max(0, Math.min(rows.length - 1, index));
    setActive(bounded);
    virtual.scrollToIndex(bounded);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${bounded}"]`)?.focus({ preventScroll: true }),
    );
    return bounded;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset.index === undefined) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) {
      const reached = goTo(target);
      if (event.shiftKey && selection !== undefined) setRange(anchor.current, reached);
      else anchor.current = reached;
    } else if (event.key === "Enter") {
      const row = rows[active];
      if (row !== undefined) onOpen?.(row);
    } else if (event.key === " " && selection !== undefined) toggle(active);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && selection !== undefined)
      selection.onChange(new Set(rows.map(rowKey)));
    else if (event.key === "Escape" && selection !== undefined && selection.selected.size > 0)
      selection.onChange(new Set());
    else return;
    event.preventDefault();
  };

  const onClick = (event: MouseEvent, index: number) => {
    setActive(index);
    if (event.target instanceof Element && event.target.closest(INTERACTIVE) !== null) return;
    if (event.shiftKey && selection !== undefined) setRange(anchor.current, index);
    else if ((event.ctrlKey || event.metaKey) && selection !== undefined) toggle(index);
    else {
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    }
  };

  const tracks = [...(selection === undefined ? [] : ["44px"]), ...columns.map((column) => column.width)].join(" ");
  const chosen =
    selection === undefined ? 0 : rows.reduce((sum, row) => sum + (selection.selected.has(rowKey(row)) ? 1 : 0), 0);

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={total ?? (hasMore ? -1 : rows.length)}
      aria-colcount={columns.length + (selection === undefined ? 0 : 1)}
      aria-multiselectable={selection === undefined ? undefined : true}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <div
        role="row"
        className={wide ? styles.head : "srOnly"}
        style={wide ? { gridTemplateColumns: tracks } : undefined}
      >
        {selection !== undefined && (
          <div role="columnheader" className={styles.check}>
            <input
              type="checkbox"
              aria-label={t("table.selectAll")}
              checked={rows.length > 0 && chosen === rows.length}
              ref={(box) => {
                if (box !== null) box.indeterminate = chosen > 0 && chosen < rows.length;
              }}
              onChange={(event) => selection.onChange(event.target.checked ? new Set(rows.map(rowKey)) : new Set())}
            />
          </div>
        )}
        {columns.map((column) => (
          <div key={column.id} role="columnheader" className={cx(styles.header, column.align === "end" && styles.end)}>
            {column.header}
          </div>
        ))}
      </div>
      <div role="rowgroup" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowKey(row);
          const isChosen = selection?.selected.has(key) === true;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of all its rows
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="row"
              tabIndex={item.index === Math.min(active, rows.length - 1) ? 0 : -1}
              aria-rowindex={item.index + 2}
              aria-selected={selection === undefined ? undefined : isChosen}
              className={cx(
                styles.row,
                wide ? styles.wideRow : styles.phoneRow,
                isChosen && styles.chosen,
                onOpen !== undefined && styles.opens,
              )}
              style={{
                transform: `translateY(${item.start}px)`,
                ...(wide ? { gridTemplateColumns: tracks, minHeight: rowHeight } : {}),
              }}
              onClick={(event) => onClick(event, item.index)}
              onFocus={() => setActive(item.index)}
            >
              {selection !== undefined && (
                <div role="gridcell" className={styles.check}>
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={t("table.select", { name: rowName(row) })}
                    checked={isChosen}
                    onChange={() => toggle(item.index)}
                  />
                </div>
              )}
              {wide ? (
                columns.map((column) => (
                  <div
                    key={column.id}
                    role="gridcell"
                    className={cx(styles.cell, column.align === "end" && styles.end)}
                  >
                    {column.cell(row)}
                  </div>
                ))
              ) : (
                <div role="gridcell" className={styles.phoneCell}>
                  {phoneRow(row)}
                </div>
              )}
            </div>
          );
        })}
      </div>
      {isLoadingMore && (
        <p className={styles.more} role="status">
          {t("table.loadingMore")}
        </p>
      )}
    </div>
  );
}
