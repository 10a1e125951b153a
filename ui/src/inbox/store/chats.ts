import type { ChatFilter, ChatView } from "../api";
import { laterTick } from "./ticks";

/** Which chats a list shows. Empty strings mean: any. */
export interface Lens {
  filter: ChatFilter;
  deviceId: string;
  labelId: string;
  q: string;
}

export const EVERYTHING: Lens = { filter: "all", deviceId: "", labelId: "", q: "" };

export function lensKey(lens: Lens): string {
  return [lens.filter, lens.deviceId, lens.labelId, lens.q.trim().toLocaleLowerCase()].join("\u0000");
}

/** Pinned first, then the newest. */
export function compareChats(one: ChatView, other: ChatView): number {
  const pins = Number(other.pinnedAt !== null) - Number(one.pinnedAt !== null);
  if (pins !== 0) return pins;
  if (one.lastAt !== other.lastAt) return one.lastAt > other.lastAt ? -1 : 1;
  return one.id > other.id ? -1 : 1;
}

/** The words and digits that are looked for in names and numbers. */
export function folded(words: string): string {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

interface Findable {
  name: string;
  number: string;
}

/** Names made ready for searching, once for each view of a chat. */
const findable = new WeakMap<ChatView, Findable>();

function findableOf(chat: ChatView): Findable {
  const known = findable.get(chat);
  if (known !== undefined) return known;
  const ready = { name: folded(chat.name), number: (chat.phone ?? chat.address).replace(/\D/g, "") };
  findable.set(chat, ready);
  return ready;
}

/** Decides by name and number; null when nothing is looked for. */
function wordsMatcher(q: string): ((chat: ChatView) => boolean) | null {
  const wanted = folded(q.trim());
  if (wanted === "") return null;
  const typed = wanted.replace(/[\s+()-]/g, "");
  if (!/^\d{2,}$/.test(typed)) return (chat) => findableOf(chat).name.includes(wanted);
  // 012… is how a number +60 12… is written at home.
  const abroad = typed.startsWith("0") ? typed.slice(1) : typed;
  return (chat) => {
    const { name, number } = findableOf(chat);
    return name.includes(wanted) || number.includes(typed) || number.includes(abroad);
  };
}

const FILTERS: Readonly<Record<ChatFilter, (chat: ChatView, userId: string) => boolean>> = {
  all: (chat) => chat.archivedAt === null,
  unread: (chat) => chat.archivedAt === null && chat.unread !== 0,
  mine: (chat, userId) => chat.archivedAt === null && chat.assignedTo?.userId === userId,
  // What nobody answers yet: unread, and given to nobody.
  unassigned: (chat) => chat.archivedAt === null && chat.unread !== 0 && chat.assignedTo === null,
  archived: (chat) => chat.archivedAt !== null,
};

/** What the server would answer, decided here at once over what is loaded. */
export function makeMatcher(lens: Lens, userId: string): (chat: ChatView) => boolean {
  const matchesWords = wordsMatcher(lens.q);
  // A search looks into the archive too.
  const filter = matchesWords !== null && lens.filter === "all" ? null : FILTERS[lens.filter];
  return (chat) => {
    if (lens.deviceId !== "" && chat.deviceId !== lens.deviceId) return false;
    if (lens.labelId !== "" && !chat.labels.includes(lens.labelId)) return false;
    return filter?.(chat, userId) !== false && matchesWords?.(chat) !== false;
  };
}

/** The newer view of a chat; the tick of its last message only moves forward. */
export function mergeChat(known: ChatView | undefined, news: ChatView): ChatView {
  if (known === undefined || known.last === null || news.last === null || known.last.id !== news.last.id) return news;
  const tick = laterTick(known.last.tick, news.last.tick);
  return tick === news.last.tick ? news : { ...news, last: { ...news.last, tick } };
}

/** A chat with a mark "unread" but no message to count carries a negative number. */
export function isUnread(chat: ChatView): boolean {
  return chat.unread !== 0;
}

export function isMuted(chat: ChatView, now: number): boolean {
  return chat.mutedUntil !== null && Date.parse(chat.mutedUntil) > now;
}
