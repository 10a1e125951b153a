import { Check, X } from "lucide-react";
import type { CapabilitiesView, MessageKind } from "../api.gen";
import { Facts } from "../design";
import { type Text, useText } from "../text";
import styles from "./Capabilities.module.css";
import { useTransports } from "./queries";
import { reasonWords } from "./words";

const ABILITIES = [
  "quotes",
  "receipts",
  "ownEcho",
  "typing",
  "history",
  "numberCheck",
  "mediaDownload",
  "lids",
  "linkByCode",
] as const satisfies readonly (keyof CapabilitiesView)[];

/** What numbers of this kind can do, from the server's own facts. */
export function Capabilities({ transport }: { transport: string }) {
  const text = useText();
  const { t } = text;
  const transports = useTransports();
  const offered = transports.data?.items.find((each) => each.name === transport);
  if (offered === undefined) return null;
  const able = offered.capabilities;
  return (
    <details className={styles.can}>
      <summary>{t("devices.can.title")}</summary>
      {able === null ? (
        <p>{t("devices.can.unknown", { reason: reasonWords(text, offered.reason) })}</p>
      ) : (
        <>
          <Facts
            items={[
              [t("devices.can.sends"), kindsWords(text, able.sends)],
              [t("devices.can.receives"), kindsWords(text, able.receives)],
              [t("devices.can.maxImage"), sizeWords(text, able.maxImageBytes)],
              [t("devices.can.maxFile"), sizeWords(text, able.maxFileBytes)],
            ]}
          />
          <ul className={styles.abilities}>
            {ABILITIES.map((ability) => (
              <li key={ability} className={able[ability] ? styles.yes : styles.no}>
                {able[ability] ? <Check size={17} aria-hidden="true" /> : <X size={17} aria-hidden="true" />}
                <span>
                  {t(`devices.can.${ability}`)}
                  <span className="srOnly">: {able[ability] ? t("devices.can.yes") : t("devices.can.no")}</span>
                </span>
              </li>
            ))}
          </ul>
          {!offered.official && <p className={styles.note}>{t("devices.can.unofficial")}</p>}
        </>
      )}
    </details>
  );
}

function kindsWords(text: Text, kinds: readonly MessageKind[]): string {
  // Who keeps what is not known yet receives everything.
  if (kinds.includes("unknown")) return text.t("devices.can.everything");
  return text.list(kinds.map((kind) => text.t(`devices.can.kind.${kind}`)));
}

function sizeWords(text: Text, bytes: number): string {
  const kilobytes = Math.round(bytes / 1024);
  return kilobytes < 1024 ? `${text.number(kilobytes)} KB` : `${text.number(Math.round(kilobytes / 1024))} MB`;
}
