import { lazily } from "../parts/lazily";

export const Finding = lazily(() => import("./Finding"));
