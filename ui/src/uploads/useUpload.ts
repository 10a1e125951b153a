import { useEffect, useRef, useState } from "react";
import { asProblem } from "../http";
import { send, type Whole } from "./send";

const AGAIN_MS = 3000;

/** Where the upload of a file is. `waiting`: the network is away, it goes on by itself. */
export interface Sending {
  file: File;
  sent: number;
  state: "sending" | "waiting" | "paused" | "reading";
}

/** Sends a file in pieces and has it taken in; goes on after a cut, a pause, and when the same file is chosen again. */
export function useUpload<View>(take: (whole: Whole) => Promise<View>, onTaken: (view: View) => void) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  const timer = useRef(0);

  const leave = () => {
    window.clearTimeout(timer.current);
    stop.current?.abort();
    stop.current = null;
  };
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      stop.current?.abort();
    },
    [],
  );

  const run = async (file: File, before = 0) => {
    leave();
    const own = new AbortController();
    stop.current = own;
    let sent = before;
    setError(null);
    setSending({ file, sent, state: "sending" });
    try {
      const whole = await send(
        file,
        (bytes) => {
          sent = bytes;
          if (!own.signal.aborted) setSending({ file, sent, state: "sending" });
        },
        own.signal,
      );
      setSending({ file, sent, state: "reading" });
      onTaken(await take(whole));
    } catch (problem) {
      if (own.signal.aborted) return;
      if (isAway(problem)) {
        setSending({ file, sent, state: "waiting" });
        timer.current = window.setTimeout(() => void run(file, sent), AGAIN_MS);
        return;
      }
      setError(problem);
      setSending(null);
    }
  };

  return {
    sending,
    error,
    start: (file: File) => void run(file),
    pause: () => {
      leave();
      setSending((now) => (now === null ? null : { ...now, state: "paused" }));
    },
    goOn: () => {
      if (sending !== null) void run(sending.file, sending.sent);
    },
  };
}

/** Whether it is worth trying again: nobody answered, or whoever did cannot just now. */
function isAway(problem: unknown): boolean {
  const { code, status } = asProblem(problem);
  return code === "unreachable" || status === 429 || status === 502 || status === 503 || status === 504;
}
