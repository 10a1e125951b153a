import { useText } from "../../text";
import type { NamedPart, NoticePart } from "../api";

/** What happened in a group, in one sentence. */
export default function NoticeLine({ notice }: { notice: NoticePart }) {
  const { t, locale } = useText();
  const who = notice.by === null ? t("inbox.notice.somebody") : nameOf(notice.by, t("inbox.notice.You"));
  const names = notice.people.map((person) => nameOf(person, t("inbox.notice.you")));
  const isFirst = notice.code === "joined" || notice.code === "left";
  if (isFirst && notice.people[0]?.isUs === true) names[0] = t("inbox.notice.You");
  const people = new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
  return <bdi>{t(`inbox.notice.${notice.code}`, { who, people, words: isolated(notice.words) })}</bdi>;
}

function nameOf(person: NamedPart, us: string): string {
  if (person.isUs) return us;
  return isolated(person.name || (person.address.startsWith("+") ? person.address : "…"));
}

/** Names in other scripts must not turn the sentence around. */
function isolated(words: string): string {
  return `\u2068${words}\u2069`;
}
