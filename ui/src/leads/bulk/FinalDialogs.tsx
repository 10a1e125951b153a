import { useState } from "react";
import { Button, Dialog, Notice, RadioGroup, TextInput } from "../../design";
import { problemWords, useText } from "../../text";
import type { Chosen } from "./Bulk";
import { NOTHING, useBegin } from "./begin";

interface Props {
  chosen: Chosen;
  onClose: () => void;
  onBegun: () => void;
}

/** From so many on, a click is not enough to delete them. */
const TYPED_FROM = 10;

/** Never write to these people again; says why, and that nobody takes it back for all of them. */
export function SuppressDialog({ chosen, onClose, onBegun }: Props) {
  const text = useText();
  const { t } = text;
  const begin = useBegin(chosen, onBegun);
  const [reason, setReason] = useState<"opted_out" | "by_hand">("opted_out");
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("leads.bulk.suppressTitle", { count: chosen.count })}
      description={t("leads.bulk.suppressHint")}
      onSubmit={() => begin.mutate({ ...NOTHING, verb: "suppress", reason })}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.keep")}</Button>
          <Button look="stop" type="submit" busy={begin.isPending}>
            {t("leads.bulk.suppressConfirm", { count: chosen.count })}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={t("leads.bulk.reason")}
        value={reason}
        onChange={setReason}
        choices={[
          { value: "opted_out", label: t("leads.bulk.reason.opted_out") },
          { value: "by_hand", label: t("leads.bulk.reason.by_hand") },
        ]}
      />
      {begin.error !== null && <Notice tone="stop">{problemWords(text, begin.error)}</Notice>}
    </Dialog>
  );
}

/** Deletes them for good. Many are deleted only when their number is typed. */
export function DeleteDialog({ chosen, onClose, onBegun }: Props) {
  const text = useText();
  const { t } = text;
  const begin = useBegin(chosen, onBegun);
  const [typed, setTyped] = useState("");
  const isTyped = chosen.count < TYPED_FROM || typed.replace(/\D/g, "") === String(chosen.count);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("leads.bulk.deleteTitle", { count: chosen.count })}
      description={t("leads.bulk.deleteHint")}
      onSubmit={() => isTyped && begin.mutate({ ...NOTHING, verb: "delete" })}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.keep")}</Button>
          <Button look="stop" type="submit" busy={begin.isPending} disabled={!isTyped}>
            {t("leads.bulk.deleteConfirm", { count: chosen.count })}
          </Button>
        </>
      }
    >
      {chosen.count >= TYPED_FROM && (
        <TextInput
          label={t("leads.bulk.typeNumber", { count: chosen.count })}
          value={typed}
          onChange={setTyped}
          inputMode="numeric"
          autoComplete="off"
        />
      )}
      {begin.error !== null && <Notice tone="stop">{problemWords(text, begin.error)}</Notice>}
    </Dialog>
  );
}
