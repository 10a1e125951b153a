import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type Catalogue, en, type Key } from "./en";
import { type Language, LOCALES } from "./language";
import { fill, type Needs, type Translation, type Values } from "./message";

/** Says a sentence of the catalogue; the places it names are required by its type. */
export type Say = <K extends Key>(
  key: K,
  ...values: [Needs<Catalogue[K]>] extends [never] ? [] : [Readonly<Record<Needs<Catalogue[K]>, string | number>>]
) => string;

export interface Text {
  language: Language;
  locale: string;
  t: Say;
  /** A sentence by a key known only at run time (a code of the server), or null when there is none. */
  maybe: (key: string, values?: Values) => string | null;
  /** A whole number with thousands separators. */
  number: (value: number) => string;
  /** A share of one, such as 0.12, as "12%". */
  percent: (part: number) => string;
  /** "a, b and c". */
  list: (items: readonly string[]) => string;
}

const TextContext = createContext<Text | null>(null);

function makeText(language: Language, catalogue: Translation<Catalogue>): Text {
  const locale = LOCALES[language];
  const rules = { plural: new Intl.PluralRules(locale), number: new Intl.NumberFormat(locale) };
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const maybe = (key: string, values: Values = {}): string | null =>
    Object.hasOwn(catalogue, key) ? fill(catalogue[key as Key], values, rules) : null;
  return {
    language,
    locale,
    t: (key, ...values) => fill(catalogue[key], values[0] ?? {}, rules),
    maybe,
    number: (value) => rules.number.format(value),
    percent: (part) => percent.format(part),
    list: (items) => list.format(items),
  };
}

/** Gives the page its language. Malay is its own chunk: until it is here, the page stays in the language it has. */
export function TextProvider({ language, children }: { language: Language; children: ReactNode }) {
  const [text, setText] = useState<Text | null>(() => (language === "en" ? makeText("en", en) : null));
  const shown = text?.language;
  useEffect(() => {
    if (shown === language) return;
    let wanted = true;
    void catalogueOf(language).then((catalogue) => {
      if (wanted) setText(makeText(language, catalogue));
    });
    return () => {
      wanted = false;
    };
  }, [language, shown]);
  useEffect(() => {
    if (shown !== undefined) document.documentElement.lang = shown;
  }, [shown]);
  return text === null ? null : <TextContext value={text}>{children}</TextContext>;
}

async function catalogueOf(language: Language): Promise<Translation<Catalogue>> {
  return language === "en" ? en : (await import("./ms")).ms;
}

export function useText(): Text {
  const text = useContext(TextContext);
  if (text === null) throw new Error("useText outside of TextProvider");
  return text;
}

/** The sayer alone: `const t = useT(); t("shell.signOut")`. */
export function useT(): Say {
  return useText().t;
}
