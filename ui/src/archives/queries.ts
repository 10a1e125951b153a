import { useQuery } from "@tanstack/react-query";
import type { ArchiveFaultView, ArchiveView } from "../api.gen";
import { http, type Page, usePages } from "../http";
import type { ChatView } from "../inbox/api";
import { useLive } from "../live";
import { useMe } from "../shell";

const BUSY: ReadonlySet<string> = new Set(["checking", "running", "removing"]);

/** Renewed by events, and while work goes on also by asking. */
export function useArchive(id: string) {
  useLive(id, ["archive_changed"], [["archive", id]], { throttleMs: 500 });
  return useQuery({
    queryKey: ["archive", id],
    queryFn: ({ signal }) => http.get<ArchiveView>(`/api/archives/${id}`, { signal, topic: id }),
    refetchInterval: ({ state }) => (state.data !== undefined && BUSY.has(state.data.state) ? 2000 : false),
  });
}

export function useArchives() {
  useLive(useMe().workspace.id, ["archives_changed"], [["archives"]], { throttleMs: 1000 });
  return useQuery({
    queryKey: ["archives"],
    queryFn: ({ signal }) => http.get<{ items: ArchiveView[] }>("/api/archives", { signal }),
  });
}

export function useArchiveFaults(id: string, enabled: boolean) {
  return usePages<ArchiveFaultView>({ key: ["archive", id, "errors"], path: `/api/archives/${id}/errors`, enabled });
}

/** Chats of a device by name or number, for those who know the chat but not the number. */
export function useChatsOf(deviceId: string, q: string) {
  return useQuery({
    queryKey: ["archive-chats", deviceId, q],
    queryFn: ({ signal }) => http.get<Page<ChatView>>("/api/chats", { query: { deviceId, q, limit: 50 }, signal }),
    enabled: deviceId !== "",
  });
}

/** Lines left out for any reason. */
export function refusedOf(view: ArchiveView): number {
  return Object.values(view.counts.refused).reduce((sum, count) => sum + count, 0);
}
