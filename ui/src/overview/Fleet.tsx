import { type KeyboardEvent, memo, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Overview } from "../api.gen";
import { cx, Panel, StatusPill } from "../design";
import { causeWords, STATE_ORDER, STATE_TONES } from "../devices/words";
import { useText } from "../text";
import styles from "./Fleet.module.css";

type Cell = Overview["fleet"][number];

/** One square per device, the ones in trouble first; 3,000 fit, and each says what it is. Beyond that, counts. */
export function Fleet({ devices, counts }: { devices: readonly Cell[]; counts: Overview["fleetCounts"] }) {
  const text = useText();
  const { t } = text;
  const [, go] = useLocation();
  const grid = useRef<HTMLDivElement>(null);
  const cells = useMemo(() => byNeed(devices), [devices]);
  const [active, setActive] = useState<number | null>(null);
  useEffect(() => {
    const cell = active === null ? undefined : grid.current?.children[active];
    cell?.setAttribute("aria-selected", "true");
    return () => cell?.setAttribute("aria-selected", "false");
  });
  const more = Object.values(counts).reduce((sum, count) => sum + count, 0) - devices.length;
  const chosen = active === null ? undefined : cells[active];

  const onKeyDown = (event: KeyboardEvent) => {
    const from = active ?? -1;
    const moves: Record<string, number> = {
      ArrowRight: from + 1,
      ArrowLeft: from - 1,
      ArrowDown: from + perRow(grid.current),
      ArrowUp: from - perRow(grid.current),
      Home: 0,
      End: cells.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      const bounded = Math.max(0, Math.min(cells.length - 1, to));
      setActive(bounded);
      grid.current?.children[bounded]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && chosen !== undefined) go(`/devices/${chosen.id}`);
    else return;
    event.preventDefault();
  };
  const point = (event: PointerEvent) => {
    const index = indexOf(event.target);
    if (index !== null) setActive(index);
  };

  return (
    <Panel id="fleet" title={t("overview.fleet")}>
      <ul className={styles.legend} aria-label={t("devices.filter")}>
        {STATE_ORDER.filter((state) => (counts[state] ?? 0) > 0).map((state) => (
          <li key={state}>
            <Link href={`/devices?state=${state}`} className={styles.count}>
              <StatusPill tone={STATE_TONES[state]}>
                {t(`devices.state.${state}`)} <strong>{text.number(counts[state] ?? 0)}</strong>
              </StatusPill>
            </Link>
          </li>
        ))}
      </ul>
      <div
        ref={grid}
        className={cx(styles.grid, sizeOf(cells.length))}
        role="listbox"
        tabIndex={0}
        aria-label={t("overview.fleet")}
        aria-describedby="fleet-hint"
        aria-activedescendant={active === null ? undefined : `fleet-${active}`}
        onKeyDown={onKeyDown}
        onPointerOver={point}
        onPointerDown={point}
        onFocus={() => setActive((old) => old ?? 0)}
        onClick={(event) => {
          const index = indexOf(event.target);
          const cell = index === null ? undefined : cells[index];
          // A finger covers several squares: it chooses, and the words below open.
          if (cell !== undefined && window.matchMedia("(pointer: fine)").matches) go(`/devices/${cell.id}`);
        }}
      >
        <Cells cells={cells} />
      </div>
      {more > 0 && <p className={styles.more}>{t("overview.fleetMore", { count: more })}</p>}
      <div className={styles.words}>
        {chosen === undefined ? (
          <p id="fleet-hint">{t("overview.fleetHint")}</p>
        ) : (
          <>
            <p id="fleet-hint">
              <bdi className={styles.name}>{chosen.name}</bdi> · {t(`devices.state.${chosen.state}`)} ·{" "}
              {causeWords(text, chosen.cause)}
            </p>
            <Link href={`/devices/${chosen.id}`} className={styles.open} tabIndex={-1}>
              {t("overview.openDevice")}
            </Link>
          </>
        )}
      </div>
    </Panel>
  );
}

/** The squares; drawn once per change of the fleet, not per pointer move. */
const Cells = memo(function Cells({ cells }: { cells: readonly Cell[] }) {
  const { t } = useText();
  return cells.map((cell, index) => (
    <span
      key={cell.id}
      id={`fleet-${index}`}
      data-cell={index}
      role="option"
      aria-selected={false}
      aria-label={t("overview.fleetCell", { name: cell.name, state: t(`devices.state.${cell.state}`) })}
      className={cx(styles.cell, styles[STATE_TONES[cell.state]])}
    />
  ));
});

function byNeed(devices: readonly Cell[]): Cell[] {
  const rank = new Map(STATE_ORDER.map((state, index) => [state, index]));
  return [...devices].sort((a, b) => (rank.get(a.state) ?? 99) - (rank.get(b.state) ?? 99));
}

function sizeOf(count: number): string | undefined {
  if (count <= 60) return styles.large;
  return count <= 600 ? styles.medium : styles.tiny;
}

function indexOf(target: EventTarget): number | null {
  const cell = target instanceof HTMLElement ? target.dataset.cell : undefined;
  return cell === undefined ? null : Number(cell);
}

function perRow(grid: HTMLElement | null): number {
  const columns = grid === null ? "" : getComputedStyle(grid).gridTemplateColumns;
  return Math.max(1, columns.split(" ").length);
}
