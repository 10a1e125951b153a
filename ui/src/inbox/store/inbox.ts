import { asProblem, http } from "../../http";
import type { ChatChange, ChatView } from "../api";
import { KeptDatabase } from "../sending/database";
import { Drafts } from "../sending/drafts";
import { SendQueue } from "../sending/queue";
import { EVERYTHING, type Lens } from "./chats";
import { Feed } from "./feed";
import { Loader } from "./loader";
import { InboxStore } from "./store";

const READ_REST_MS = 250;
/** Of one chat the server hears that it was read at most so often. */
const READ_EVERY_MS = 4000;

/** The parts of one open inbox and the things a person does in it. */
export class Inbox {
  readonly store: InboxStore;
  readonly loader: Loader;
  readonly drafts: Drafts;
  readonly queue: SendQueue;
  private readonly feed: Feed;
  private readonly database: KeptDatabase;
  private lens: Lens = EVERYTHING;
  private openChat: string | null = null;
  /** Resolves once events arrive: what is read before could miss some. */
  private readonly isFollowing: Promise<void>;
  private followed: () => void = () => undefined;
  private readTimers = new Map<string, number>();
  private readAt = new Map<string, number>();
  private readUpTo = new Map<string, string>();
  /** Chats marked unread by hand, with their last message then: only a newer one, or opening again, makes them read. */
  private heldUnread = new Map<string, string | undefined>();

  constructor(userId: string) {
    this.isFollowing = new Promise((resolve) => {
      this.followed = resolve;
    });
    this.store = new InboxStore(userId);
    this.loader = new Loader(this.store);
    this.database = new KeptDatabase(userId);
    this.drafts = new Drafts(this.database, this.store.signals);
    this.queue = new SendQueue(this.store, this.database, userId);
    this.feed = new Feed(this.store, () => this.renew());
  }

  start(): void {
    void this.drafts.load();
    void this.queue.start();
  }

  stop(): void {
    this.feed.stop();
    this.queue.stop();
    this.drafts.stop();
    void this.database.close();
  }

  /** Follows exactly these devices; what was known of others is read again when it is shown. */
  async follow(deviceIds: readonly string[]): Promise<void> {
    if (this.feed.isOther(deviceIds)) {
      this.store.forgetLists();
      this.age();
    }
    await this.feed.follow(deviceIds);
    this.followed();
  }

  /** For a fleet too large to follow: reads the list, then follows the devices of its newest chats. */
  async followSome(): Promise<void> {
    await this.loader.refreshChats(this.lens);
    const newest = new Set(this.store.allChats().map((chat) => chat.deviceId));
    await this.feed.follow([...newest]);
    this.followed();
  }

  show(lens: Lens): void {
    this.lens = lens;
    void this.loader.loadChats(lens);
  }

  /** The chat so many rows further in the list that is shown. */
  neighbour(chatId: string | null, by: number): string | null {
    const rows = this.store.rows(this.lens);
    const at = chatId === null ? -1 : rows.indexOf(chatId);
    return rows[at === -1 ? 0 : at + by] ?? null;
  }

  enter(chatId: string | null): void {
    this.openChat = chatId;
    this.drafts.keep();
    if (chatId !== null) this.heldUnread.delete(chatId);
    if (chatId === null) return;
    void this.isFollowing.then(() => {
      if (this.openChat === chatId) void this.loader.open(chatId);
    });
  }

  /** Reads again what is on the screen; chats not on it are read when they are opened. */
  renew(): void {
    void this.loader.refreshChats(this.lens);
    if (this.openChat !== null && this.store.conversation(this.openChat) !== undefined)
      void this.loader.refresh(this.openChat);
    this.age();
  }

  /** Conversations that are not shown are read again when they are. */
  private age(): void {
    for (const chatId of this.store.openConversations())
      if (chatId !== this.openChat) this.store.setConversation(chatId, (before) => ({ ...before, error: "stale" }));
  }

  async change(chatId: string, change: ChatChange): Promise<void> {
    const asked = http.patch<ChatView>(`/api/chats/${chatId}`, change);
    await this.store.answered(asked, (chat) => this.store.putChat(chat));
  }

  /** Shown at once, told to the server when the reading rests. */
  markRead(chatId: string, messageId: string, isByHand = false): void {
    const chat = this.store.chats.get(chatId);
    if (!isByHand && this.heldUnread.get(chatId) === messageId) return;
    this.heldUnread.delete(chatId);
    if (chat === undefined || chat.unread === 0 || this.readUpTo.get(chatId) === messageId) return;
    this.readUpTo.set(chatId, messageId);
    this.store.putChat({ ...chat, unread: 0 });
    if (this.readTimers.has(chatId)) return;
    const rest = Math.max(READ_REST_MS, (this.readAt.get(chatId) ?? 0) + READ_EVERY_MS - performance.now());
    this.readTimers.set(
      chatId,
      window.setTimeout(() => this.tellRead(chatId), rest),
    );
  }

  private tellRead(chatId: string): void {
    this.readTimers.delete(chatId);
    this.readAt.set(chatId, performance.now());
    const upTo = this.readUpTo.get(chatId);
    if (upTo === undefined) return;
    http.post(`/api/chats/${chatId}/read`, { upTo }).catch((error: unknown) => {
      const { status } = asProblem(error);
      const isPassing = status === 0 || status >= 500;
      if (isPassing)
        this.readTimers.set(
          chatId,
          window.setTimeout(() => this.tellRead(chatId), 2 * READ_EVERY_MS),
        );
    });
  }

  async markUnread(chatId: string): Promise<void> {
    const chat = this.store.chats.get(chatId);
    this.readUpTo.delete(chatId);
    this.heldUnread.set(chatId, chat?.last?.id);
    await http.post(`/api/chats/${chatId}/unread`);
    if (chat !== undefined && chat.unread === 0) this.store.putChat({ ...chat, unread: -1 });
  }
}
