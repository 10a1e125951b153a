import type { BulkChange, BulkEditView } from "../../api.gen";
import { useAction } from "../../design";
import { http, withQuery } from "../../http";
import type { Chosen } from "./Bulk";

/** A change without what its verb does not need. */
export const NOTHING: Omit<BulkChange, "verb"> = {
  tags: [],
  name: "",
  value: "",
  status: null,
  deviceId: null,
  reason: null,
};

/** Asks for a change to exactly as many leads as the person has seen. */
export function useBegin(chosen: Chosen, onBegun: () => void) {
  return useAction<BulkChange, BulkEditView>({
    run: (change) =>
      http.post<BulkEditView>(withQuery("/api/leads/bulk", chosen.ids === null ? { ...chosen.query } : {}), {
        change,
        leadIds: chosen.ids === null ? null : [...chosen.ids],
        count: chosen.count,
      }),
    changes: [["bulk-edits"]],
    done: onBegun,
    quiet: true,
  });
}
