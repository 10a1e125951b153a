import { live } from "../../live";
import type { InboxEvent, TypingNews } from "../api";
import type { InboxStore } from "./store";

/** The server gives one page as many topics. */
const MOST_FOLLOWED = 190;
const PATIENCE_MS = 400;
const SETTLES_MS = 60;

/** Carries the events of devices into the store. */
export class Feed {
  private leaves = new Map<string, () => void>();
  private waiting = new Set<string>();
  private whenReady: (() => void) | null = null;
  private missedTimer = 0;

  constructor(
    private readonly store: InboxStore,
    /** Events were missed: what is shown must be read again. */
    private readonly onMissed: () => void,
  ) {}

  /** Whether something else was followed before. */
  isOther(deviceIds: readonly string[]): boolean {
    return this.leaves.size > 0 && deviceIds.some((id) => !this.leaves.has(id));
  }

  /** Follows exactly these devices. Resolves when a snapshot read from now on will miss nothing, or after a short wait. */
  follow(deviceIds: readonly string[]): Promise<void> {
    const wanted = new Set(deviceIds.slice(0, MOST_FOLLOWED));
    for (const [id, leave] of this.leaves) {
      if (wanted.has(id)) continue;
      leave();
      this.leaves.delete(id);
      this.waiting.delete(id);
    }
    for (const id of wanted) if (!this.leaves.has(id)) this.join(id);
    return this.ready();
  }

  stop(): void {
    for (const leave of this.leaves.values()) leave();
    this.leaves.clear();
    this.waiting.clear();
    window.clearTimeout(this.missedTimer);
  }

  private join(deviceId: string): void {
    let begun = false;
    this.waiting.add(deviceId);
    const leave = live.subscribe(deviceId, {
      full: true,
      event: (event) => this.store.take(event as InboxEvent),
      missed: () => this.missed(),
      began: () => {
        // Only the first time: a reconnection resumes where it was, and says so when it cannot.
        if (begun) return;
        begun = true;
        this.waiting.delete(deviceId);
        if (this.whenReady === null) this.missed();
        else if (this.waiting.size === 0) this.whenReady();
      },
      aside: (news) => this.store.takeTyping(news as unknown as TypingNews),
    });
    this.leaves.set(deviceId, leave);
  }

  private ready(): Promise<void> {
    if (this.waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = window.setTimeout(() => this.whenReady?.(), PATIENCE_MS);
      this.whenReady = () => {
        window.clearTimeout(timer);
        this.whenReady = null;
        resolve();
      };
    });
  }

  private missed(): void {
    window.clearTimeout(this.missedTimer);
    this.missedTimer = window.setTimeout(this.onMissed, SETTLES_MS);
  }
}
