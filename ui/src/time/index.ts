export { TimesProvider, useNow, useTimes } from "./context";
export { makeTimes, type Times } from "./format";
export { Places } from "./Places";
export { When } from "./When";
export { allZones, dayNumber, dayText, fromWallText, monthOf, toWallText, zoneName } from "./zone";
