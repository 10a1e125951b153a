import { asProblem, http } from "../../http";
import type { ChatPage, ChatView, MessagePage } from "../api";
import { type Lens, lensKey } from "./chats";
import type { InboxStore } from "./store";

const CHATS_PER_PAGE = 100;
const MESSAGES_PER_PAGE = 50;
/** After missed events at most so many pages are read to close the gap; beyond it the stretch starts anew. */
const MOST_PAGES = 10;

/** Reads snapshots into the store; every reader of a thing waits for the same request. */
export class Loader {
  private running = new Map<string, Promise<void>>();

  constructor(private readonly store: InboxStore) {}

  /** The first page of a list, or the next one. */
  loadChats(lens: Lens, more = false): Promise<void> {
    return this.once(`chats:${lensKey(lens)}`, async () => {
      const { next } = this.store.list(lens);
      if (more && (next === null || next === undefined)) return;
      this.store.setList(lens, { loading: true, error: null });
      try {
        await this.readChats(lens, more ? (next ?? null) : null);
      } catch (error) {
        this.store.setList(lens, { error });
      } finally {
        this.store.setList(lens, { loading: false });
      }
    });
  }

  /** After missed events: the list as far as it was shown. */
  async refreshChats(lens: Lens): Promise<void> {
    const { floor } = this.store.list(lens);
    this.store.forgetLists();
    await this.loadChats(lens);
    for (let page = 1; page < MOST_PAGES && floor !== null; page++) {
      const { next, floor: reached, error } = this.store.list(lens);
      if (next === null || next === undefined || error !== null || reached === null || reached.lastAt <= floor.lastAt)
        return;
      await this.loadChats(lens, true);
    }
  }

  async loadChat(chatId: string): Promise<ChatView> {
    const chat = await http.get<ChatView>(`/api/chats/${chatId}`);
    this.store.putChat(chat, false);
    return chat;
  }

  /** The newest messages of a chat that was not open lately. */
  open(chatId: string): Promise<void> {
    const known = this.store.conversation(chatId);
    this.store.touchConversation(chatId);
    if (known?.older !== undefined && known.newer === null && known.error === null) return Promise.resolve();
    return this.toEnd(chatId);
  }

  toEnd(chatId: string): Promise<void> {
    return this.page(chatId, "first", {}, (page) => {
      this.store.takeMessages(chatId, page.items, { older: page.next, newer: page.newer, behind: new Set() }, true);
    });
  }

  older(chatId: string): Promise<void> {
    const older = this.store.conversation(chatId)?.older;
    if (typeof older !== "string") return Promise.resolve();
    return this.page(chatId, "older", { after: older }, (page) => {
      this.store.takeMessages(chatId, page.items, { older: page.next });
    });
  }

  newer(chatId: string): Promise<void> {
    const newer = this.store.conversation(chatId)?.newer ?? null;
    if (newer === null) return Promise.resolve();
    return this.page(chatId, "newer", { newer }, (page) => {
      const behind = page.newer === null ? { behind: new Set<string>() } : {};
      this.store.takeMessages(chatId, page.items, { newer: page.newer, ...behind });
    });
  }

  /** The stretch around one message. */
  around(chatId: string, messageId: string): Promise<void> {
    return this.page(chatId, "first", { around: messageId }, (page) => {
      this.store.takeMessages(chatId, page.items, { older: page.next, newer: page.newer, behind: new Set() }, true);
    });
  }

  /** After missed events: what was loaded, read again from the newest back. */
  refresh(chatId: string): Promise<void> {
    const before = this.store.conversation(chatId);
    if (before?.older === undefined || before.newer !== null) return this.toEnd(chatId);
    return this.once(`messages:${chatId}`, async () => {
      const end = this.store.beginLoad();
      try {
        let page = await this.readMessages(chatId, { limit: 2 * MESSAGES_PER_PAGE });
        const items = [...page.items];
        for (let count = 1; count < MOST_PAGES && items.length < before.items.length && page.next !== null; count++) {
          page = await this.readMessages(chatId, { after: page.next, limit: 2 * MESSAGES_PER_PAGE });
          items.push(...page.items);
        }
        this.store.takeMessages(chatId, items, { older: page.next, newer: null, behind: new Set() }, true);
      } catch {
        // What is shown stays; the next reconnection asks again.
      } finally {
        end();
      }
    });
  }

  private async readChats(lens: Lens, after: string | null): Promise<void> {
    const end = this.store.beginLoad();
    try {
      const page = await http.get<ChatPage>("/api/chats", {
        query: { ...lens, limit: CHATS_PER_PAGE, after },
      });
      this.store.takeChats(page.items);
      // The counts of a narrowed list are counts of that narrowing.
      if (lens.q === "" && lens.labelId === "") this.store.setCounts(page.counts);
      const floor = page.items.at(-1) ?? this.store.list(lens).floor;
      this.store.setList(lens, { next: page.next, floor });
    } finally {
      end();
    }
  }

  private readMessages(chatId: string, query: Record<string, string | number>): Promise<MessagePage> {
    return http.get<MessagePage>(`/api/chats/${chatId}/messages`, { query: { limit: MESSAGES_PER_PAGE, ...query } });
  }

  private page(
    chatId: string,
    loading: "first" | "older" | "newer",
    query: Record<string, string>,
    take: (page: MessagePage) => void,
  ): Promise<void> {
    return this.once(`messages:${chatId}`, async () => {
      this.store.setConversation(chatId, (before) => ({ ...before, loading, error: null }));
      const end = this.store.beginLoad();
      try {
        take(await this.readMessages(chatId, query));
      } catch (error) {
        this.store.setConversation(chatId, (before) => ({ ...before, error: asProblem(error) }));
      } finally {
        end();
        this.store.setConversation(chatId, (before) => ({ ...before, loading: null }));
      }
    });
  }

  private once(name: string, run: () => Promise<void>): Promise<void> {
    const known = this.running.get(name);
    if (known !== undefined) return known;
    const promise = run().finally(() => this.running.delete(name));
    this.running.set(name, promise);
    return promise;
  }
}
