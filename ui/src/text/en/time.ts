/** Words of times and durations. */
export const time = {
  "time.yesterday": "Yesterday",
  "time.tomorrow": "Tomorrow",
  "time.now": "just now",
  "time.never": "never",
  "time.at": "{day}, {clock}",
  "time.ago": "{duration} ago",
  "time.in": "in {duration}",
  "time.about": "about {duration}",
  "time.seconds": "{count} s",
  "time.minutes": "{count} min",
  "time.hours": "{count} h",
  "time.hoursMinutes": "{hours} h {minutes} min",
  "time.days": { one: "{count} day", other: "{count} days" },
  "time.daysHours": { one: "{count} day {hours} h", other: "{count} days {hours} h" },
  "time.lessThanMinute": "less than a minute",
  "time.zone": "Times are in {zone}.",
} as const;
