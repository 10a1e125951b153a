export { type Say, type Text, TextProvider, useT, useText } from "./context";
export type { Key, PlainKey } from "./en";
export { firstLanguage, keepLanguage, LANGUAGES, type Language } from "./language";
export { fieldWords, problemWords } from "./problem";
export { sizeWords } from "./size";
export { type Group, withWords } from "./words";
