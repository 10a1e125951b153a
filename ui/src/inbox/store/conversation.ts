import type { MessageView } from "../api";
import type { LocalPart } from "../sending/entry";
import { mergeMessage } from "./ticks";

/** A message as shown: one of the server's, or one still on its way from this browser. */
export interface Bubble extends MessageView {
  local?: LocalPart;
}

/** A gapless stretch of one chat, oldest first, and how to make it longer at either end. */
export interface Conversation {
  chatId: string;
  items: readonly Bubble[];
  /** Undefined until the first page is here; null at the very beginning. */
  older: string | null | undefined;
  /** Null while the newest message is among the items. */
  newer: string | null;
  /** Messages that arrived after the stretch while it ends before the newest one. */
  behind: ReadonlySet<string>;
  loading: "first" | "older" | "newer" | null;
  error: unknown;
}

export function emptyConversation(chatId: string): Conversation {
  return { chatId, items: [], older: undefined, newer: null, behind: new Set(), loading: null, error: null };
}

/** What stays the same when a message on its way becomes a message of the server. */
export function keyOf(bubble: MessageView): string {
  return bubble.clientId ?? bubble.id;
}

/** By time, then by id; what is on its way comes last in the order it was sent. */
export function compareBubbles(one: Bubble, other: Bubble): number {
  const waits = Number(one.local !== undefined) - Number(other.local !== undefined);
  if (waits !== 0) return waits;
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

function placeFor(items: readonly Bubble[], bubble: Bubble): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBubbles(items[middle] as Bubble, bubble) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indexOfKey(items: readonly Bubble[], bubble: Bubble): number {
  // News is mostly about recent messages.
  const key = keyOf(bubble);
  for (let index = items.length - 1; index >= 0; index--) {
    const each = items[index] as Bubble;
    if (each.id === bubble.id || keyOf(each) === key) return index;
  }
  return -1;
}

/** Puts messages where they belong; those beyond the loaded stretch are only counted. */
export function withMessages(conversation: Conversation, messages: readonly Bubble[]): Conversation {
  const items = [...conversation.items];
  const behind = new Set(conversation.behind);
  for (const message of messages) {
    const known = indexOfKey(items, message);
    if (known >= 0) {
      const before = items[known] as Bubble;
      const merged = before.local === undefined ? mergeMessage(before, message) : message;
      if (before.at === merged.at && before.id === merged.id && before.local === merged.local) items[known] = merged;
      else {
        items.splice(known, 1);
        items.splice(placeFor(items, merged), 0, merged);
      }
      continue;
    }
    const place = placeFor(items, message);
    const beforeAll = place === 0 && typeof conversation.older === "string";
    const afterAll = conversation.newer !== null && place >= countSettled(items);
    if (beforeAll) continue;
    if (afterAll && message.local === undefined) behind.add(message.id);
    else items.splice(place, 0, message);
  }
  return { ...conversation, items, behind };
}

function countSettled(items: readonly Bubble[]): number {
  let count = items.length;
  while (count > 0 && items[count - 1]?.local !== undefined) count -= 1;
  return count;
}

export function withoutMessage(conversation: Conversation, key: string): Conversation {
  return { ...conversation, items: conversation.items.filter((each) => keyOf(each) !== key) };
}

/** Adds a page at one end, leaving out what is known already. */
export function withPage(conversation: Conversation, page: readonly Bubble[]): Conversation {
  const known = new Set(conversation.items.flatMap((each) => [each.id, keyOf(each)]));
  const fresh = page.filter((each) => !known.has(each.id) && !known.has(keyOf(each)));
  const again = page.filter((each) => known.has(each.id) || known.has(keyOf(each)));
  const items = [...conversation.items, ...fresh].sort(compareBubbles);
  return withMessages({ ...conversation, items }, again);
}
