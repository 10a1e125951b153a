import type { Bubble } from "../store/conversation";

const NEAR_MS = 5 * 60_000;
const LETTERS_IN_LINE = 46;
const LINE_PX = 21;
const FOLDED_LINES = 26;
export const MEDIA_WIDTH = 320;
const MEDIA_HEIGHT = 340;

type DayOf = (instant: string) => number;

export function startsDay(before: Bubble | undefined, bubble: Bubble, dayOf: DayOf): boolean {
  return before === undefined || dayOf(before.at) !== dayOf(bubble.at);
}

/** Whether a message goes on where the same person's one before it ended. */
export function joins(before: Bubble | undefined, bubble: Bubble, dayOf: DayOf): boolean {
  return (
    before !== undefined &&
    before.kind !== "system" &&
    bubble.kind !== "system" &&
    before.fromMe === bubble.fromMe &&
    (bubble.fromMe || before.sender === bubble.sender) &&
    !startsDay(before, bubble, dayOf) &&
    Date.parse(bubble.at) - Date.parse(before.at) < NEAR_MS
  );
}

/** The size a picture is shown in, known before the picture is here, so that nothing moves when it arrives. */
export function pictureSize(width: number, height: number): { width: number; height: number } {
  if (width <= 0 || height <= 0) return { width: 260, height: 200 };
  const scale = Math.min(1, MEDIA_WIDTH / width, MEDIA_HEIGHT / height);
  return { width: Math.max(120, Math.round(width * scale)), height: Math.max(80, Math.round(height * scale)) };
}

const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufefc]/;

/** The room, in pixels, that time and tick need at the end of the last line; 0 where they get a line of their own. */
export function footRoom(bubble: Bubble, editedWords: string): number {
  const isPlain = bubble.kind === "text" && bubble.deletedAt === null && bubble.body !== "";
  if (!isPlain || bubble.sentBy !== null || bubble.campaignId !== null) return 0;
  const lastLine = bubble.body.slice(bubble.body.lastIndexOf("\n") + 1);
  if (FROM_RIGHT.test(lastLine) || bubble.body.endsWith("```")) return 0;
  const edited = bubble.editedAt === null ? 0 : editedWords.length * 6.5 + 6;
  return 42 + (bubble.fromMe ? 22 : 0) + (bubble.timeDoubtful ? 14 : 0) + edited;
}

/** The height of a row before it is measured; a good guess keeps the scroll bar calm. */
export function estimate(bubble: Bubble | undefined): number {
  if (bubble === undefined) return 60;
  const words = bubble.body.slice(0, 2000).split("\n");
  const lines = words.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_IN_LINE)), 0);
  const text = bubble.body === "" ? 0 : Math.min(lines, FOLDED_LINES) * LINE_PX;
  const quote = bubble.quote === null ? 0 : 54;
  const base = 26 + quote + text;
  if (!bubble.kept) return base + LINE_PX;
  switch (bubble.kind) {
    case "image":
    case "video":
      return base + pictureSize(bubble.media?.width ?? 0, bubble.media?.height ?? 0).height;
    case "sticker":
      return 180;
    case "voice":
    case "audio":
    case "document":
    case "contacts":
      return base + 64;
    case "location":
      return base + 110;
    case "poll":
      return base + 40 * bubble.options.length;
    default:
      return base;
  }
}
