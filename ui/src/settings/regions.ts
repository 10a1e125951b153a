import type { Option } from "../design";

// Countries whose local numbers people here paste most often; the workspace's own is always among them.
const CODES = [
  "MY",
  "SG",
  "ID",
  "BN",
  "TH",
  "PH",
  "VN",
  "IN",
  "BD",
  "LK",
  "PK",
  "CN",
  "HK",
  "TW",
  "JP",
  "KR",
  "AU",
  "NZ",
  "AE",
  "SA",
  "QA",
  "KW",
  "OM",
  "EG",
  "TR",
  "GB",
  "IE",
  "DE",
  "FR",
  "NL",
  "ES",
  "IT",
  "US",
  "CA",
  "BR",
  "MX",
  "ZA",
  "NG",
  "KE",
];

export function regionOptions(locale: string, always: string): Option[] {
  const names = new Intl.DisplayNames(locale, { type: "region" });
  const codes = CODES.includes(always) ? CODES : [always, ...CODES];
  return codes.map((code) => ({ value: code, label: `${names.of(code) ?? code} (${code})` }));
}
