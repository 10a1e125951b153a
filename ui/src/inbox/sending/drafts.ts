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
    window.addEventListener("pagehide", this.keep);
    for (const [chatId, words] of await this.database.readDrafts()) {
      if (this.words.has(chatId)) continue;
      this.words.set(chatId, words);
      this.tell(chatId);
    }
  }

  stop(): void {
    window.removeEventListener("pagehide", this.keep);
    this.keep();
  }

  read(chatId: string): string {
    return this.words.get(chatId) ?? "";
  }

  write(chatId: string, words: string): void {
    if (this.read(chatId) === words) return;
    this.words.set(chatId, words);
    this.tell(chatId);
    if (words === "") this.put(chatId);
    else if (!this.timers.has(chatId))
      this.timers.set(
        chatId,
        window.setTimeout(() => this.put(chatId), REST_MS),
      );
  }

  /** Keeps at once what still waits to be kept: its writer leaves. */
  keep = (): void => {
    for (const chatId of [...this.timers.keys()]) this.put(chatId);
  };

  private put(chatId: string): void {
    window.clearTimeout(this.timers.get(chatId));
    this.timers.delete(chatId);
    void this.database.putDraft(chatId, this.read(chatId));
  }

  private tell(chatId: string): void {
    this.signals.touch(`draft:${chatId}`);
  }
}
