import { useCallback } from "react";
import { useLocation, useSearch } from "wouter";

/** Leaves a drawer or a dialog that has its own address, back to the list with its filter. */
export function useClose(): () => void {
  const [, go] = useLocation();
  const search = useSearch();
  return useCallback(() => go(search === "" ? "/devices" : `/devices?${search}`), [go, search]);
}
