import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BulkAnswer, BulkInput, DeviceState, Verb } from "../api.gen";
import { useToast } from "../design";
import { http } from "../http";
import { problemWords, useText } from "../text";

/** The devices that a list shows; an empty state is any. */
export interface Matching {
  state: string;
  cause?: string | null;
  q: string;
}

/** Asks the server for one bite after the other, and tells how far it has come. */
export function useMatching({ state, cause = null, q }: Matching, onDone: () => void) {
  const text = useText();
  const toast = useToast();
  const queries = useQueryClient();
  const [done, setDone] = useState<number | null>(null);
  const run = async (verb: Verb) => {
    const sum = { done: 0, skipped: 0 };
    setDone(0);
    try {
      let after: string | null = null;
      do {
        const asked: BulkInput = { verb, state: state === "" ? null : (state as DeviceState), cause, q, after };
        const answer: BulkAnswer = await http.post<BulkAnswer>("/api/devices/bulk", asked);
        sum.done += answer.done;
        sum.skipped += answer.skipped;
        after = answer.next;
        setDone(sum.done + sum.skipped);
      } while (after !== null);
      toast(
        sum.skipped === 0
          ? { words: text.t("devices.bulk.done", { count: sum.done }), tone: "good" }
          : { words: text.t("devices.bulk.skipped", sum), tone: "stop" },
      );
      onDone();
    } catch (problem) {
      toast({ words: problemWords(text, problem), tone: "stop" });
    } finally {
      setDone(null);
      void queries.invalidateQueries({ queryKey: ["devices"] });
    }
  };
  return { run, done: done ?? 0, isRunning: done !== null };
}
