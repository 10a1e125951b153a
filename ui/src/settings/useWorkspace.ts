import { useState } from "react";
import type { Me, WorkspaceSettings, WorkspaceView } from "../api.gen";
import { useAction } from "../design";
import { http } from "../http";
import { useMay, useMe, useSession } from "../shell";
import { fieldWords, useText } from "../text";

/** A form over some settings of the workspace: the draft, whether it differs, and how to save it. */
export function useWorkspaceForm<Name extends keyof WorkspaceSettings>(names: readonly Name[]) {
  const text = useText();
  const me = useMe();
  const may = useMay();
  const { accept } = useSession();
  const [changes, setChanges] = useState<Partial<Pick<WorkspaceSettings, Name>>>({});
  const draft = { ...me.workspace, ...changes } as WorkspaceView;
  const dirty = names.some((name) => draft[name] !== me.workspace[name]);
  const save = useAction({
    run: () => http.patch<WorkspaceView>("/api/workspace", changes),
    done: (workspace) => {
      const next: Me = { ...me, workspace, simulatedOn: workspace.simulatedOn };
      accept(next);
      setChanges({});
    },
    words: () => text.t("shell.saved"),
    changes: [["me"], ["transports"], ["keeping"]],
    quiet: true,
  });
  return {
    draft,
    dirty,
    save,
    mayEdit: may("workspace:edit"),
    set: (facts: Partial<Pick<WorkspaceSettings, Name>>) => setChanges((old) => ({ ...old, ...facts })),
    reset: () => setChanges({}),
    wrong: (name: Name) => fieldWords(text, save.error, name),
  };
}
