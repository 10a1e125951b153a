import { asProblem } from "../http/problem";
import type { Text } from "./context";

/** The sentence for a problem, by its code; an unknown code says so, with the server's own words. */
export function problemWords(text: Text, error: unknown): string {
  const problem = asProblem(error);
  const { reason } = problem.data;
  const known =
    (typeof reason === "string" ? text.maybe(`problem.${problem.code}.${reason}`) : null) ??
    text.maybe(`problem.${problem.code}`, plain(problem.data));
  if (known !== null) return known;
  return problem.message === "" ? text.t("problem.unexpected") : text.t("problem.other", { detail: problem.message });
}

/** The sentence beside a refused field, or undefined when the field was fine. */
export function fieldWords(text: Text, error: unknown, field: string): string | undefined {
  if (error === null || error === undefined) return undefined;
  const code = asProblem(error).fields[field];
  if (code === undefined) return undefined;
  return text.maybe(`field.${code}`) ?? text.t("field.invalid");
}

function plain(data: Readonly<Record<string, unknown>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string | number] =>
      ["string", "number"].includes(typeof entry[1]),
    ),
  );
}
