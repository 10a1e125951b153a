import { useQuery } from "@tanstack/react-query";
import type { ImportErrorView, ImportView } from "../../api.gen";
import { http, usePages } from "../../http";
import { useLive } from "../../live";
import { useMe } from "../../shell";

const BUSY: ReadonlySet<string> = new Set(["checking", "running"]);

export function isBusy(view: ImportView): boolean {
  return BUSY.has(view.state);
}

/** Renewed by events, and while work goes on also by asking. */
export function useImport(id: string) {
  useLive(id, ["import_changed"], [["import", id]], { throttleMs: 500 });
  return useQuery({
    queryKey: ["import", id],
    queryFn: ({ signal }) => http.get<ImportView>(`/api/imports/${id}`, { signal, topic: id }),
    refetchInterval: (query) => (query.state.data !== undefined && isBusy(query.state.data) ? 2000 : false),
  });
}

export function useImports() {
  useLive(useMe().workspace.id, ["imports_changed"], [["imports"]], { throttleMs: 1000 });
  return useQuery({
    queryKey: ["imports"],
    queryFn: ({ signal }) => http.get<{ items: ImportView[] }>("/api/imports", { signal }),
  });
}

export function useImportErrors(id: string, enabled: boolean) {
  return usePages<ImportErrorView>({ key: ["import", id, "errors"], path: `/api/imports/${id}/errors`, enabled });
}

/** Rows refused for any reason. */
export function refusedOf(view: ImportView): number {
  return Object.values(view.counts.refused).reduce((sum, count) => sum + count, 0);
}
