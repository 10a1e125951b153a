import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SecondStepView } from "../api.gen";
import { Button, ErrorState, Panel, Skeleton, StatusPill, Switch, useAction } from "../design";
import { http } from "../http";
import { useMe } from "../shell";
import { problemWords, useText } from "../text";
import { EnrolDialog, NewCodesDialog, OffDialog } from "./SecondStepDialogs";
import styles from "./Settings.module.css";
import { useWorkspaceForm } from "./useWorkspace";

/** The code after the password: on or off, and for owners whether others must have it. */
export function SecondStepPanel() {
  const { t } = useText();
  const me = useMe();
  const [open, setOpen] = useState<"enrol" | "off" | "codes" | null>(null);
  const step = useQuery({
    queryKey: ["second-step"],
    queryFn: ({ signal }) => http.get<SecondStepView>("/api/me/second-step", { signal }),
  });
  const close = () => setOpen(null);
  return (
    <Panel id="second-step" title={t("security.step")}>
      <p className={styles.hint}>{t("security.stepHint")}</p>
      {step.isPending ? (
        <Skeleton lines={2} />
      ) : step.isError ? (
        <ErrorState error={step.error} retry={() => void step.refetch()} />
      ) : step.data.on ? (
        <>
          <p>
            <StatusPill tone="good">{t("security.stepOn")}</StatusPill>{" "}
            {t("security.codesLeft", { count: step.data.recoveryCodesLeft })}
          </p>
          <div className={styles.save}>
            <Button onClick={() => setOpen("codes")}>{t("security.stepNewCodes")}</Button>
            <Button onClick={() => setOpen("off")}>{t("security.stepSwitchOff")}</Button>
          </div>
        </>
      ) : (
        <>
          <p>
            <StatusPill tone="idle">{t("security.stepOff")}</StatusPill>{" "}
            {step.data.required && t("security.stepRequired")}
          </p>
          <div className={styles.save}>
            <Button look="primary" onClick={() => setOpen("enrol")}>
              {t("security.stepSetUp")}
            </Button>
          </div>
        </>
      )}
      {me.user.role === "owner" && <Requirement />}
      {open === "enrol" && <EnrolDialog onClose={close} />}
      {open === "codes" && <NewCodesDialog onClose={close} />}
      {open === "off" && <OffDialog onClose={close} />}
    </Panel>
  );
}

function Requirement() {
  const text = useText();
  const me = useMe();
  const form = useWorkspaceForm(["secondStepRequired"]);
  const save = useAction({
    run: (secondStepRequired: boolean) => http.patch("/api/workspace", { secondStepRequired }),
    changes: [["me"], ["second-step"]],
    words: () => text.t("shell.saved"),
    quiet: true,
  });
  return (
    <>
      <Switch
        label={text.t("security.required")}
        hint={text.t("security.requiredHint")}
        checked={me.workspace.secondStepRequired}
        onChange={(on) => save.mutate(on)}
        disabled={!form.mayEdit || save.isPending}
      />
      {save.error !== null && <p role="alert">{problemWords(text, save.error)}</p>}
    </>
  );
}
