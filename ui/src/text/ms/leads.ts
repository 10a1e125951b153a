import type { leads as en } from "../en/leads";
import type { Translation } from "../message";

export const leads: Translation<typeof en> = {};
