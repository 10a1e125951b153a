import { useQuery } from "@tanstack/react-query";
import type { HeldMessageView, RestoreView } from "../api.gen";
import { useDevices } from "../devices/queries";
import { http, usePages } from "../http";
import { useLive } from "../live";
import { useMe } from "../shell";

// Receipts decide about messages without an event of their own for this list.
const EVERY_MS = 15_000;

/** The last restore, and how much of each kind it still holds. */
export function useRestore() {
  const topic = useMe().workspace.id;
  useLive(topic, ["stops_changed", "campaigns_changed", "devices_changed"], [["restored"]], { throttleMs: 1000 });
  return useQuery({
    queryKey: ["restored"],
    queryFn: ({ signal }) => http.get<RestoreView>("/api/restored", { signal, topic }),
    refetchInterval: EVERY_MS,
    retry: false,
  });
}

export function useHeldMessages(kind: "not_sent" | "unknown") {
  return usePages<HeldMessageView>({ key: ["restored", "messages"], path: "/api/restored/messages", query: { kind } });
}

export function useHeldDevices() {
  return useDevices({ cause: "restored" });
}
