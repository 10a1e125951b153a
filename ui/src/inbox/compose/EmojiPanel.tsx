import { useEffect, useMemo, useRef, useState } from "react";
import { SearchInput } from "../../design";
import { useText } from "../../text";
import { folded } from "../store/chats";
import styles from "./EmojiPanel.module.css";
import { EMOJI } from "./emojiSet";

const COLUMNS = 8;

/** A small set of emoji, found by English and Malay words; nothing is fetched. */
export default function EmojiPanel({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const { t } = useText();
  const [q, setQ] = useState("");
  const panel = useRef<HTMLElement>(null);
  const words = folded(q.trim());
  const groups = useMemo(
    () =>
      EMOJI.map(({ group, emoji }) => ({
        group,
        emoji: words === "" ? emoji : emoji.filter(([, names]) => names.includes(words)),
      })).filter(({ emoji }) => emoji.length > 0),
    [words],
  );
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const { target } = event;
      const isInside =
        target instanceof Element && (panel.current?.contains(target) || target.closest("[aria-expanded]"));
      if (!isInside) onClose();
    };
    const leave = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", leave, true);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", leave, true);
    };
  }, [onClose]);
  return (
    <section
      ref={panel}
      className={styles.panel}
      aria-label={t("inbox.emoji")}
      onKeyDown={(event) => {
        const buttons = [...(panel.current?.querySelectorAll<HTMLElement>("[data-emoji]") ?? [])];
        const at = buttons.indexOf(document.activeElement as HTMLElement);
        const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
        if (by === undefined || (at === -1 && event.key !== "ArrowDown")) return;
        event.preventDefault();
        buttons[at === -1 ? 0 : Math.max(0, Math.min(buttons.length - 1, at + by))]?.focus();
      }}
    >
      <SearchInput label={t("inbox.searchEmoji")} value={q} onChange={setQ} />
      <div className={styles.scroller}>
        {groups.length === 0 && <p className={styles.none}>{t("pick.nothing")}</p>}
        {groups.map(({ group, emoji }) => (
          <div key={group}>
            <p className={styles.group}>{t(`inbox.emoji.${group}`)}</p>
            <div className={styles.grid}>
              {emoji.map(([sign, names]) => (
                <button
                  key={sign}
                  type="button"
                  data-emoji={sign}
                  className={styles.emoji}
                  aria-label={`${sign} ${names.split(" ")[0]}`}
                  onClick={() => onPick(sign)}
                >
                  {sign}
                </button>
              ))}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}
