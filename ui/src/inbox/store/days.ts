import { dayNumber } from "../../time/zone";

// Every zone's midnight falls on a quarter of an hour of UTC.
const QUARTER_MS = 15 * 60_000;

/** The calendar day of an instant in a zone; asked for every message shown, so answers are kept per quarter hour. */
export function makeDays(zone: string): (instant: string) => number {
  const known = new Map<number, number>();
  return (instant) => {
    const ms = Date.parse(instant);
    const quarter = Math.floor(ms / QUARTER_MS);
    const kept = known.get(quarter);
    if (kept !== undefined) return kept;
    const day = dayNumber(new Date(ms), zone);
    known.set(quarter, day);
    return day;
  };
}
