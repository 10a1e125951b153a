import type { QuotePart, SendKind } from "../api";
import type { Bubble } from "../store/conversation";

export type EntryState = "waiting" | "uploading" | "posting" | "refused";

/** How a message on its way from this browser stands. */
export interface LocalPart {
  state: EntryState;
  /** The part uploaded, 0 to 1. */
  part: number;
  code: string | null;
  data: Readonly<Record<string, unknown>>;
  /** The file itself, for showing it before the server has it. */
  url: string | null;
}

/** A message written here and not yet taken by the server; kept in the browser so that a reload loses nothing. */
export interface Entry {
  clientId: string;
  deviceId: string;
  chatId: string;
  at: string;
  kind: SendKind;
  body: string;
  quote: QuotePart | null;
  file: Blob | null;
  fileName: string;
  mime: string;
  width: number;
  height: number;
  seconds: number;
  waveform: number[];
  thumbnail: string | null;
  mediaId: string | null;
  state: EntryState;
  code: string | null;
  data: Record<string, unknown>;
}

/** The bubble shown for an entry. */
export function bubbleOf(entry: Entry, part: number, url: string | null): Bubble {
  const media = entry.file === null ? null : mediaOf(entry, url);
  return {
    id: entry.clientId,
    deviceId: entry.deviceId,
    chatId: entry.chatId,
    wireId: "",
    clientId: entry.clientId,
    fromMe: true,
    sender: "",
    senderName: "",
    at: entry.at,
    timeDoubtful: false,
    kind: entry.kind,
    kept: true,
    body: entry.body,
    media,
    quote: entry.quote,
    place: null,
    cards: [],
    options: [],
    reactions: [],
    notice: null,
    editedAt: null,
    deletedAt: null,
    once: false,
    tick: "queued",
    code: null,
    outboxId: null,
    sentBy: null,
    campaignId: null,
    local: { state: entry.state, part, code: entry.code, data: entry.data, url },
  };
}

function mediaOf(entry: Entry, url: string | null): Bubble["media"] {
  return {
    state: url === null ? "waiting" : "ready",
    url,
    thumbnail: entry.thumbnail,
    mime: entry.mime,
    size: entry.file?.size ?? 0,
    width: entry.width,
    height: entry.height,
    seconds: entry.seconds,
    fileName: entry.fileName,
    waveform: entry.waveform,
    canFetch: false,
  };
}
