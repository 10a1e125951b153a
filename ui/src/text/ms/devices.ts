import type { devices as en } from "../en/devices";
import type { Translation } from "../message";

export const devices: Translation<typeof en> = {};
