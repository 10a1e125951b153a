import { http } from "../../http";

const EVERY_MS = 4000;
const REST_MS = 5000;

/** Tells the other side that somebody writes, seldom enough to cost nothing, and that it has stopped. */
export class TypingSignals {
  private sentAt = 0;
  private state: "typing" | "recording" | "paused" = "paused";
  private restTimer = 0;

  constructor(
    private readonly chatId: string,
    private readonly isOn: () => boolean,
  ) {}

  say(state: "typing" | "recording"): void {
    if (!this.isOn()) return;
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => this.pause(), REST_MS);
    const now = performance.now();
    if (this.state === state && now - this.sentAt < EVERY_MS) return;
    this.sentAt = now;
    this.send(state);
  }

  pause(): void {
    window.clearTimeout(this.restTimer);
    if (this.state !== "paused") this.send("paused");
  }

  private send(state: "typing" | "recording" | "paused"): void {
    this.state = state;
    // It may be lost: nobody is told.
    http.post(`/api/chats/${this.chatId}/typing`, { state }).catch(() => undefined);
  }
}
