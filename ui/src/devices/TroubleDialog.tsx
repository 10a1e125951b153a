import { useState } from "react";
import type { SimulatedPhone } from "../api.gen";
import { Button, Dialog, NumberInput, RadioGroup, useAction } from "../design";
import { http } from "../http";
import { useText } from "../text";

const TROUBLES = ["restrict", "ban", "replace", "outdate", "refuse", "lift"] as const;
type Trouble = (typeof TROUBLES)[number];

const TIMED: ReadonlySet<Trouble> = new Set(["restrict", "ban"]);

/** Lets happen to a pretend phone what WhatsApp may do to a real one. */
export function TroubleDialog({ phone, path, onClose }: { phone: SimulatedPhone; path: string; onClose: () => void }) {
  const { t } = useText();
  const [trouble, setTrouble] = useState<Trouble>("restrict");
  const [minutes, setMinutes] = useState<number | null>(60);
  const [count, setCount] = useState<number | null>(25);
  const act = useAction({
    run: () =>
      trouble === "refuse"
        ? http.post(`${path}/refuse`, { count })
        : http.post(`${path}/trouble`, {
            trouble,
            seconds: TIMED.has(trouble) && minutes !== null ? minutes * 60 : null,
          }),
    changes: [["devices"], ["overview"]],
    words: () => t("devices.sim.troubleDone", { name: phone.name }),
    done: onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("devices.sim.troubleTitle", { name: phone.name })}
      onSubmit={() => act.mutate()}
      actions={
        <Button type="submit" look="primary" busy={act.isPending}>
          {t("devices.sim.do")}
        </Button>
      }
    >
      <RadioGroup<Trouble>
        label={t("devices.sim.troubleWhat")}
        value={trouble}
        onChange={setTrouble}
        choices={TROUBLES.map((each) => ({
          value: each,
          label: t(`devices.sim.${each}`),
          hint: t(`devices.sim.${each}Hint`),
        }))}
      />
      {TIMED.has(trouble) && (
        <NumberInput
          label={t("devices.sim.minutes")}
          unit={t("devices.sim.minutesUnit")}
          min={1}
          value={minutes}
          onChange={setMinutes}
        />
      )}
      {trouble === "refuse" && (
        <NumberInput
          label={t("devices.sim.count")}
          unit={t("devices.sim.countUnit")}
          min={1}
          max={1000}
          value={count}
          onChange={setCount}
        />
      )}
    </Dialog>
  );
}
