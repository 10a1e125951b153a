// The shapes of the inbox on the wire, where the page knows more than the server's structs say.

import type * as wire from "../api.gen";

export type {
  AgentView,
  CannedReplyView as CannedReply,
  CardPart,
  ChatPatch as ChatChange,
  ChatTally as ChatCounts,
  HistoryView,
  LabelView,
  MembersView,
  MemberView,
  NamedPart,
  NoteView,
  NoticePart,
  NumberChecks,
  OlderView,
  PersonView,
  PlacePart,
  QuotePart,
  ReactionPart,
} from "../api.gen";

/** `system` are lines of WhatsApp itself, such as somebody joining a group. */
export type MessageKind = wire.MessageKind;

/** How far an own message has come; it only moves forward, trouble stands beside it in `code`. */
export type Tick = wire.MessageStatus | "sending";

export type MediaState = wire.FileState | "missing";

export interface MediaPart extends Omit<wire.MediaPart, "state"> {
  state: MediaState;
}

export interface MessageView extends Omit<wire.MessageView, "tick" | "media"> {
  media: MediaPart | null;
  tick: Tick | null;
}

interface LastPart extends Omit<wire.LastPart, "tick"> {
  tick: Tick | null;
}

export interface ChatView extends Omit<wire.ChatView, "last"> {
  /** Null while nothing was said in a chat that was opened here. */
  last: LastPart | null;
}

export type ChatFilter = "all" | keyof wire.ChatTally;

export interface ChatPage {
  items: ChatView[];
  next: string | null;
  counts: wire.ChatTally;
}

export interface MessagePage {
  /** Newest first. */
  items: MessageView[];
  /** The cursor of older ones. */
  next: string | null;
  /** The cursor of newer ones; at the end it leads to an empty page. */
  newer: string | null;
}

export type SendKind = "text" | "image" | "video" | "voice" | "audio" | "document";

export interface SendInput {
  clientId: string;
  kind: SendKind;
  body?: string;
  mediaId?: string;
  fileName?: string;
  seconds?: number;
  waveform?: readonly number[];
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

/** An event of a device's topic that carries what it is about. */
export interface InboxEvent extends wire.LiveEvent {
  messages?: MessageView[];
  chats?: ChatView[];
}

/** Somebody types: a person in the chat, or a colleague (`userId`). May be lost. */
export interface TypingNews {
  topic: string;
  chatId: string;
  senderName: string;
  state: "typing" | "recording" | "paused";
  userId: string | null;
}
