// The lines of a message: ```blocks of code```, > quotes, - lists, 1. numbered lists, and plain lines.

export type Block =
  | { kind: "plain"; words: string }
  | { kind: "code"; words: string }
  | { kind: "quote"; words: string }
  | { kind: "item"; mark: string; words: string };

const ITEM = /^(?:([-*]) |(\d{1,3})\. )(?=\S)/;

/** Cuts a message into blocks; neighbouring plain lines stay together. */
export function parseBlocks(body: string): Block[] {
  const blocks: Block[] = [];
  const parts = body.split("```");
  // An odd number of fences: the last one is just three letters.
  if (parts.length % 2 === 0) parts.push(`\`\`\`${parts.pop() ?? ""}`);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1 && part.trim() !== "") blocks.push({ kind: "code", words: part.replace(/^\n|\n$/g, "") });
    else if (part !== "") addLines(blocks, part);
  }
  return blocks;
}

function addLines(blocks: Block[], part: string): void {
  const isAfterCode = blocks.at(-1)?.kind === "code";
  const lines = part.replace(isAfterCode ? /^\n/ : /^$/, "").split("\n");
  for (const line of lines) {
    const last = blocks.at(-1);
    const item = ITEM.exec(line);
    if (line.startsWith("> ")) {
      if (last?.kind === "quote") last.words += `\n${line.slice(2)}`;
      else blocks.push({ kind: "quote", words: line.slice(2) });
    } else if (item !== null) {
      const mark = item[2] === undefined ? "•" : `${item[2]}.`;
      blocks.push({ kind: "item", mark, words: line.slice(item[0].length) });
    } else if (last?.kind === "plain") last.words += `\n${line}`;
    else blocks.push({ kind: "plain", words: line });
  }
}

/** One line of plain words for previews and quotes. */
export function plainWords(body: string): string {
  return body
    .slice(0, 300)
    .replace(/```/g, "")
    .replace(/(^|[\s(])([*_~`])(\S(?:[^\n]*?\S)?)\2(?=$|[\s.,;:!?)])/gm, "$1$3")
    .replace(/\s+/g, " ")
    .trim();
}
