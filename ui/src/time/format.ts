import type { Text } from "../text";
import { dayNumber } from "./zone";

/** The only formatter of instants: everything in the workspace's zone and the reader's language. */
export interface Times {
  zone: string;
  /** `15:04` today, `Yesterday`, `Monday`, then the date. */
  moment: (instant: string, now?: Date) => string;
  /** `15:04`. */
  clock: (instant: string) => string;
  /** `15:04:09`, for logs. */
  clockSeconds: (instant: string) => string;
  /** `Today`-less day: `Yesterday`, `Monday`, `Tomorrow`, date; null for today. */
  day: (instant: string, now?: Date) => string | null;
  /** `23 Nov 2026`. */
  date: (instant: string) => string;
  /** Inside a sentence: `15:04`, or `tomorrow, 09:00`, or `23 Nov 2026, 15:04`. */
  full: (instant: string, now?: Date) => string;
  /** `2 h 10 min` for a number of seconds. */
  duration: (seconds: number) => string;
  /** `about 2 h 10 min`. */
  about: (seconds: number) => string;
  /** `5 min ago`, `in 2 h`. */
  relative: (instant: string, now?: Date) => string;
  /** `12 s` … `2 h 10 min` since an instant, never negative. */
  since: (instant: string, now?: Date) => string;
}

const DAY_S = 86_400;

export function makeTimes(text: Text, zone: string): Times {
  const style = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(text.locale, { timeZone: zone, ...options });
  const clockFormat = style({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const secondsFormat = style({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const weekday = style({ weekday: "long" });
  const dateFormat = style({ day: "numeric", month: "short", year: "numeric" });

  const clock = (instant: string) => clockFormat.format(new Date(instant));
  const date = (instant: string) => dateFormat.format(new Date(instant));

  const dayName = (instant: string, now: Date, inside: boolean): string | null => {
    const at = new Date(instant);
    const away = dayNumber(now, zone) - dayNumber(at, zone);
    if (away === 0) return null;
    if (away === 1) return text.t(inside ? "time.yesterdayInside" : "time.yesterday");
    if (away === -1) return text.t(inside ? "time.tomorrowInside" : "time.tomorrow");
    return away > 1 && away < 7 ? weekday.format(at) : date(instant);
  };

  const day = (instant: string, now = new Date()) => dayName(instant, now, false);

  const duration = (seconds: number): string => {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return text.t("time.seconds", { count: whole });
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return text.t("time.minutes", { count: minutes });
    if (minutes < 24 * 60) return hours(minutes);
    const wholeHours = Math.round(whole / 3600);
    const rest = wholeHours % 24;
    const count = Math.floor(wholeHours / 24);
    return rest === 0 || count >= 7 ? text.t("time.days", { count }) : text.t("time.daysHours", { count, hours: rest });
  };

  const hours = (minutes: number): string =>
    minutes % 60 === 0
      ? text.t("time.hours", { count: minutes / 60 })
      : text.t("time.hoursMinutes", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });

  const away = (instant: string, now: Date) => (now.getTime() - Date.parse(instant)) / 1000;

  return {
    zone,
    clock,
    date,
    day,
    duration,
    clockSeconds: (instant) => secondsFormat.format(new Date(instant)),
    moment: (instant, now = new Date()) => day(instant, now) ?? clock(instant),
    full: (instant, now = new Date()) => {
      const name = dayName(instant, now, true);
      return name === null ? clock(instant) : text.t("time.at", { day: name, clock: clock(instant) });
    },
    about: (seconds) =>
      seconds < 60 ? text.t("time.lessThanMinute") : text.t("time.about", { duration: duration(seconds) }),
    relative: (instant, now = new Date()) => {
      const seconds = away(instant, now);
      if (Math.abs(seconds) < 5) return text.t("time.now");
      if (Math.abs(seconds) > 30 * DAY_S) return date(instant);
      return seconds > 0
        ? text.t("time.ago", { duration: duration(seconds) })
        : text.t("time.in", { duration: duration(-seconds) });
    },
    since: (instant, now = new Date()) => duration(Math.max(0, away(instant, now))),
  };
}
