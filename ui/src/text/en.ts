import { access } from "./en/access";
import { campaigns } from "./en/campaigns";
import { devices } from "./en/devices";
import { inbox } from "./en/inbox";
import { leads } from "./en/leads";
import { linking } from "./en/linking";
import { overview } from "./en/overview";
import { problems } from "./en/problems";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { time } from "./en/time";
import type { Needs } from "./message";

/** Every string of the product, in English. Areas prefix their keys, so the merge cannot collide. */
export const en = {
  ...shell,
  ...time,
  ...problems,
  ...access,
  ...overview,
  ...inbox,
  ...devices,
  ...linking,
  ...leads,
  ...campaigns,
  ...settings,
} as const;

export type Catalogue = typeof en;
export type Key = keyof Catalogue;
/** The keys of sentences without places. */
export type PlainKey = { [K in Key]: [Needs<Catalogue[K]>] extends [never] ? K : never }[Key];
