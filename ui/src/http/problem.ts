/** A refusal of the server (problem+json), or of the network: `code` is stable, `data` fills the sentence. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(facts: { code: string; status: number; detail: string; data: Record<string, unknown> }) {
    super(facts.detail);
    this.name = "Problem";
    this.code = facts.code;
    this.status = facts.status;
    this.data = facts.data;
  }

  /** The refused fields of a form: field name to code. */
  get fields(): Readonly<Record<string, string>> {
    const fields = this.data.fields;
    return isRecord(fields) ? (fields as Record<string, string>) : {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** No answer at all: the network or the server is away. */
export function unreachable(): Problem {
  return new Problem({ code: "unreachable", status: 0, detail: "No answer from the server.", data: {} });
}

/** Reads the problem document of an answer; anything else becomes `unexpected`. */
export function problemFrom(status: number, text: string): Problem {
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) {
      return new Problem({
        code: typeof body.code === "string" ? body.code : "unexpected",
        status,
        detail: typeof body.detail === "string" ? body.detail : "",
        data: isRecord(body.data) ? body.data : {},
      });
    }
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  return new Problem({ code: "unexpected", status, detail: "", data: {} });
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ code: "unexpected", status: 0, detail, data: {} });
}
