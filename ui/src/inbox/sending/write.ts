import type { ChatView, QuotePart, SendKind } from "../api";
import type { Bubble } from "../store/conversation";
import type { Entry } from "./entry";
import { uuid7 } from "./uuid7";

/** A file ready to go, and what is known about it. */
export interface Ready {
  kind: SendKind;
  file: Blob;
  fileName: string;
  mime: string;
  width?: number;
  height?: number;
  seconds?: number;
  waveform?: number[];
  thumbnail?: string | null;
}

export function quoteOf(bubble: Bubble): QuotePart {
  return {
    messageId: bubble.id,
    wireId: bubble.wireId,
    fromMe: bubble.fromMe,
    senderName: bubble.senderName,
    body: bubble.body,
    kind: bubble.kind,
  };
}

/** A message as it leaves the composer. */
export function newEntry(chat: ChatView, body: string, quote: QuotePart | null, ready: Ready | null): Entry {
  return {
    clientId: uuid7(),
    deviceId: chat.deviceId,
    chatId: chat.id,
    at: new Date().toISOString(),
    kind: ready?.kind ?? "text",
    body,
    quote,
    file: ready?.file ?? null,
    fileName: ready?.fileName ?? "",
    mime: ready?.mime ?? "",
    width: ready?.width ?? 0,
    height: ready?.height ?? 0,
    seconds: ready?.seconds ?? 0,
    waveform: ready?.waveform ?? [],
    thumbnail: ready?.thumbnail ?? null,
    mediaId: null,
    state: "waiting",
    code: null,
    data: {},
  };
}
