import type { ChatCounts, ChatView, InboxEvent, MessageView, TypingNews } from "../api";
import { compareChats, isUnread, type Lens, lensKey, makeMatcher, mergeChat } from "./chats";
import {
  type Bubble,
  type Conversation,
  compareBubbles,
  emptyConversation,
  keyOf,
  withMessages,
  withoutMessage,
  withPage,
} from "./conversation";
import { Signals } from "./signals";

/** How far the server's list for one lens is loaded. */
export interface ListState {
  /** Undefined before the first page; null when all is here. */
  next: string | null | undefined;
  /** The last row of the pages so far; rows after it are not complete yet. */
  floor: ChatView | null;
  loading: boolean;
  error: unknown;
}

export interface Typing {
  name: string;
  state: "typing" | "recording";
}

const NO_LIST: ListState = { next: undefined, floor: null, loading: false, error: null };
const CONVERSATIONS_KEPT = 24;
const TYPING_LASTS_MS = 7000;
const NO_COUNTS: ChatCounts = { unread: 0, mine: 0, unassigned: 0, archived: 0 };

/** Everything the inbox knows: plain maps, changed by snapshots and events, watched by name. */
export class InboxStore {
  readonly signals = new Signals();
  readonly chats = new Map<string, ChatView>();
  counts: ChatCounts = NO_COUNTS;
  /** Told of each message that arrives from a person while the page is open. */
  onInbound: (message: MessageView, chat: ChatView) => void = () => undefined;
  /** Told when the server shows a message that this browser had on its way. */
  onSettled: (clientId: string) => void = () => undefined;
  private order: readonly ChatView[] = [];
  private isOrderOld = false;
  private rowsKept = new Map<string, readonly string[]>();
  private lists = new Map<string, ListState>();
  private conversations = new Map<string, Conversation>();
  private onTheirWay = new Map<string, Bubble[]>();
  private typing = new Map<string, Typing>();
  private typingTimers = new Map<string, number>();
  private loads = 0;
  /** What events changed while snapshots were on their way: the events are newer. */
  private news = new Set<string>();
  /** What events took away meanwhile. */
  private gone = new Set<string>();
  /** Chats whose last message was taken away: in no list until somebody writes. */
  private emptied = new Set<string>();

  constructor(readonly userId: string) {}

  // --- reading ---

  allChats(): readonly ChatView[] {
    if (this.isOrderOld) {
      // From the last order on: sorting what is nearly sorted is quick.
      const known = new Set(this.order.map((chat) => chat.id));
      const still = this.order.flatMap((chat) => this.chats.get(chat.id) ?? []);
      const fresh = [...this.chats.values()].filter((chat) => !known.has(chat.id));
      this.order = [...still, ...fresh].sort(compareChats);
      this.isOrderOld = false;
    }
    return this.order;
  }

  list(lens: Lens): ListState {
    return this.lists.get(lensKey(lens)) ?? NO_LIST;
  }

  /** The rows of a list: what matches and is not beyond the pages loaded. */
  rows(lens: Lens): readonly string[] {
    const key = lensKey(lens);
    const kept = this.rowsKept.get(key);
    if (kept !== undefined) return kept;
    const { floor, next } = this.list(lens);
    const searching = lens.q.trim() !== "";
    const isWanted = makeMatcher(lens, this.userId);
    const rows: string[] = [];
    for (const chat of this.allChats()) {
      if (!isWanted(chat) || (chat.last === null && this.emptied.has(chat.id))) continue;
      if (!searching && next !== null && floor !== null && compareChats(chat, floor) > 0) continue;
      rows.push(chat.id);
    }
    this.rowsKept.set(key, rows);
    return rows;
  }

  conversation(chatId: string): Conversation | undefined {
    return this.conversations.get(chatId);
  }

  /** Of a chat, or of colleagues in it (`ours`). */
  typingIn(place: string): Typing | undefined {
    return this.typing.get(place);
  }

  openConversations(): string[] {
    return [...this.conversations.keys()];
  }

  // --- snapshots ---

  /** Marks the start of a snapshot; call the answer when it was applied or has failed. */
  beginLoad(): () => void {
    this.loads += 1;
    return () => {
      this.loads -= 1;
      if (this.loads > 0) return;
      this.news.clear();
      this.gone.clear();
    };
  }

  setList(lens: Lens, change: Partial<ListState>): void {
    this.lists.set(lensKey(lens), { ...this.list(lens), ...change });
    this.touchChats();
  }

  forgetLists(): void {
    this.lists.clear();
    this.touchChats();
  }

  setCounts(counts: ChatCounts): void {
    this.counts = counts;
    this.signals.touch("counts");
  }

  takeChats(chats: readonly ChatView[]): void {
    for (const chat of chats) if (!this.news.has(chat.id)) this.putChat(chat, false);
  }

  setConversation(chatId: string, change: (before: Conversation) => Conversation): void {
    const before = this.conversations.get(chatId) ?? this.fresh(chatId);
    this.conversations.delete(chatId);
    this.conversations.set(chatId, change(before));
    this.trim();
    this.signals.touch(`conversation:${chatId}`);
  }

  /** A page of history; `whole` replaces what was there. */
  takeMessages(chatId: string, page: readonly MessageView[], change: Partial<Conversation>, whole = false): void {
    this.setConversation(chatId, (before) => {
      const base = whole
        ? { ...this.fresh(chatId), ...change, items: this.kept(before, page) }
        : { ...before, ...change };
      return withPage(
        base,
        page.filter((each) => !this.gone.has(each.id) && !(this.news.has(each.id) && hasId(base.items, each.id))),
      );
    });
  }

  touchConversation(chatId: string): void {
    const known = this.conversations.get(chatId);
    if (known === undefined) return;
    this.conversations.delete(chatId);
    this.conversations.set(chatId, known);
  }

  // --- events ---

  take(event: InboxEvent): void {
    const lastBefore = new Map<string, string | undefined>();
    for (const chat of event.chats ?? []) {
      if (this.loads > 0) this.news.add(chat.id);
      const last = this.chats.get(chat.id)?.last;
      lastBefore.set(chat.id, last?.id);
      if (chat.last === null && last) this.emptied.add(chat.id);
      this.putChat(chat);
    }
    if (event.chats !== undefined) {
      // What is named but not there was deleted; a chat may have become one with another.
      const present = new Set([...event.chats, ...(event.messages ?? [])].map((each) => each.id));
      for (const id of event.ids) if (!present.has(id)) this.drop(id);
    }
    this.takeNews(event.messages ?? []);
    for (const message of event.messages ?? []) {
      const chat = this.chats.get(message.chatId);
      const isNew = chat?.last?.id === message.id && lastBefore.get(message.chatId) !== message.id;
      // Notices, and older messages that a phone or a file brings even on top of their chat, are nobody's news.
      const isNews = isNew && !message.fromMe && message.kind !== "system";
      if (chat !== undefined && isNews && chat.unread > 0) this.onInbound(message, chat);
    }
  }

  takeTyping(news: TypingNews): void {
    if (news.userId === this.userId) return;
    const place = news.userId === null ? news.chatId : ours(news.chatId);
    window.clearTimeout(this.typingTimers.get(place));
    this.typingTimers.delete(place);
    if (news.state === "paused") this.typing.delete(place);
    else {
      this.typing.set(place, { name: news.senderName, state: news.state });
      const timer = window.setTimeout(() => this.takeTyping({ ...news, state: "paused" }), TYPING_LASTS_MS);
      this.typingTimers.set(place, timer);
    }
    this.signals.touch(`typing:${place}`);
  }

  /** Shows a message as something done here has made it. */
  putMessage(message: MessageView): void {
    this.takeNews([message]);
  }

  /** Shows what the server answers to something done here, unless events have told of it meanwhile: they are newer. */
  async answered<Answer>(asked: Promise<Answer>, put: (answer: Answer) => void): Promise<void> {
    const end = this.beginLoad();
    try {
      const answer = await asked;
      const { id } = (answer ?? {}) as { id?: string };
      if (id === undefined || !this.news.has(id)) put(answer);
    } finally {
      end();
    }
  }

  /** `isCounted` is false for a snapshot, which brings its own counts. */
  putChat(chat: ChatView, isCounted = true): void {
    const before = this.chats.get(chat.id);
    const after = mergeChat(before, chat);
    this.chats.set(chat.id, after);
    if (isCounted) this.count(before, after);
    this.isOrderOld = true;
    this.signals.touch(`chat:${chat.id}`);
    this.touchChats();
  }

  // --- on their way ---

  setOnTheirWay(chatId: string, bubbles: readonly Bubble[]): void {
    const before = this.onTheirWay.get(chatId) ?? [];
    this.onTheirWay.set(chatId, [...bubbles]);
    if (this.conversations.has(chatId)) {
      const keys = new Set(bubbles.map(keyOf));
      this.setConversation(chatId, (conversation) => {
        const gone = before.filter((each) => !keys.has(keyOf(each)));
        const left = gone.reduce(
          (all, each) => (isSettled(all, each) ? all : withoutMessage(all, keyOf(each))),
          conversation,
        );
        return withMessages(left, bubbles);
      });
    }
    this.signals.touch(`chat:${chatId}`);
  }

  lastOnItsWay(chatId: string): Bubble | undefined {
    return this.onTheirWay.get(chatId)?.at(-1);
  }

  // --- inside ---

  private fresh(chatId: string): Conversation {
    return { ...emptyConversation(chatId), items: [...(this.onTheirWay.get(chatId) ?? [])].sort(compareBubbles) };
  }

  /** What stays when a page replaces the stretch: what is on its way, and newer views that events brought meanwhile. */
  private kept(before: Conversation, page: readonly MessageView[]): Bubble[] {
    const oldest = page.at(-1)?.at ?? "";
    return before.items.filter((each) => each.local !== undefined || (this.news.has(each.id) && each.at >= oldest));
  }

  private takeNews(messages: readonly MessageView[]): void {
    const byChat = new Map<string, MessageView[]>();
    for (const message of messages) {
      if (this.loads > 0) this.news.add(message.id);
      byChat.set(message.chatId, [...(byChat.get(message.chatId) ?? []), message]);
      if (message.clientId !== null) this.onSettled(message.clientId);
      else if (!message.fromMe && this.typing.has(message.chatId)) {
        this.takeTyping({
          topic: message.deviceId,
          chatId: message.chatId,
          senderName: "",
          state: "paused",
          userId: null,
        });
      }
    }
    for (const [chatId, list] of byChat) {
      const isLoaded = this.conversations.get(chatId)?.older !== undefined;
      if (isLoaded) this.setConversation(chatId, (conversation) => withMessages(conversation, list));
    }
  }

  private drop(id: string): void {
    this.dropChat(id);
    if (this.loads > 0) this.gone.add(id);
    for (const [chatId, { items }] of this.conversations) {
      if (!hasId(items, id)) continue;
      this.setConversation(chatId, (before) => ({ ...before, items: items.filter((each) => each.id !== id) }));
      return;
    }
  }

  private dropChat(id: string): void {
    const before = this.chats.get(id);
    if (before === undefined) return;
    this.chats.delete(id);
    if (this.conversations.has(id)) this.setConversation(id, () => ({ ...emptyConversation(id), error: "gone" }));
    this.isOrderOld = true;
    if (isUnread(before) && before.archivedAt === null)
      this.setCounts({ ...this.counts, unread: this.counts.unread - 1 });
    this.signals.touch(`chat:${id}`);
    this.signals.touch(`conversation:${id}`);
    this.touchChats();
  }

  /** Keeps the counts right between snapshots. A chat never seen before with one unread message has just become unread. */
  private count(before: ChatView | undefined, after: ChatView): void {
    const counts = { ...this.counts };
    const shift = (
      name: keyof ChatCounts,
      holds: (chat: ChatView) => boolean,
      was = before !== undefined && holds(before),
    ) => {
      counts[name] = Math.max(0, counts[name] + Number(holds(after)) - Number(was));
    };
    const isActive = (chat: ChatView) => chat.archivedAt === null;
    const unread = (chat: ChatView) => isActive(chat) && isUnread(chat);
    if (before === undefined) shift("unread", unread, unread(after) && after.unread !== 1);
    else {
      shift("unread", unread);
      shift("mine", (chat) => isActive(chat) && chat.assignedTo?.userId === this.userId);
      shift("unassigned", (chat) => unread(chat) && chat.assignedTo === null);
      shift("archived", (chat) => !isActive(chat));
    }
    this.setCounts(counts);
  }

  private touchChats(): void {
    this.rowsKept.clear();
    this.signals.touch("chats");
  }

  private trim(): void {
    for (const id of this.conversations.keys()) {
      if (this.conversations.size <= CONVERSATIONS_KEPT) return;
      this.conversations.delete(id);
    }
  }
}

/** Where colleagues' typing in a chat is kept. */
export function ours(chatId: string): string {
  return `ours:${chatId}`;
}

function hasId(items: readonly Bubble[], id: string): boolean {
  for (let index = items.length - 1; index >= 0; index--) if (items[index]?.id === id) return true;
  return false;
}

function isSettled(conversation: Conversation, bubble: Bubble): boolean {
  const shown = conversation.items.find((each) => keyOf(each) === keyOf(bubble));
  return shown !== undefined && shown.local === undefined;
}
