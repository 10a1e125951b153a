import {
  ChartBarBig,
  ContactRound,
  FileText,
  Headphones,
  Image,
  Info,
  LockKeyhole,
  type LucideIcon,
  MapPin,
  MessageCircleOff,
  Mic,
  Sticker,
  Video,
} from "lucide-react";
import type { Text } from "../../text";
import type { MessageKind } from "../api";
import { plainWords } from "../words/blocks";

const ICONS: Readonly<Partial<Record<MessageKind, LucideIcon>>> = {
  image: Image,
  video: Video,
  voice: Mic,
  audio: Headphones,
  document: FileText,
  sticker: Sticker,
  location: MapPin,
  contacts: ContactRound,
  poll: ChartBarBig,
  system: Info,
  undecrypted: LockKeyhole,
  unknown: MessageCircleOff,
};

export function KindIcon({ kind, size = 15 }: { kind: MessageKind; size?: number }) {
  const Icon = ICONS[kind];
  return Icon === undefined ? null : <Icon size={size} aria-hidden="true" />;
}

/** One line about a message: its words, or what it is. */
export function previewWords(text: Text, kind: MessageKind, body: string): string {
  const words = plainWords(body);
  if (kind === "undecrypted" || kind === "unknown" || words === "") return text.t(`inbox.kind.${kind}`);
  return words;
}
