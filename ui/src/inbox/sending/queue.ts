import { asProblem, http } from "../../http";
import { live } from "../../live";
import type { MessageView, SendInput } from "../api";
import type { InboxStore } from "../store/store";
import type { KeptDatabase } from "./database";
import { bubbleOf, type Entry } from "./entry";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const SETTLED_NEWS = "settled";

/** Takes what is written here to the server: kept first, then sent in the order of each chat, again until it is taken. */
export class SendQueue {
  private entries = new Map<string, Entry>();
  private parts = new Map<string, number>();
  private urls = new Map<string, string>();
  private stops = new Map<string, AbortController>();
  private busyChats = new Set<string>();
  private wait = FIRST_WAIT_MS;
  private timer = 0;
  private leaveLive: () => void = () => undefined;
  private readonly channel: BroadcastChannel | null;
  private ended = false;

  constructor(
    private readonly store: InboxStore,
    private readonly database: KeptDatabase,
    userId: string,
  ) {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`hebah-outbox-${userId}`);
    store.onSettled = (clientId) => void this.settled(clientId);
  }

  async start(): Promise<void> {
    this.leaveLive = live.watch(() => {
      if (live.state === "live") this.soon(0);
    });
    if (this.channel !== null)
      this.channel.onmessage = (message: MessageEvent<unknown>) => void this.hear(message.data);
    for (const entry of await this.database.readOutbox()) {
      if (this.entries.has(entry.clientId)) continue;
      const isOver = entry.state === "refused";
      this.entries.set(entry.clientId, isOver ? entry : { ...entry, state: "waiting" });
    }
    for (const chatId of new Set([...this.entries.values()].map((entry) => entry.chatId))) this.show(chatId);
    this.drain();
  }

  stop(): void {
    this.ended = true;
    this.leaveLive();
    window.clearTimeout(this.timer);
    this.channel?.close();
  }

  /** The file of a message sent from this page, to go on showing it without fetching it back. */
  localUrl(clientId: string): string | null {
    return this.urls.get(clientId) ?? null;
  }

  add(entry: Entry): void {
    this.entries.set(entry.clientId, entry);
    this.show(entry.chatId);
    void this.database.putEntry(entry).then(() => this.drain());
  }

  retry(clientId: string): void {
    const entry = this.entries.get(clientId);
    if (entry === undefined) return;
    // The file is still here: the server may have lost its own.
    this.change(entry, { state: "waiting", code: null, data: {}, mediaId: null });
    this.drain();
  }

  /** Takes back what has not reached the server. */
  async cancel(clientId: string): Promise<void> {
    const entry = this.entries.get(clientId);
    if (entry === undefined) return;
    this.stops.get(clientId)?.abort();
    await this.forget(entry);
  }

  private drain(): void {
    if (this.ended) return;
    const chats = new Set<string>();
    for (const entry of this.ordered()) {
      if (entry.state === "refused" || chats.has(entry.chatId)) continue;
      chats.add(entry.chatId);
      if (!this.busyChats.has(entry.chatId)) void this.drainChat(entry.chatId);
    }
  }

  private async drainChat(chatId: string): Promise<void> {
    this.busyChats.add(chatId);
    try {
      for (let entry = this.first(chatId); entry !== undefined && !this.ended; entry = this.first(chatId)) {
        if (!(await this.send(entry))) return;
        this.wait = FIRST_WAIT_MS;
      }
    } finally {
      this.busyChats.delete(chatId);
    }
  }

  /** Whether the next of the chat may go. */
  private async send(entry: Entry): Promise<boolean> {
    try {
      const ready = await this.upload(entry);
      const current = this.change(ready, { state: "posting" });
      const asked = http.post<MessageView>(`/api/chats/${entry.chatId}/messages`, inputOf(current));
      await this.store.answered(asked, (message) => this.store.putMessage(message));
      await this.settled(entry.clientId);
      return true;
    } catch (error) {
      return this.failed(entry, error);
    }
  }

  private async upload(entry: Entry): Promise<Entry> {
    if (entry.file === null || entry.mediaId !== null) return entry;
    const current = this.change(entry, { state: "uploading" });
    const stop = new AbortController();
    this.stops.set(entry.clientId, stop);
    const file = new File([entry.file], entry.fileName, { type: entry.mime });
    const onPart = (part: number) => {
      this.parts.set(entry.clientId, part);
      this.show(entry.chatId);
    };
    const fields = { kind: entry.kind, deviceId: entry.deviceId };
    const media = await http.upload<{ id: string }>("/api/media", file, onPart, stop.signal, fields);
    this.stops.delete(entry.clientId);
    const uploaded = this.change(current, { mediaId: media.id });
    await this.database.putEntry(uploaded);
    return uploaded;
  }

  private failed(entry: Entry, error: unknown): boolean {
    const current = this.entries.get(entry.clientId);
    // Cancelled meanwhile: the next one may go.
    if (current === undefined) return true;
    const problem = asProblem(error);
    const isPassing = problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500;
    if (isPassing) {
      this.change(current, { state: "waiting" });
      this.soon(this.wait * (0.5 + Math.random() / 2));
      this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
      return false;
    }
    const refused = this.change(current, { state: "refused", code: problem.code, data: { ...problem.data } });
    void this.database.putEntry(refused);
    return true;
  }

  private soon(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.drain(), ms);
  }

  private async settled(clientId: string): Promise<void> {
    const entry = this.entries.get(clientId);
    if (entry === undefined) return;
    this.channel?.postMessage({ news: SETTLED_NEWS, clientId });
    await this.forget(entry);
  }

  private async forget(entry: Entry): Promise<void> {
    this.entries.delete(entry.clientId);
    this.parts.delete(entry.clientId);
    this.show(entry.chatId);
    await this.database.dropEntry(entry.clientId);
  }

  /** Another tab of this browser has brought one of these to the server. */
  private async hear(news: unknown): Promise<void> {
    const { clientId } = (news ?? {}) as { clientId?: unknown };
    const entry = typeof clientId === "string" ? this.entries.get(clientId) : undefined;
    if (entry !== undefined && entry.state !== "posting") await this.forget(entry);
  }

  private change(entry: Entry, change: Partial<Entry>): Entry {
    const after = { ...entry, ...change };
    if (this.entries.has(entry.clientId)) {
      this.entries.set(entry.clientId, after);
      this.show(entry.chatId);
    }
    return after;
  }

  private ordered(): Entry[] {
    return [...this.entries.values()].sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
  }

  private first(chatId: string): Entry | undefined {
    return this.ordered().find((entry) => entry.chatId === chatId && entry.state !== "refused");
  }

  private show(chatId: string): void {
    const bubbles = this.ordered()
      .filter((entry) => entry.chatId === chatId)
      .map((entry) => bubbleOf(entry, this.parts.get(entry.clientId) ?? 0, this.urlOf(entry)));
    this.store.setOnTheirWay(chatId, bubbles);
  }

  private urlOf(entry: Entry): string | null {
    // A GIF that goes as a video is none yet.
    if (entry.file === null || (entry.kind === "video" && entry.mime === "image/gif")) return null;
    const known = this.urls.get(entry.clientId);
    if (known !== undefined) return known;
    const url = URL.createObjectURL(entry.file);
    this.urls.set(entry.clientId, url);
    return url;
  }
}

function inputOf(entry: Entry): SendInput {
  return {
    clientId: entry.clientId,
    kind: entry.kind,
    ...(entry.body === "" ? {} : { body: entry.body }),
    ...(entry.mediaId === null ? {} : { mediaId: entry.mediaId }),
    // Pictures and voice notes have no names in a chat.
    ...(entry.kind === "document" || entry.kind === "audio" ? { fileName: entry.fileName } : {}),
    ...(entry.seconds === 0 ? {} : { seconds: Math.max(1, Math.round(entry.seconds)) }),
    ...(entry.waveform.length === 0 ? {} : { waveform: entry.waveform }),
    ...(entry.quote?.messageId == null ? {} : { quote: entry.quote.messageId }),
  };
}
