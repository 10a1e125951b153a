import type { time as en } from "../en/time";
import type { Translation } from "../message";

export const time: Translation<typeof en> = {
  "time.yesterday": "Semalam",
  "time.tomorrow": "Esok",
  "time.yesterdayInside": "semalam",
  "time.tomorrowInside": "esok",
  "time.now": "baru sahaja",
  "time.never": "belum pernah",
  "time.at": "{day}, {clock}",
  "time.ago": "{duration} lalu",
  "time.in": "dalam {duration}",
  "time.about": "lebih kurang {duration}",
  "time.seconds": "{count} saat",
  "time.minutes": "{count} minit",
  "time.hours": "{count} jam",
  "time.hoursMinutes": "{hours} jam {minutes} minit",
  "time.days": "{count} hari",
  "time.daysHours": "{count} hari {hours} jam",
  "time.lessThanMinute": "kurang seminit",
  "time.zone": "Waktu mengikut zon {zone}.",
};
