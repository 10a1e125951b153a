// The shapes of the inbox on the wire.

import type { ConsentEntry, ConsentState, LeadView, LiveEvent } from "../api.gen";

export type MessageKind =
  | "text"
  | "image"
  | "video"
  | "voice"
  | "audio"
  | "document"
  | "sticker"
  | "location"
  | "contacts"
  | "poll"
  | "system"
  | "undecrypted"
  | "unknown";

/** How far an own message has come; it only moves forward, trouble stands beside it in `code`. */
export type Tick = "queued" | "sending" | "accepted" | "delivered" | "read" | "played" | "unknown" | "failed";

export type MediaState = "waiting" | "ready" | "later" | "expired" | "damaged" | "too_large" | "missing";

export interface MediaPart {
  state: MediaState;
  url: string | null;
  /** A small JPEG as a data: address. */
  thumbnail: string | null;
  mime: string;
  size: number;
  width: number;
  height: number;
  seconds: number;
  fileName: string;
  /** Loudness in 64 steps of 0..100, or empty. */
  waveform: number[];
}

export interface QuotePart {
  messageId: string | null;
  wireId: string;
  fromMe: boolean;
  senderName: string;
  body: string;
  kind: MessageKind | null;
}

export interface ReactionPart {
  emoji: string;
  fromMe: boolean;
  senderName: string;
}

export interface PlacePart {
  latitude: number;
  longitude: number;
  name: string;
  live: boolean;
}

export interface CardPart {
  name: string;
  phones: string[];
  vcard: string;
}

export interface MessageView {
  id: string;
  deviceId: string;
  chatId: string;
  wireId: string;
  /** The idempotency key of the browser that sent it. */
  clientId: string | null;
  fromMe: boolean;
  sender: string;
  senderName: string;
  at: string;
  timeDoubtful: boolean;
  kind: MessageKind;
  body: string;
  media: MediaPart | null;
  quote: QuotePart | null;
  place: PlacePart | null;
  cards: CardPart[];
  options: string[];
  reactions: ReactionPart[];
  editedAt: string | null;
  deletedAt: string | null;
  once: boolean;
  tick: Tick | null;
  /** Why it failed, is unknown, or waits. */
  code: string | null;
  outboxId: string | null;
  /** The user who sent it here; null when it was typed on the phone. */
  sentBy: string | null;
  campaignId: string | null;
}

export interface LastPart {
  id: string;
  kind: MessageKind;
  body: string;
  fromMe: boolean;
  senderName: string;
  tick: Tick | null;
  deleted: boolean;
}

export interface ChatView {
  id: string;
  deviceId: string;
  deviceName: string;
  kind: "person" | "group";
  address: string;
  phone: string | null;
  name: string;
  contactId: string | null;
  leadId: string | null;
  picture: string | null;
  lastAt: string;
  last: LastPart | null;
  unread: number;
  pinnedAt: string | null;
  mutedUntil: string | null;
  archivedAt: string | null;
  assignedTo: { userId: string; name: string } | null;
  labels: string[];
  suppressed: boolean;
}

export type ChatFilter = "all" | "unread" | "mine" | "unassigned" | "archived";

export interface ChatCounts {
  unread: number;
  mine: number;
  unassigned: number;
  archived: number;
}

export interface ChatPage {
  items: ChatView[];
  next: string | null;
  counts: ChatCounts;
}

export interface ChatChange {
  pinned?: boolean;
  archived?: boolean;
  mutedUntil?: string | null;
  assignedTo?: string | null;
  labels?: string[];
}

export interface MessagePage {
  /** Newest first. */
  items: MessageView[];
  /** The cursor of older ones. */
  next: string | null;
  /** The cursor of newer ones. */
  newer: string | null;
}

export type SendKind = "text" | "image" | "video" | "voice" | "audio" | "document";

export interface SendInput {
  clientId: string;
  kind: SendKind;
  body?: string;
  mediaId?: string;
  fileName?: string;
  quote?: string;
}

export interface SearchHit {
  message: MessageView;
  chat: ChatView;
  /** The part around the hit, with \u0002 before and \u0003 after each word found. */
  marked: string;
}

export interface SearchPage {
  items: SearchHit[];
  next: string | null;
}

export interface LabelView {
  id: string;
  name: string;
  /** `#rrggbb`. */
  colour: string;
}

export interface CannedReply {
  id: string;
  shortcut: string;
  body: string;
}

export interface NoteView {
  id: string;
  body: string;
  byName: string;
  at: string;
}

export interface AgentView {
  userId: string;
  name: string;
  role: string;
}

export interface PersonView {
  contact: { id: string; name: string; phone: string | null } | null;
  lead: LeadView | null;
  consent: ConsentState;
  consents: ConsentEntry[];
  campaigns: { campaignId: string; name: string; state: string; code: string | null; at: string }[];
}

export interface HistoryView {
  offered: number;
  done: number;
  failed: number;
  messages: number;
  percent: number | null;
  state: string;
}

/** An event of a device's topic that carries what it is about. */
export interface InboxEvent extends LiveEvent {
  messages?: MessageView[];
  chats?: ChatView[];
}

/** Somebody types; may be lost. */
export interface TypingNews {
  topic: string;
  chatId: string;
  senderName: string;
  state: "typing" | "recording" | "paused";
}
