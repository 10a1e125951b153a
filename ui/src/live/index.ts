export { type LiveState, live } from "./connection";
export { useLive, useLiveState } from "./useLive";
