// The inside of a line: WhatsApp's *bold* _italic_ ~strike~ `code`, links, addresses and phone numbers.

export type Inline =
  | { kind: "text"; words: string }
  | { kind: "bold" | "italic" | "strike"; inside: Inline[] }
  | { kind: "code"; words: string }
  | { kind: "link"; href: string; words: string }
  | { kind: "phone"; phone: string; words: string };

const STYLES: Readonly<Record<string, "bold" | "italic" | "strike">> = { "*": "bold", _: "italic", "~": "strike" };
const DEEPEST = 4;
const WORD = /[\p{L}\p{N}]/u;
// No white space, no quotation marks or brackets, and nothing that turns the direction of writing.
const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>"'`\p{Cc}\p{Cf}]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\+\d[\d ()-]{6,18}\d/giu;

/** Cuts one line into pieces. Takes time in proportion to the length, whatever is written. */
export function parseInline(line: string, depth = 0): Inline[] {
  const pieces: Inline[] = [];
  const hopeless = new Set<string>();
  let plainFrom = 0;
  let at = 0;
  const flush = (until: number) => {
    if (until > plainFrom) pieces.push(...parseAddresses(line.slice(plainFrom, until)));
  };
  while (at < line.length) {
    const mark = line[at] as string;
    const style = STYLES[mark];
    if ((style === undefined && mark !== "`") || hopeless.has(mark) || !opens(line, at)) {
      at += 1;
      continue;
    }
    const end = closing(line, at, mark);
    if (end === null) {
      hopeless.add(mark);
      at += 1;
      continue;
    }
    flush(at);
    const inside = line.slice(at + 1, end);
    if (style === undefined) pieces.push({ kind: "code", words: inside });
    else if (depth >= DEEPEST) pieces.push({ kind: "text", words: line.slice(at, end + 1) });
    else pieces.push({ kind: style, inside: parseInline(inside, depth + 1) });
    at = end + 1;
    plainFrom = at;
  }
  flush(line.length);
  return pieces;
}

function opens(line: string, at: number): boolean {
  const before = line[at - 1];
  const after = line[at + 1];
  return (before === undefined || !WORD.test(before)) && after !== undefined && !/\s/.test(after) && after !== line[at];
}

function closing(line: string, at: number, mark: string): number | null {
  for (let end = line.indexOf(mark, at + 2); end !== -1; end = line.indexOf(mark, end + 1)) {
    const before = line[end - 1] as string;
    const after = line[end + 1];
    if (!/\s/.test(before) && (after === undefined || !WORD.test(after))) return end;
  }
  return null;
}

function parseAddresses(words: string): Inline[] {
  const pieces: Inline[] = [];
  let from = 0;
  for (const match of words.matchAll(ADDRESS)) {
    const found = trimmed(match[0]);
    const piece = addressOf(found);
    if (piece === null) continue;
    if (match.index > from) pieces.push({ kind: "text", words: words.slice(from, match.index) });
    pieces.push(piece);
    from = match.index + found.length;
  }
  if (from < words.length) pieces.push({ kind: "text", words: words.slice(from) });
  return pieces;
}

/** Without the punctuation of the sentence around it. */
function trimmed(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1] as string;
    const closes = last === ")" && !address.slice(0, end - 1).includes("(");
    if (!closes && !/[.,;:!?*_~\]}»”’]/u.test(last)) break;
    end -= 1;
  }
  return address.slice(0, end);
}

function addressOf(words: string): Inline | null {
  if (words.startsWith("+")) {
    const phone = `+${words.replace(/\D/g, "")}`;
    return phone.length >= 9 && phone.length <= 16 ? { kind: "phone", phone, words } : null;
  }
  if (/^(?:https?:\/\/|www\.)/i.test(words)) {
    const url = URL.parse?.(/^www\./i.test(words) ? `https://${words}` : words) ?? parseUrl(words);
    const isWeb = url !== null && (url.protocol === "https:" || url.protocol === "http:") && url.hostname.includes(".");
    return isWeb ? { kind: "link", href: url.href, words } : null;
  }
  return words.includes("@") ? { kind: "link", href: `mailto:${words}`, words } : null;
}

// For browsers without URL.parse.
function parseUrl(words: string): URL | null {
  try {
    return new URL(/^www\./i.test(words) ? `https://${words}` : words);
  } catch {
    return null;
  }
}
