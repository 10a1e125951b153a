/** A sentence with `{name}` places, or one sentence per plural form chosen by `count`. */
export type Message = string | { readonly one?: string; readonly other: string };

type Places<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;

/** The names a message needs. */
export type Needs<M> = M extends string
  ? Places<M>
  : M extends { readonly other: infer Other extends string }
    ? Places<Other> | "count"
    : never;

/** The same keys in another language; a missing or unknown key does not compile. */
export type Translation<Source> = { readonly [Key in keyof Source]: Message };

export type Values = Readonly<Record<string, string | number>>;

interface Rules {
  plural: Intl.PluralRules;
  number: Intl.NumberFormat;
}

/** Fills the places; numbers get thousands separators. */
export function fill(message: Message, values: Values, rules: Rules): string {
  const sentence = typeof message === "string" ? message : pick(message, Number(values.count ?? 0), rules);
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? rules.number.format(value) : value;
  });
}

function pick(message: { readonly one?: string; readonly other: string }, count: number, rules: Rules): string {
  return rules.plural.select(count) === "one" ? (message.one ?? message.other) : message.other;
}
