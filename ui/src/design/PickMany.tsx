import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useId, useRef, useState } from "react";
import { useText } from "../text";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./PickMany.module.css";
import { SearchInput } from "./SearchInput";

export interface PickOption {
  id: string;
  label: string;
  note?: ReactNode;
  count?: number | undefined;
}

const SEARCH_FROM = 9;
const ROW = 40;
const ROWS_SHOWN = 6;

/** Any number of a list of any length; `none` says what choosing nothing means. */
export function PickMany({
  label,
  options,
  selected,
  onChange,
  none,
  hint,
}: {
  label: string;
  options: readonly PickOption[];
  selected: readonly string[];
  onChange: (selected: string[]) => void;
  none: string;
  hint?: ReactNode;
}) {
  const text = useText();
  const id = useId();
  const [q, setQ] = useState("");
  const chosen = new Set(selected);
  const words = q.trim().toLocaleLowerCase();
  const found = words === "" ? options : options.filter((each) => each.label.toLocaleLowerCase().includes(words));
  const toggle = (option: string) =>
    onChange(chosen.has(option) ? selected.filter((each) => each !== option) : [...selected, option]);
  return (
    <fieldset className={styles.group} aria-describedby={`${id}-sum`}>
      <legend className={styles.legend}>{label}</legend>
      <p id={`${id}-sum`} className={styles.sum} aria-live="polite">
        {selected.length === 0 ? none : text.t("pick.chosen", { count: selected.length, all: options.length })}
      </p>
      {options.length >= SEARCH_FROM && (
        <div className={styles.tools}>
          <div className={styles.search}>
            <SearchInput label={text.t("pick.searchIn", { label })} value={q} onChange={setQ} />
          </div>
          <Button
            size="small"
            look="quiet"
            onClick={() => onChange([...new Set([...selected, ...found.map((each) => each.id)])])}
          >
            {text.t("pick.all", { count: found.length })}
          </Button>
        </div>
      )}
      {found.length === 0 ? (
        <p className={styles.sum}>{text.t("pick.nothing")}</p>
      ) : (
        <Options options={found} chosen={chosen} onToggle={toggle} />
      )}
      {selected.length > 0 && (
        <Button size="small" look="quiet" className={styles.clear} onClick={() => onChange([])}>
          {text.t("pick.clear")}
        </Button>
      )}
      {hint !== undefined && <p className={styles.sum}>{hint}</p>}
    </fieldset>
  );
}

function Options(props: {
  options: readonly PickOption[];
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
}) {
  const { options, chosen, onToggle } = props;
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: options.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      style={{ height: Math.min(options.length, ROWS_SHOWN) * ROW + (options.length > ROWS_SHOWN ? ROW / 2 : 2) }}
    >
      <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const option = options[item.index];
          if (option === undefined) return null;
          const on = chosen.has(option.id);
          return (
            <label
              key={option.id}
              className={cx(styles.row, on && styles.on)}
              style={{ transform: `translateY(${item.start}px)`, height: ROW }}
            >
              <input type="checkbox" checked={on} onChange={() => onToggle(option.id)} />
              <bdi className={styles.label}>{option.label}</bdi>
              {option.note}
              {option.count !== undefined && <span className={styles.count}>{text.number(option.count)}</span>}
            </label>
          );
        })}
      </div>
    </div>
  );
}
