// Arithmetic between instants (UTC, ISO 8601) and the wall clock of a named zone.

const DAY_MS = 86_400_000;

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function formatter(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** What clocks in the zone show at an instant. */
export function wallAt(instant: Date, zone: string): Wall {
  const parts = new Map(
    formatter(zone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  );
  const read = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return {
    year: read("year"),
    month: read("month"),
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
  };
}

/** Days since 1970-01-01 on the zone's calendar. */
export function dayNumber(instant: Date, zone: string): number {
  const wall = wallAt(instant, zone);
  return Date.UTC(wall.year, wall.month - 1, wall.day) / DAY_MS;
}

function wallMs(instant: Date, zone: string): number {
  const wall = wallAt(instant, zone);
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

function offsetMs(instant: Date, zone: string): number {
  return wallMs(instant, zone) - Math.floor(instant.getTime() / 1000) * 1000;
}

/** "2026-11-23T09:00" on the zone's clock, for `<input type="datetime-local">`. */
export function toWallText(instant: string, zone: string): string {
  const wall = wallAt(new Date(instant), zone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${wall.year}-${two(wall.month)}-${two(wall.day)}T${two(wall.hour)}:${two(wall.minute)}`;
}

/** The instant when clocks in the zone show that text: the first of two, the hour after for one that is skipped. */
export function fromWallText(text: string, zone: string): string | null {
  const asUtc = Date.parse(`${text}Z`);
  return Number.isNaN(asUtc) ? null : fromWall(asUtc, zone);
}

function fromWall(asUtc: number, zone: string): string {
  const [before, after] = [-DAY_MS, DAY_MS].map((away) => asUtc - offsetMs(new Date(asUtc + away), zone)) as [
    number,
    number,
  ];
  const shows = (instant: number) => wallMs(new Date(instant), zone) === asUtc;
  return new Date(!shows(before) && shows(after) ? after : before).toISOString();
}

/** A month on the zone's calendar, as weeks of days from Monday on; `days` are numbers as of `dayNumber`. */
export interface Month {
  since: string;
  until: string;
  weeks: number[][];
}

/** The month of a text such as "2026-12", with the days around it that fill its weeks. */
export function monthOf(month: string, zone: string): Month {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const first = Date.UTC(year, number - 1, 1) / DAY_MS;
  const last = Date.UTC(year, number, 0) / DAY_MS;
  const monday = (day: number) => day - ((day + 3) % 7); // day 0 was a Thursday
  const weeks: number[][] = [];
  for (let day = monday(first); day <= last; day += 7) weeks.push([0, 1, 2, 3, 4, 5, 6].map((after) => day + after));
  const midnight = (day: number) => fromWall(day * DAY_MS, zone);
  return { since: midnight(monday(first)), until: midnight(monday(last) + 7), weeks };
}

/** "2026-12-05" of a day's number. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** What people read of a zone: `Asia/Kuala Lumpur`. */
export function zoneName(zone: string): string {
  return zone.replaceAll("_", " ");
}

/** The zones this browser knows; the given one is always among them. */
export function allZones(always: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(always) ? known : [always, ...known];
}
