export { Gong } from "./Gong";
export { Page } from "./Page";
export { NotFound } from "./Shell";
export { useMay, useMe, useSession } from "./session";
