import { access } from "./access";
import { archives } from "./archives";
import { campaigns } from "./campaigns";
import { devices } from "./devices";
import { leads } from "./leads";
import { linking } from "./linking";
import { overview } from "./overview";
import { parts } from "./parts";
import { restored } from "./restored";
import { security } from "./security";
import { settings } from "./settings";
import { system } from "./system";
import { uploads } from "./uploads";

/** The screens of those who run campaigns and devices. Areas prefix their keys, so the merge cannot collide. */
export const office = {
  ...access,
  ...archives,
  ...campaigns,
  ...devices,
  ...leads,
  ...linking,
  ...overview,
  ...parts,
  ...restored,
  ...security,
  ...settings,
  ...system,
  ...uploads,
} as const;
