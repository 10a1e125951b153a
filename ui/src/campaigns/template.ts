import type { Preview } from "../api.gen";

export type Problem = Preview["problems"][number];

/** A fault that does not keep a text from being sent. */
const NOTICES: ReadonlySet<string> = new Set(["template_braces_in_link"]);

export function isNotice(problem: Problem): boolean {
  return NOTICES.has(problem.code);
}

/** The server counts characters, the browser counts 16-bit units: emoji are one and two. */
export function unitsBefore(text: string, characters: number): number {
  let units = 0;
  let seen = 0;
  for (const character of text) {
    if (seen === characters) break;
    units += character.length;
    seen += 1;
  }
  return units;
}

export interface Piece {
  start: number;
  text: string;
  problem: Problem | null;
}

/** The text cut where problems begin and end; overlapping ones belong to the first. */
export function markedPieces(text: string, problems: readonly Problem[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const ordered = [...problems].sort((one, other) => one.position - other.position);
  for (const problem of ordered) {
    const from = Math.max(at, unitsBefore(text, problem.position));
    const to = unitsBefore(text, problem.position + problem.length);
    if (to <= from) continue;
    if (from > at) pieces.push({ start: at, text: text.slice(at, from), problem: null });
    pieces.push({ start: from, text: text.slice(from, to), problem });
    at = to;
  }
  if (at < text.length) pieces.push({ start: at, text: text.slice(at), problem: null });
  return pieces;
}
