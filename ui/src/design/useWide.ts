import { useSyncExternalStore } from "react";

/** Whether the screen is wider than a phone (768 px). */
export function useWide(): boolean {
  return useSyncExternalStore(listen, () => window.matchMedia("(min-width: 769px)").matches);
}

function listen(changed: () => void): () => void {
  const query = window.matchMedia("(min-width: 769px)");
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}
