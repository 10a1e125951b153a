import { OctagonX } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import type { StopInput } from "../api.gen";
import { Button, cx, Dialog, RadioGroup, TextInput } from "../design";
import { useMay, useMe } from "../shell";
import { useText } from "../text";
import { useStop, useStops } from "./queries";
import styles from "./StopDoor.module.css";
import { useHold } from "./useHold";

/** Held for a second, everything of this workspace stops; pressed, it asks what shall stop and why. */
export default function StopDoor() {
  const { t } = useText();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const stop = useStop();
  const { isHeld, handlers } = useHold(
    () => stop.mutate({ scope: "workspace", subject: null, reason: "" }),
    () => setOpen(true),
  );
  if (!may("sending:stop")) return null;
  return (
    <>
      <button
        type="button"
        className={cx(styles.door, isHeld && styles.held)}
        aria-haspopup="dialog"
        aria-label={t("stops.button")}
        title={t("stops.buttonHint")}
        {...handlers}
      >
        <OctagonX size={20} aria-hidden="true" />
        <span className={styles.words}>{t("stops.stop")}</span>
      </button>
      {isOpen && <StopDialog onClose={() => setOpen(false)} />}
    </>
  );
}

type Scope = StopInput["scope"];

/** What is on the screen can be stopped alone. */
function useSubject(): { scope: Scope; subject: string } | null {
  const [location] = useLocation();
  const [, area, id] = /^\/(campaigns|devices)\/([0-9a-f-]{36})/.exec(location) ?? [];
  if (area === undefined || id === undefined) return null;
  return { scope: area === "campaigns" ? "campaign" : "device", subject: id };
}

function StopDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const { workspace } = useMe();
  const here = useSubject();
  const stops = useStops();
  const [scope, setScope] = useState<Scope>(here?.scope ?? "workspace");
  const [reason, setReason] = useState("");
  const stop = useStop(onClose);
  const scopes: Scope[] = [
    ...(here === null ? [] : [here.scope]),
    "workspace",
    ...(stops.data?.mayStopEverything === true ? (["everything"] as const) : []),
  ];
  const submit = () =>
    stop.mutate({ scope, subject: here !== null && scope === here.scope ? here.subject : null, reason });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title={t("stops.title")}
      description={t("stops.hint")}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="stop" busy={stop.isPending}>
            {t("stops.confirm")}
          </Button>
        </>
      }
    >
      <RadioGroup<Scope>
        label={t("stops.what")}
        value={scope}
        onChange={setScope}
        choices={scopes.map((each) => ({
          value: each,
          label: t(`stops.scope.${each}`, { name: workspace.name }),
          hint: t(`stops.scope.${each}Hint`),
        }))}
      />
      <TextInput
        label={t("stops.why")}
        hint={t("stops.whyHint")}
        value={reason}
        onChange={setReason}
        maxLength={300}
        autoComplete="off"
      />
    </Dialog>
  );
}
