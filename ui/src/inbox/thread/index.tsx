import { Skeleton } from "../../design";
import { lazily } from "../parts/lazily";

const load = () => import("./ChatPane");
const SIGNS = ["pointermove", "pointerdown", "touchstart", "keydown"] as const;

/** A chat with everything said in it, which the list alone does without. */
export const ChatPane = lazily(load, () => <Skeleton lines={7} height={36} />, ["inbox"]);

/** Fetches it at the first sign of somebody being there, so that the first chat opens at once; gives how to stop. */
export function fetchChatPane(): () => void {
  const stop = new AbortController();
  const fetchNow = () => {
    stop.abort();
    void load();
  };
  for (const sign of SIGNS) window.addEventListener(sign, fetchNow, { signal: stop.signal, passive: true });
  return () => stop.abort();
}
