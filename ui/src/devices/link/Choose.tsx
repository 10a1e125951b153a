import { useState } from "react";
import type { DeviceView, LinkingView } from "../../api.gen";
import { Button, Notice, RadioGroup, TextInput } from "../../design";
import { fieldWords, problemWords, useText } from "../../text";
import styles from "./Link.module.css";
import { AcceptedRisk } from "./Risk";
import { NEW_PHONE, SimulatedPhoneSelect, useMaySimulate } from "./SimulatedScan";

type Method = LinkingView["method"];

export interface Wish {
  method: Method;
  phone?: string;
}

interface ChooseProps {
  device: DeviceView;
  first: Method;
  byCode: boolean;
  acceptedAt: string | null;
  busy: boolean;
  error: unknown;
  onAsk: (wish: Wish) => void;
}

/** By QR or by code, and for which phone. */
export function Choose({ device, first, byCode, acceptedAt, busy, error, onAsk }: ChooseProps) {
  const text = useText();
  const { t } = text;
  const simulated = useMaySimulate() && device.transport === "simulated";
  const [method, setMethod] = useState<Method>(byCode ? first : "qr");
  const [phone, setPhone] = useState(device.phone ?? (simulated ? NEW_PHONE : ""));
  const wrongPhone = fieldWords(text, error, "phone");
  return (
    <form
      className={styles.choose}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(method === "qr" ? { method } : { method, phone });
      }}
    >
      <RadioGroup
        label={t("devices.link.how")}
        value={method}
        onChange={setMethod}
        choices={[
          { value: "qr", label: t("devices.link.byQr"), hint: t("devices.link.byQrHint") },
          {
            value: "code",
            label: t("devices.link.byCode"),
            hint: byCode ? t("devices.link.byCodeHint") : t("field.not_offered"),
            disabled: !byCode,
          },
        ]}
      />
      {method === "code" && simulated && (
        <SimulatedPhoneSelect
          device={device}
          label={t("devices.sim.typePhone")}
          error={wrongPhone}
          value={phone}
          onChange={setPhone}
        />
      )}
      {method === "code" && !simulated && (
        <TextInput
          label={t("devices.link.phone")}
          hint={t("devices.link.phoneHint")}
          error={wrongPhone}
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          value={phone}
          onChange={setPhone}
          required
        />
      )}
      {device.transport === "simulated" && <Notice tone="info">{t("devices.link.riskSimulated")}</Notice>}
      {error !== null && wrongPhone === undefined && <Notice tone="stop">{problemWords(text, error)}</Notice>}
      <Button type="submit" look="primary" busy={busy} wide>
        {method === "qr" ? t("devices.link.showQr") : t("devices.link.getCode")}
      </Button>
      {acceptedAt !== null && <AcceptedRisk at={acceptedAt} />}
    </form>
  );
}
