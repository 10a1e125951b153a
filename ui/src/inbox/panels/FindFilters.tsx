import { useText } from "../../text";
import { fromWallText, toWallText, useTimes } from "../../time";
import type { MessageKind } from "../api";
import styles from "./FindFilters.module.css";

/** What a search is narrowed to; empty means any. */
export interface Facts {
  kind: MessageKind | "";
  fromMe: "" | "true" | "false";
  from: string;
  until: string;
}

export const NO_FACTS: Facts = { kind: "", fromMe: "", from: "", until: "" };

const KINDS: readonly MessageKind[] = [
  "text",
  "image",
  "video",
  "voice",
  "audio",
  "document",
  "location",
  "contacts",
  "poll",
];

export function FindFilters({ facts, onChange }: { facts: Facts; onChange: (facts: Facts) => void }) {
  const { t } = useText();
  const { zone } = useTimes();
  const day = (instant: string) => (instant === "" ? "" : toWallText(instant, zone).slice(0, 10));
  const instant = (text: string, clock: string) => (text === "" ? "" : (fromWallText(`${text}T${clock}`, zone) ?? ""));
  return (
    <fieldset className={styles.filters}>
      <legend className="srOnly">{t("inbox.filters")}</legend>
      <select
        className={styles.field}
        aria-label={t("inbox.find.kind")}
        value={facts.kind}
        onChange={(event) => onChange({ ...facts, kind: event.target.value as Facts["kind"] })}
      >
        <option value="">{t("inbox.find.anyKind")}</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`inbox.kind.${kind}`)}
          </option>
        ))}
      </select>
      <select
        className={styles.field}
        aria-label={t("inbox.find.sender")}
        value={facts.fromMe}
        onChange={(event) => onChange({ ...facts, fromMe: event.target.value as Facts["fromMe"] })}
      >
        <option value="">{t("inbox.find.anyone")}</option>
        <option value="true">{t("inbox.find.us")}</option>
        <option value="false">{t("inbox.find.them")}</option>
      </select>
      <label className={styles.date}>
        {t("inbox.find.from")}
        <input
          type="date"
          className={styles.field}
          value={day(facts.from)}
          onChange={(event) => onChange({ ...facts, from: instant(event.target.value, "00:00") })}
        />
      </label>
      <label className={styles.date}>
        {t("inbox.find.until")}
        <input
          type="date"
          className={styles.field}
          value={day(facts.until)}
          onChange={(event) => onChange({ ...facts, until: instant(event.target.value, "23:59:59") })}
        />
      </label>
    </fieldset>
  );
}
