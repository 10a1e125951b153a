import { lazily } from "../parts/lazily";

export const Finding = lazily(() => import("./Finding"));
export const SidePane = lazily(() => import("./SidePane"));
