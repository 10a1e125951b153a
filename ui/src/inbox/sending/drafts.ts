import type { Signals } from "../store/signals";
import type { KeptDatabase } from "./database";

const REST_MS = 400;

/** What was written but not sent, per chat; survives a reload. */
export class Drafts {
  private words = new Map<string, string>();
  private timers = new Map<string, number>();

  constructor(
    private readonly database: KeptDatabase,
    private readonly signals: Signals,
  ) {}

  async load(): Promise<void> {
    for (const [chatId, words] of await this.database.readDrafts()) {
      if (this.words.has(chatId)) continue;
      this.words.set(chatId, words);
      this.tell(chatId);
    }
  }

  read(chatId: string): string {
    return this.words.get(chatId) ?? "";
  }

  write(chatId: string, words: string): void {
    if (this.read(chatId) === words) return;
    this.words.set(chatId, words);
    this.tell(chatId);
    window.clearTimeout(this.timers.get(chatId));
    this.timers.set(
      chatId,
      window.setTimeout(() => void this.database.putDraft(chatId, words), words === "" ? 0 : REST_MS),
    );
  }

  private tell(chatId: string): void {
    this.signals.touch(`draft:${chatId}`);
  }
}
