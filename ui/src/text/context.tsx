import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Catalogue, Key } from "./en";
import { type Language, LOCALES } from "./language";
import { fill, type Message, type Needs, type Values } from "./message";
import { words } from "./words";

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

function makeText(language: Language, catalogue: Readonly<Record<string, Message>>): Text {
  const locale = LOCALES[language];
  const rules = { plural: new Intl.PluralRules(locale), number: new Intl.NumberFormat(locale) };
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const maybe = (key: string, values: Values = {}): string | null =>
    Object.hasOwn(catalogue, key) ? fill(catalogue[key] ?? key, values, rules) : null;
  return {
    language,
    locale,
    // A string that is not here yet shows its name rather than nothing.
    t: (key, ...values) => fill(catalogue[key] ?? key, values[0] ?? {}, rules),
    maybe,
    number: (value) => rules.number.format(value),
    percent: (part) => percent.format(part),
    list: (items) => list.format(items),
  };
}

/** Gives the page its language. Until a language is here, the page stays in the one it has. */
export function TextProvider({ language, children }: { language: Language; children: ReactNode }) {
  const [text, setText] = useState<Text | null>(() => {
    const here = words.now(language);
    return here === null ? null : makeText(language, here);
  });
  const shown = text?.language;
  useEffect(() => {
    let wanted = true;
    void words.speak(language).then((catalogue) => {
      if (wanted && shown !== language) setText(makeText(language, catalogue));
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

export function useText(): Text {
  const text = useContext(TextContext);
  if (text === null) throw new Error("useText outside of TextProvider");
  return text;
}

/** The sayer alone: `const t = useT(); t("shell.signOut")`. */
export function useT(): Say {
  return useText().t;
}
