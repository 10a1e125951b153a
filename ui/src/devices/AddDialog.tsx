import { useState } from "react";
import type { DeviceView } from "../api.gen";
import { Button, Dialog, ErrorState, Notice, RadioGroup, Skeleton, TextInput, useAction } from "../design";
import { http } from "../http";
import { useMe } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { useTransports } from "./queries";
import { kindWords, reasonWords } from "./words";

/** Makes a slot for one number; linking follows at once. */
export function AddDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (device: DeviceView) => void }) {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const transports = useTransports();
  // A workspace without simulated numbers is not asked about them.
  const offered = (transports.data?.items ?? []).filter((each) => each.name !== "simulated" || me.simulatedOn);
  const usable = offered.filter((each) => each.available);
  // Of several kinds none is taken for granted: one reaches real people, the other nobody.
  const kind = chosen ?? (usable.length === 1 ? usable[0]?.name : undefined) ?? "";
  const add = useAction({
    run: () => http.post<DeviceView>("/api/devices", { name, transport: kind }),
    done: onAdded,
    changes: [["devices"], ["overview"]],
    quiet: true,
  });
  const wrongName = fieldWords(text, add.error, "name");
  const wrongKind = fieldWords(text, add.error, "transport");
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("devices.addTitle")}
      description={t("devices.addHint")}
      onSubmit={() => add.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={add.isPending} disabled={kind === ""}>
            {t("devices.addAndLink")}
          </Button>
        </>
      }
    >
      <TextInput
        label={t("devices.name")}
        hint={t("devices.nameHint")}
        error={wrongName}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus
        required
        dir="auto"
      />
      {transports.isPending ? (
        <Skeleton lines={2} />
      ) : transports.isError ? (
        <ErrorState error={transports.error} retry={() => void transports.refetch()} />
      ) : (
        <RadioGroup
          label={t("devices.kind")}
          value={kind}
          onChange={setChosen}
          error={wrongKind}
          choices={offered.map((transport) => ({
            value: transport.name,
            label: kindWords(text, transport.name),
            hint: transport.available
              ? (text.maybe(`devices.kind.${transport.name}Hint`) ?? undefined)
              : t("devices.kind.unavailable", { reason: reasonWords(text, transport.reason) }),
            disabled: !transport.available,
          }))}
        />
      )}
      {transports.isSuccess && usable.length === 0 && <Notice tone="wait">{t("devices.kind.none")}</Notice>}
      {add.error !== null && wrongName === undefined && wrongKind === undefined && (
        <Notice tone="stop">{problemWords(text, add.error)}</Notice>
      )}
    </Dialog>
  );
}
