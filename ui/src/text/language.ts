export type Language = "en" | "ms";

export const LANGUAGES: readonly Language[] = ["en", "ms"];

/** The locale whose dates and numbers go with a language. */
export const LOCALES: Record<Language, string> = { en: "en-GB", ms: "ms-MY" };

const KEPT = "hebah.language";

/** The language before anyone has signed in: the last one used here, else the browser's. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "ms") return kept;
  return navigator.language.toLowerCase().startsWith("ms") ? "ms" : "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}
