import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { LiveEvent } from "../api.gen";
import { type LiveState, live } from "./connection";

interface LiveOptions {
  /** The least time between two fetches because of events. */
  throttleMs?: number;
  /** Sees each event before the queries are renewed, for patches. */
  onEvent?: (event: LiveEvent) => void;
}

const THROTTLE_MS = 1000;

/** Renews queries when events of these kinds arrive on a topic; the first at once, then at most one per second. */
export function useLive(
  topic: string | null,
  kinds: readonly string[],
  keys: readonly QueryKey[],
  options: LiveOptions = {},
): void {
  const queries = useQueryClient();
  const wanted = useRef({ kinds, keys, options });
  useEffect(() => {
    wanted.current = { kinds, keys, options };
  });
  useEffect(() => {
    if (topic === null) return;
    let timer = 0;
    let again = false;
    const renew = () => {
      for (const queryKey of wanted.current.keys) void queries.invalidateQueries({ queryKey });
    };
    const soon = () => {
      if (timer !== 0) {
        again = true;
        return;
      }
      renew();
      timer = window.setTimeout(() => {
        timer = 0;
        if (again) soon();
        again = false;
      }, wanted.current.options.throttleMs ?? THROTTLE_MS);
    };
    const leave = live.subscribe(topic, {
      event: (event) => {
        if (!wanted.current.kinds.includes(event.kind)) return;
        wanted.current.options.onEvent?.(event);
        soon();
      },
      missed: renew,
    });
    return () => {
      leave();
      window.clearTimeout(timer);
    };
  }, [topic, queries]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(live.watch, live.readState);
}
