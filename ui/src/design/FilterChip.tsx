import { Check, ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { type KeyboardEvent, useState } from "react";
import { useText } from "../text";
import { cx } from "./cx";
import styles from "./FilterChip.module.css";
import { SearchInput } from "./SearchInput";

export interface FilterOption {
  value: string;
  label: string;
  count?: number | undefined;
}

const SEARCH_FROM = 9;
const MOST_SHOWN = 100;

/** One question of a filter: says the chosen answer, offers the others with how many rows each would show. */
export function FilterChip({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | null;
  options: readonly FilterOption[];
  onChange: (value: string | null) => void;
}) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const [q, setQ] = useState("");
  const words = q.trim().toLocaleLowerCase();
  const found = words === "" ? options : options.filter((each) => each.label.toLocaleLowerCase().includes(words));
  const chosen = value === null ? null : (options.find((each) => each.value === value)?.label ?? value);
  const choose = (next: string | null) => {
    onChange(next);
    setOpen(false);
    setQ("");
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={cx(styles.chip, chosen !== null && styles.chosen)} aria-haspopup="listbox">
        <span className={styles.words}>
          {chosen === null ? (
            label
          ) : (
            <>
              {label}: <bdi>{chosen}</bdi>
            </>
          )}
        </span>
        <ChevronDown size={15} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.sheet} align="start" sideOffset={4} collisionPadding={8} aria-label={label}>
          {options.length >= SEARCH_FROM && <SearchInput label={text.t("pick.search")} value={q} onChange={setQ} />}
          <div role="listbox" aria-label={label} className={styles.list} onKeyDown={moveFocus}>
            {words === "" && (
              <Entry label={text.t("pick.any")} selected={value === null} onChoose={() => choose(null)} />
            )}
            {found.slice(0, MOST_SHOWN).map((each) => (
              <Entry
                key={each.value}
                label={each.label}
                count={each.count}
                selected={each.value === value}
                onChoose={() => choose(each.value)}
              />
            ))}
          </div>
          {found.length === 0 && <p className={styles.note}>{text.t("pick.nothing")}</p>}
          {found.length > MOST_SHOWN && (
            <p className={styles.note}>{text.t("pick.more", { count: found.length - MOST_SHOWN })}</p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Entry(props: { label: string; count?: number | undefined; selected: boolean; onChoose: () => void }) {
  const text = useText();
  return (
    <button
      type="button"
      role="option"
      aria-selected={props.selected}
      className={styles.entry}
      onClick={props.onChoose}
    >
      <span className={styles.mark}>{props.selected && <Check size={15} aria-hidden="true" />}</span>
      <bdi className={styles.label}>{props.label}</bdi>
      {props.count !== undefined && <span className={styles.count}>{text.number(props.count)}</span>}
    </button>
  );
}

/** Arrow keys, Home and End move between the entries of the list. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const entries = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("[role=option]"));
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  entries[Math.max(0, Math.min(entries.length - 1, target))]?.focus();
}
