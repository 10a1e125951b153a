import { History, OctagonX } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Button, ConfirmDialog, cx } from "../design";
import { http } from "../http";
import { type Text, useText } from "../text";
import { Places, When } from "../time";
import { type StopItem, useStops } from "./queries";
import styles from "./StopBanner.module.css";

const SHOWN = 2;

/** On every screen while something is held: by a restore, and what is stopped, with the way on. */
export default function StopBanner() {
  const stops = useStops();
  const [location] = useLocation();
  const restoredAt = stops.data?.restoredAt ?? null;
  return (
    <>
      {restoredAt !== null && location !== "/restored" && <RestoreNotice at={restoredAt} />}
      <Stops items={stops.data?.items ?? []} />
    </>
  );
}

function RestoreNotice({ at }: { at: string }) {
  const { t } = useText();
  return (
    <p className={cx(styles.banner, styles.line)} role="status">
      <History size={18} aria-hidden="true" className={styles.icon} />
      <span className={styles.words}>
        <Places words={t("stops.restored", { time: "\u0000" })} what={<When at={at} as="full" />} />
      </span>
      <Link href="/restored" className={styles.open}>
        {t("stops.restoredOpen")}
      </Link>
    </p>
  );
}

/** What is stopped, by whom, since when and why. */
function Stops({ items }: { items: readonly StopItem[] }) {
  const { t } = useText();
  const [all, setAll] = useState(false);
  if (items.length === 0) return null;
  const shown = all ? items : items.slice(0, SHOWN);
  return (
    <section className={styles.banner} aria-label={t("stops.banner")}>
      <ul>
        {shown.map((stop) => (
          <StopLine key={stop.id} stop={stop} />
        ))}
      </ul>
      {items.length > SHOWN && (
        <Button look="quiet" size="small" onClick={() => setAll(!all)}>
          {all ? t("stops.fewer") : t("stops.more", { count: items.length - SHOWN })}
        </Button>
      )}
    </section>
  );
}

/** One stop, in a sentence, and the button that lifts it. */
export function StopLine({ stop, className }: { stop: StopItem; className?: string | undefined }) {
  const text = useText();
  const { t } = text;
  const stops = useStops();
  const [isAsked, setAsked] = useState(false);
  const ask = () => {
    void stops.refetch(); // the number in the question is of now
    setAsked(true);
  };
  const resume = async () => {
    await http.post(`/api/stops/${stop.id}/resume`);
    await stops.refetch();
  };
  return (
    <li className={cx(styles.line, className)}>
      <OctagonX size={18} aria-hidden="true" className={styles.icon} />
      <span className={styles.words}>
        <strong dir="auto">{stopWords(text, stop)}</strong>{" "}
        <span>
          <Places
            words={
              stop.byName === null
                ? t("stops.since", { time: "\u0000" })
                : t("stops.sinceBy", { time: "\u0000", name: stop.byName })
            }
            what={<When at={stop.since} as="full" />}
          />
        </span>
        {stop.reason !== "" && <span dir="auto"> {t("stops.reason", { reason: stop.reason })}</span>}{" "}
        <span>{t("stops.waiting", { count: stop.waiting })}</span>
      </span>
      {stop.mayResume && (
        <Button size="small" onClick={ask} aria-label={t("stops.resumeOf", { what: stopWords(text, stop) })}>
          {t("stops.resume")}
        </Button>
      )}
      <ConfirmDialog
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t(`stops.resume.${stop.scope}`, { name: stop.subjectName ?? "" })}
        consequence={t("stops.goOn", { count: stop.waiting })}
        confirmLabel={t("stops.resumeConfirm")}
        look="primary"
        onConfirm={resume}
      />
    </li>
  );
}

function stopWords(text: Text, stop: StopItem): string {
  return text.t(`stops.on.${stop.scope}`, { name: stop.subjectName ?? "" });
}
