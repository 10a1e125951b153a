import type { Entry } from "./entry";
import { type Indexed, openIndexed } from "./indexed";

interface Draft {
  chatId: string;
  words: string;
}

const VERSION = 1;

/** What this browser keeps for one user. Where a browser refuses to keep anything, the page's memory does until it closes. */
export class KeptDatabase {
  private readonly opened: Promise<Indexed | null>;
  private readonly entries = new Map<string, Entry>();
  private readonly words = new Map<string, string>();

  constructor(userId: string) {
    const stores = { outbox: "clientId", drafts: "chatId" };
    this.opened = openIndexed(`hebah-${userId}`, VERSION, stores).catch(() => null);
  }

  /** Everything not yet taken by the server, in the order it was written. */
  async readOutbox(): Promise<Entry[]> {
    const db = await this.opened;
    const entries = db === null ? [...this.entries.values()] : await db.all<Entry>("outbox");
    return entries.sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
  }

  async putEntry(entry: Entry): Promise<void> {
    const db = await this.opened;
    if (db === null) this.entries.set(entry.clientId, entry);
    // A browser short of room keeps no more: the page itself still has it.
    else await db.put("outbox", entry).catch(() => undefined);
  }

  async dropEntry(clientId: string): Promise<void> {
    const db = await this.opened;
    if (db === null) this.entries.delete(clientId);
    else await db.delete("outbox", clientId);
  }

  async readDrafts(): Promise<Map<string, string>> {
    const db = await this.opened;
    if (db === null) return new Map(this.words);
    return new Map((await db.all<Draft>("drafts")).map(({ chatId, words }) => [chatId, words]));
  }

  async putDraft(chatId: string, words: string): Promise<void> {
    const db = await this.opened;
    if (db === null) {
      if (words === "") this.words.delete(chatId);
      else this.words.set(chatId, words);
    } else if (words === "") await db.delete("drafts", chatId);
    else await db.put("drafts", { chatId, words });
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
  }
}
