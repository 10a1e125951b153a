export { Gong } from "./Gong";
export { NotFound } from "./NotFound";
export { Page } from "./Page";
export { useMay, useMe, useSession } from "./session";
