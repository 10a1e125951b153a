import { ChevronLeft, ChevronRight, Plus } from "lucide-react";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { CalendarEntry } from "../api.gen";
import { Button, cx, ErrorState, IconButton, Notice, Skeleton, useWide } from "../design";
import { useMay } from "../shell";
import { useText } from "../text";
import { dayNumber, dayText, monthOf, useNow, useTimes } from "../time";
import styles from "./Calendar.module.css";
import { useCalendar } from "./queries";
import { CampaignStatePill } from "./words";

const SHAPE = /^\d{4}-(0[1-9]|1[0-2])$/;
const MOST = 4; // of a day before it is opened
const A_MONDAY = 4; // 5 January 1970, as a day's number

/** A month of campaigns, each on the day on which it began or is to begin. */
export function Calendar() {
  const { t, locale } = useText();
  const { zone } = useTimes();
  const wide = useWide();
  const [params, setParams] = useSearchParams();
  const today = dayNumber(useNow(60_000), zone);
  const asked = params.get("month") ?? "";
  const shown = SHAPE.test(asked) ? asked : dayText(today).slice(0, 7);
  const month = monthOf(shown, zone);
  const calendar = useCalendar(month.since, month.until);
  const show = (next: string) =>
    setParams((old) => {
      const fresh = new URLSearchParams(old);
      fresh.set("month", next);
      return fresh;
    });
  const byDay = new Map<number, CalendarEntry[]>();
  for (const entry of calendar.data?.items ?? []) {
    const day = dayNumber(new Date(entry.at), zone);
    byDay.set(day, [...(byDay.get(day) ?? []), entry]);
  }
  const facts: DayFacts = { byDay, today, month: shown };
  const title = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  return (
    <section className={styles.calendar} aria-label={t("campaigns.calendar")} aria-busy={calendar.isFetching}>
      <div className={styles.head}>
        <IconButton
          label={t("campaigns.calendar.before")}
          icon={<ChevronLeft size={20} />}
          onClick={() => show(monthsAway(shown, -1))}
        />
        <h2 className={styles.title} aria-live="polite">
          {title.format(new Date(`${shown}-01`))}
        </h2>
        <IconButton
          label={t("campaigns.calendar.after")}
          icon={<ChevronRight size={20} />}
          onClick={() => show(monthsAway(shown, 1))}
        />
        <Button onClick={() => show(dayText(today).slice(0, 7))}>{t("campaigns.calendar.today")}</Button>
      </div>
      {calendar.data?.complete === false && <Notice tone="wait">{t("campaigns.calendar.cut")}</Notice>}
      {calendar.data === undefined ? (
        calendar.isError ? (
          <ErrorState error={calendar.error} retry={() => void calendar.refetch()} />
        ) : (
          <Skeleton lines={6} height={60} />
        )
      ) : wide ? (
        <Grid weeks={month.weeks} facts={facts} />
      ) : (
        <Agenda days={month.weeks.flat()} facts={facts} />
      )}
    </section>
  );
}

interface DayFacts {
  byDay: Map<number, CalendarEntry[]>;
  today: number;
  month: string;
}

function Grid({ weeks, facts }: { weeks: number[][]; facts: DayFacts }) {
  const { locale } = useText();
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  return (
    <table className={styles.grid}>
      <thead>
        <tr>
          {[0, 1, 2, 3, 4, 5, 6].map((after) => (
            <th key={after} scope="col">
              {weekday.format(new Date(dayText(A_MONDAY + after)))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <td key={day} className={cx(!dayText(day).startsWith(facts.month) && styles.outside)}>
                <Day day={day} facts={facts} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** On a phone only the days of the month on which something begins. */
function Agenda({ days, facts }: { days: number[]; facts: DayFacts }) {
  const { t } = useText();
  const busy = days.filter((day) => dayText(day).startsWith(facts.month) && facts.byDay.has(day));
  if (busy.length === 0) return <p className={styles.none}>{t("campaigns.calendar.none")}</p>;
  return (
    <ol className={styles.agenda}>
      {busy.map((day) => (
        <li key={day}>
          <Day day={day} facts={facts} />
        </li>
      ))}
    </ol>
  );
}

function Day({ day, facts }: { day: number; facts: DayFacts }) {
  const { t, locale } = useText();
  const times = useTimes();
  const may = useMay();
  const wide = useWide();
  const [open, setOpen] = useState(false);
  const long = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  const date = new Date(dayText(day));
  const name = long.format(date);
  const entries = facts.byDay.get(day) ?? [];
  const shown = !wide || open || entries.length <= MOST + 1 ? entries : entries.slice(0, MOST);
  return (
    <>
      <div className={styles.day}>
        <time dateTime={dayText(day)} className={cx(day === facts.today && styles.today)}>
          {wide ? date.getUTCDate() : name}
        </time>
        {day >= facts.today && may("campaign:edit") && (
          <Link
            href={`/campaigns/new?day=${dayText(day)}`}
            className={styles.plan}
            aria-label={t("campaigns.calendar.plan", { day: name })}
          >
            <Plus size={16} />
          </Link>
        )}
      </div>
      <ul className={styles.entries} aria-label={name}>
        {shown.map((entry) => (
          <li key={entry.id}>
            <Link href={`/campaigns/${entry.id}`} className={styles.entry}>
              <span className={styles.when}>{times.clock(entry.at)}</span>
              <bdi className={styles.name}>{entry.name}</bdi>
              <CampaignStatePill state={entry.state} />
            </Link>
          </li>
        ))}
      </ul>
      {shown.length < entries.length && (
        <button type="button" className={styles.more} onClick={() => setOpen(true)}>
          {t("campaigns.calendar.more", { count: entries.length - shown.length })}
        </button>
      )}
    </>
  );
}

function monthsAway(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
