const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})/u;
const MOST = 3;

/** How many emoji a message is made of when it is nothing else and at most three; else 0. */
export function bigEmoji(body: string): number {
  const words = body.trim();
  if (words === "" || words.length > 40 || !EMOJI.test(words)) return 0;
  const segments = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(words)].filter(
    ({ segment }) => segment.trim() !== "",
  );
  return segments.length <= MOST && segments.every(({ segment }) => EMOJI.test(segment)) ? segments.length : 0;
}
