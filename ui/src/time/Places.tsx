import type { ReactNode } from "react";

/** A sentence with an element in the place of its one value. */
export function Places({ words, what }: { words: string; what: ReactNode }) {
  const [before, after] = words.split("\u0000");
  return (
    <>
      {before}
      {what}
      {after}
    </>
  );
}
