import type { overview as en } from "../en/overview";
import type { Translation } from "../message";

export const overview: Translation<typeof en> = {};
