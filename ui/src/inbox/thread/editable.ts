import type { Bubble } from "../store/conversation";

const EDIT_MS = 15 * 60_000;
const DELETE_MS = 2 * 24 * 3_600_000;
const TAKEN = new Set(["accepted", "delivered", "read", "played"]);

/** Whether WhatsApp has the message; what it never had (imported, or not sent) can be neither answered nor changed. */
export function isOnWhatsApp(bubble: Bubble): boolean {
  const isImported = bubble.wireId.startsWith("archive:");
  return !isImported && bubble.deletedAt === null && (!bubble.fromMe || TAKEN.has(bubble.tick ?? ""));
}

function isOwn(bubble: Bubble, youngerMs: number): boolean {
  const isYoung = Date.now() - Date.parse(bubble.at) < youngerMs;
  return bubble.fromMe && isYoung && isOnWhatsApp(bubble);
}

/** Whether an own text may still be changed. */
export function isEditable(bubble: Bubble): boolean {
  return bubble.kind === "text" && bubble.local === undefined && isOwn(bubble, EDIT_MS);
}

/** Whether an own message may still be taken back from everybody. */
export function isDeletable(bubble: Bubble): boolean {
  return isOwn(bubble, DELETE_MS);
}
