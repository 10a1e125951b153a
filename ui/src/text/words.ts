import { core } from "./en/core";
import type { Language } from "./language";
import type { Message } from "./message";

type Strings = Readonly<Record<string, Message>>;

/** What is fetched together. The core of English is in the page from the start. */
const GROUPS = {
  core: {
    en: async (): Promise<Strings> => core,
    ms: async (): Promise<Strings> => (await import("./ms/core")).core,
  },
  access: {
    en: async (): Promise<Strings> => (await import("./en/access")).access,
    ms: async (): Promise<Strings> => (await import("./ms/access")).access,
  },
  parts: {
    en: async (): Promise<Strings> => (await import("./en/parts")).parts,
    ms: async (): Promise<Strings> => (await import("./ms/parts")).parts,
  },
  palette: {
    en: async (): Promise<Strings> => (await import("./en/palette")).palette,
    ms: async (): Promise<Strings> => (await import("./ms/palette")).palette,
  },
  office: {
    en: async (): Promise<Strings> => (await import("./en/office")).office,
    ms: async (): Promise<Strings> => (await import("./ms/office")).office,
  },
  stops: {
    en: async (): Promise<Strings> => (await import("./en/stops")).stops,
    ms: async (): Promise<Strings> => (await import("./ms/stops")).stops,
  },
  inbox: {
    en: async (): Promise<Strings> => (await import("./en/inbox")).inbox,
    ms: async (): Promise<Strings> => (await import("./ms/inbox")).inbox,
  },
  inboxPanels: {
    en: async (): Promise<Strings> => (await import("./en/inboxPanels")).inboxPanels,
    ms: async (): Promise<Strings> => (await import("./ms/inboxPanels")).inboxPanels,
  },
} as const;

export type Group = keyof typeof GROUPS;

/** The strings loaded so far, per language; screens ask for their group before they are shown. */
class Words {
  private language: Language = "en";
  private readonly needed = new Set<Group>(["core"]);
  private readonly loaded = new Map<Language, Record<string, Message>>([["en", { ...core }]]);
  private readonly groups = new Set<string>(["en core"]);

  /** The strings of a language as far as they are here; they grow in place. */
  now(language: Language): Strings | null {
    return this.groups.has(`${language} core`) ? (this.loaded.get(language) ?? null) : null;
  }

  /** Goes over to a language with everything that was needed so far. */
  async speak(language: Language): Promise<Strings> {
    this.language = language;
    return this.fill(language);
  }

  async need(groups: readonly Group[]): Promise<void> {
    for (const group of groups) this.needed.add(group);
    await this.fill(this.language);
  }

  private async fill(language: Language): Promise<Strings> {
    const all = this.loaded.get(language) ?? {};
    this.loaded.set(language, all);
    const missing = [...this.needed].filter((group) => !this.groups.has(`${language} ${group}`));
    const strings = await Promise.all(missing.map((group) => GROUPS[group][language]()));
    for (const each of strings) Object.assign(all, each);
    for (const group of missing) this.groups.add(`${language} ${group}`);
    return all;
  }
}

export const words = new Words();

/** A screen's code together with its strings, for `lazy`. */
export function withWords<Module>(groups: readonly Group[], load: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    const [module] = await Promise.all([load(), words.need(groups)]);
    return module;
  };
}
