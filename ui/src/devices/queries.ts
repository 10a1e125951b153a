import { type InfiniteData, type QueryClient, useQuery } from "@tanstack/react-query";
import type { DeviceState, DeviceView, HistoryView, LinkingView, SimulatedPhone, TransportView } from "../api.gen";
import { http, type Page, usePages } from "../http";
import { useLive } from "../live";
import { useMe } from "../shell";

export interface DevicePage extends Page<DeviceView> {
  total: number;
  counts: Partial<Record<DeviceState, number>>;
}

/** The devices of the workspace, growing page by page, renewed when one changes. */
export function useDevices(query: { state?: string; q?: string; cause?: string }) {
  const topic = useMe().workspace.id;
  useLive(topic, ["devices_changed"], [["devices"]], { throttleMs: 2000 });
  return usePages<DeviceView, DevicePage>({ key: ["devices"], path: "/api/devices", query, topic });
}

export function useDevice(id: string) {
  useLive(id, ["device_changed"], [["device", id]]);
  return useQuery({
    queryKey: ["device", id],
    queryFn: ({ signal }) => http.get<DeviceView>(`/api/devices/${id}`, { signal, topic: id }),
  });
}

/** The linking shown for a slot; `exists` says that there is or was one. */
export function useLinking(id: string, exists: boolean, pollMs: number | false) {
  useLive(
    id,
    ["linking_changed", "device_changed"],
    [
      ["linking", id],
      ["device", id],
    ],
    { throttleMs: 200 },
  );
  return useQuery({
    queryKey: ["linking", id],
    queryFn: ({ signal }) => http.get<LinkingView | null>(`/api/devices/${id}/link`, { signal }),
    enabled: exists,
    retry: false,
    staleTime: 0,
    refetchInterval: pollMs,
  });
}

/** How far the phone's older chats have come; asked again while they come. */
export function useHistory(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["device", id, "history"],
    queryFn: ({ signal }) => http.get<HistoryView>(`/api/devices/${id}/history`, { signal }),
    enabled,
    refetchInterval: ({ state }) => (isComing(state.data) ? 3000 : 30_000),
  });
}

/** Whether packets wait to be fetched. */
export function isComing(history: HistoryView | undefined): boolean {
  return history !== undefined && history.done + history.failed < history.offered;
}

export function useTransports() {
  return useQuery({
    queryKey: ["transports"],
    queryFn: ({ signal }) => http.get<{ items: TransportView[] }>("/api/transports", { signal }),
    staleTime: 60_000,
  });
}

export function useSimulatedPhones(enabled: boolean) {
  return useQuery({
    queryKey: ["simulated"],
    queryFn: ({ signal }) => http.get<{ items: SimulatedPhone[] }>("/api/simulated/phones", { signal }),
    enabled,
  });
}

/** Puts a fresh device into every list that shows it, without asking the server again. */
export function putDevice(queries: QueryClient, device: DeviceView): void {
  queries.setQueryData(["device", device.id], device);
  queries.setQueriesData<InfiniteData<DevicePage>>({ queryKey: ["devices"] }, (data) =>
    data === undefined || !Array.isArray(data.pages)
      ? data
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map((each) => (each.id === device.id ? device : each)),
          })),
        },
  );
}
