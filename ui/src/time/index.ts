export { TimesProvider, useNow, useTimes } from "./context";
export { makeTimes, type Times } from "./format";
export { Places } from "./Places";
export { When } from "./When";
export { allZones, fromWallText, toWallText, zoneName } from "./zone";
