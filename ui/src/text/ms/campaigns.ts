import type { campaigns as en } from "../en/campaigns";
import type { Translation } from "../message";

export const campaigns: Translation<typeof en> = {};
