import { useQuery } from "@tanstack/react-query";
import type { StopInput, StopList } from "../api.gen";
import { useAction } from "../design";
import { http } from "../http";
import { useLive } from "../live";
import { useMe } from "../shell";
import { useText } from "../text";

export type StopItem = StopList["items"][number];

/** Every stop that concerns this workspace, the widest first. */
export function useStops() {
  const topic = useMe().workspace.id;
  useLive(topic, ["stops_changed"], [["stops"], ["overview"], ["report"], ["recipients"]]);
  return useQuery({
    queryKey: ["stops"],
    queryFn: ({ signal }) => http.get<StopList>("/api/stops", { signal, topic }),
    // How much waits grows without an event of its own.
    refetchInterval: (query) => (query.state.data?.items.length ? 15_000 : false),
  });
}

/** Stops something; from the answer on nothing of it leaves. */
export function useStop(done?: () => void) {
  const { t } = useText();
  return useAction<StopInput>({
    run: (input) => http.post("/api/stops", input),
    changes: [["stops"], ["overview"]],
    words: () => t("stops.done"),
    ...(done === undefined ? {} : { done }),
  });
}
