export { type Aside, type Listener, type LiveState, live } from "./connection";
export { useLive, useLiveState } from "./useLive";
