import type { Catalogue } from "./en";
import type { Translation } from "./message";
import { access } from "./ms/access";
import { campaigns } from "./ms/campaigns";
import { devices } from "./ms/devices";
import { inbox } from "./ms/inbox";
import { leads } from "./ms/leads";
import { linking } from "./ms/linking";
import { overview } from "./ms/overview";
import { problems } from "./ms/problems";
import { settings } from "./ms/settings";
import { shell } from "./ms/shell";
import { time } from "./ms/time";

/** Every string of the product, in Malay. */
export const ms: Translation<Catalogue> = {
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
};
