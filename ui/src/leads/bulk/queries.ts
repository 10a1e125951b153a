import { useQuery } from "@tanstack/react-query";
import type { BulkEditView } from "../../api.gen";
import { http } from "../../http";
import { useLive } from "../../live";
import { useMe } from "../../shell";

const BUSY: ReadonlySet<string> = new Set(["running", "undoing"]);

export function isBusy(edit: BulkEditView): boolean {
  return BUSY.has(edit.state);
}

/** The latest bulk edits; renewed by events, and while one goes on also by asking. */
export function useBulkEdits(enabled: boolean) {
  const topic = useMe().workspace.id;
  useLive(topic, ["bulk_edits_changed"], [["bulk-edits"]], { throttleMs: 500 });
  return useQuery({
    queryKey: ["bulk-edits"],
    queryFn: async ({ signal }) => {
      const page = await http.get<{ items: BulkEditView[] }>("/api/leads/bulk", { signal, topic });
      return page.items;
    },
    enabled,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.some(isBusy) ? 2000 : false),
  });
}
