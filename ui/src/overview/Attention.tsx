import {
  CheckCircle2,
  FileSpreadsheet,
  HardDrive,
  type LucideIcon,
  Megaphone,
  OctagonX,
  Smartphone,
} from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Overview } from "../api.gen";
import { Button, cx, Panel, type Tone } from "../design";
import { causeWords } from "../devices/words";
import { sizeWords, type Text, useText } from "../text";
import { Places, When } from "../time";
import styles from "./Attention.module.css";

export type AttentionItem = Overview["attention"][number];

const SHOWN = 6;
const ICONS: Record<AttentionItem["kind"], LucideIcon> = {
  stop: OctagonX,
  device: Smartphone,
  campaign: Megaphone,
  import: FileSpreadsheet,
  storage: HardDrive,
  setup: CheckCircle2,
};
const URGENT = new Set([
  "banned",
  "logged_out",
  "failed",
  "error_rate",
  "opt_out_rate",
  "devices_restricted",
  "replaced",
  "outdated",
]);

/** What is held, failing or waiting for a person; each with its reason and one button. */
export function Attention({ items }: { items: readonly AttentionItem[] }) {
  const text = useText();
  const { t } = text;
  const [all, setAll] = useState(false);
  if (items.length === 0) {
    return (
      <Panel id="attention" title={t("overview.attention")}>
        <p className={styles.well}>
          <CheckCircle2 size={22} aria-hidden="true" />
          <span>
            <strong>{t("overview.allWell")}</strong>
            <span className={styles.hint}>{t("overview.allWellHint")}</span>
          </span>
        </p>
      </Panel>
    );
  }
  const shown = all ? items : items.slice(0, SHOWN);
  return (
    <Panel flush id="attention" title={t("overview.attentionCount", { count: items.length })}>
      <ul className={styles.list}>
        {shown.map((item) => (
          <Row key={`${item.kind}:${item.id ?? ""}:${item.code}`} item={item} />
        ))}
      </ul>
      {items.length > SHOWN && (
        <div className={styles.more}>
          <Button look="quiet" size="small" onClick={() => setAll(!all)}>
            {all ? t("overview.showFewer") : t("overview.showAll", { count: items.length - SHOWN })}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Row({ item }: { item: AttentionItem }) {
  const text = useText();
  const { t } = text;
  const Icon = ICONS[item.kind];
  const tone: Tone = item.kind === "stop" || URGENT.has(item.code) ? "stop" : "wait";
  const { href, label } = remedy(item, text);
  const words = sentence(item, text);
  const reason = reasonOf(item, text);
  return (
    <li className={styles.row}>
      <span className={cx(styles.icon, styles[tone])}>
        <Icon size={18} aria-hidden="true" />
      </span>
      <span className={styles.words}>
        <strong dir="auto">{words}</strong>
        {reason !== "" && <span className={styles.hint}>{reason}</span>}
        {item.since !== null && (
          <span className={styles.since}>
            <Places words={t("overview.since", { time: "\u0000" })} what={<When at={item.since} as="full" />} />
          </span>
        )}
      </span>
      <Link href={href} className={styles.act} aria-label={`${label}: ${words}`}>
        {label}
      </Link>
    </li>
  );
}

function sentence(item: AttentionItem, text: Text): string {
  const values = { name: item.name };
  return (
    text.maybe(`overview.${item.kind}.${item.code}`, values) ??
    text.maybe(`overview.${item.kind}.other`, values) ??
    item.name
  );
}

/** Why or what to do, in a sentence. */
function reasonOf(item: AttentionItem, text: Text): string {
  const cause = item.data.cause;
  if (item.kind === "device") {
    const todo = text.maybe(`devices.todo.${item.code}`);
    return todo ?? (typeof cause === "string" ? causeWords(text, cause) : "");
  }
  if (item.kind === "stop") {
    const { by, reason: why } = item.data;
    return [typeof by === "string" ? text.t("overview.stop.by", { name: by }) : "", why ? `“${why}”` : ""]
      .join(" ")
      .trim();
  }
  const { reason, bytes, quota } = item.data;
  if (item.kind === "storage") {
    const [used, of] = [sizeWords(text.locale, Number(bytes)), sizeWords(text.locale, Number(quota))];
    return text.t("overview.storage.used", { used, quota: of });
  }
  if (typeof reason !== "string") return "";
  return text.maybe(`campaigns.reason.${reason}`) ?? text.maybe(`problem.${reason}`) ?? "";
}

function remedy(item: AttentionItem, text: Text): { href: string; label: string } {
  const id = item.id ?? "";
  if (item.kind === "device") {
    const links = item.code === "logged_out" || item.code === "unlinked" || item.code === "link_failed";
    return links
      ? { href: `/devices/${id}/link`, label: text.t("overview.link") }
      : { href: `/devices/${id}`, label: text.t("overview.open") };
  }
  if (item.kind === "stop") {
    const area = item.code === "device" ? "/devices/" : "/campaigns/";
    return { href: id === "" ? "/campaigns" : area + id, label: text.t("overview.open") };
  }
  if (item.kind === "storage") return { href: "/settings/keeping", label: text.t("overview.open") };
  const area = item.kind === "campaign" ? "/campaigns" : "/leads/imports";
  return { href: id === "" ? area : `${area}/${id}`, label: text.t("overview.open") };
}
