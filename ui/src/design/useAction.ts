import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { problemWords, useText } from "../text";
import { useToast } from "./Toast";

interface ActionOptions<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** Lists and facts to fetch again afterwards. */
  changes?: readonly QueryKey[];
  done?: (output: Output, input: Input) => void;
  /** News after success. */
  words?: (output: Output, input: Input) => string;
  undo?: (output: Output, input: Input) => (() => void) | undefined;
  /** The form shows the problem itself. */
  quiet?: boolean;
}

/** Something a person does: runs it, fetches what changed, says what happened or why not. */
export function useAction<Input = void, Output = unknown>(options: ActionOptions<Input, Output>) {
  const queries = useQueryClient();
  const toast = useToast();
  const text = useText();
  return useMutation({
    mutationFn: options.run,
    onSuccess: (output, input) => {
      for (const queryKey of options.changes ?? []) void queries.invalidateQueries({ queryKey });
      options.done?.(output, input);
      if (options.words === undefined) return;
      const undo = options.undo?.(output, input);
      toast({ words: options.words(output, input), tone: "good", ...(undo === undefined ? {} : { undo }) });
    },
    onError: (error) => {
      if (options.quiet !== true) toast({ words: problemWords(text, error), tone: "stop" });
    },
  });
}
