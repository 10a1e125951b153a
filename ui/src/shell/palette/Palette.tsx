import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { Dialog, useDebounced } from "../../design";
import { useText } from "../../text";
import styles from "./Palette.module.css";
import { type Entry, useCommands } from "./useCommands";
import { useFound } from "./useFound";

/** Go anywhere and do anything by a few letters: the keys stay in the field, the arrows walk through what fits. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const id = useId();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const commands = useCommands().filter((entry) => fits(entry, words));
  const found = useFound(useDebounced(words.trim(), 200));
  const entries = [...commands, ...found.entries];
  const chosen = Math.min(at, entries.length - 1);
  const run = (entry: Entry) => {
    onClose();
    entry.run();
  };
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const last = entries.length - 1;
    const chosenEntry = entries[chosen];
    if (event.nativeEvent.isComposing || last < 0) return;
    if (event.key === "ArrowDown") setAt(chosen === last ? 0 : chosen + 1);
    else if (event.key === "ArrowUp") setAt(chosen === 0 ? last : chosen - 1);
    else if (event.key === "Enter" && chosenEntry !== undefined) run(chosenEntry);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onClose={onClose} title={t("shell.palette")}>
      <input
        autoFocus
        className={styles.field}
        role="combobox"
        aria-label={t("palette.field")}
        aria-expanded={entries.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={entries.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder={t("palette.field")}
        autoComplete="off"
        spellCheck={false}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label={t("palette.entries")} className={styles.list}>
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field that owns the list
          <div
            key={entry.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles.entry}
            onClick={() => run(entry)}
          >
            <bdi className={styles.label}>{entry.label}</bdi>
            <span className={styles.kind}>{entry.hint}</span>
          </div>
        ))}
      </div>
      <p role="status" className={styles.status}>
        {found.isLooking ? t("shell.loading") : entries.length === 0 ? t("palette.nothing") : ""}
      </p>
    </Dialog>
  );
}

function fits(entry: Entry, words: string): boolean {
  const text = `${entry.label} ${entry.hint}`.toLocaleLowerCase();
  return words
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
