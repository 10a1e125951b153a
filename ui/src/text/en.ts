import type { core } from "./en/core";
import type { inbox } from "./en/inbox";
import type { inboxPanels } from "./en/inboxPanels";
import type { office } from "./en/office";
import type { palette } from "./en/palette";
import type { stops } from "./en/stops";
import type { Needs } from "./message";

/** Every string of the product, by its English wording; the page loads the groups it needs. */
export type Catalogue = typeof core & typeof inbox & typeof inboxPanels & typeof office & typeof palette & typeof stops;
export type Key = keyof Catalogue;
/** The keys of sentences without places. */
export type PlainKey = { [K in Key]: [Needs<Catalogue[K]>] extends [never] ? K : never }[Key];
