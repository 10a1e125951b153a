import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DeviceView, LinkingView } from "../api.gen";
import { Button, CopyField, Dialog, ErrorState, Notice, RadioGroup, Skeleton, TextInput, useAction } from "../design";
import { http } from "../http";
import { useLiveState } from "../live";
import { fieldWords, problemWords, useText } from "../text";
import { useNow } from "../time";
import styles from "./LinkDialog.module.css";
import { useDevice, useLinking } from "./queries";
import { NEW_PHONE, readyPhone, SimulatedPhoneSelect, SimulatedScan, useMaySimulate } from "./SimulatedScan";
import { useClose } from "./useClose";

// A fresh slot has no linking to ask for.
const NEVER_LINKED = "created";

type Method = LinkingView["method"];

const SHOWING = new Set<LinkingView["step"]>(["requested", "qr", "code", "passkey"]);

/** From a slot to a linked phone: choose how, show the live code, say what came of it. */
export function LinkDialog({ id }: { id: string }) {
  const { t } = useText();
  const queries = useQueryClient();
  const close = useClose();
  const isLive = useLiveState() === "live";
  const device = useDevice(id);
  const [choosing, setChoosing] = useState(false);
  const [mine, setMine] = useState(false);
  const [phone, setPhone] = useState<string | null>(null);
  const linking = useLinking(
    id,
    mine || (device.data !== undefined && device.data.cause !== NEVER_LINKED),
    isLive ? false : 2000,
  );
  const cancel = useAction({
    run: () => http.delete(`/api/devices/${id}/link`),
    done: () => {
      setChoosing(true);
      setMine(false);
    },
    changes: [["linking", id], ["device", id], ["devices"]],
  });
  const ask = useAction({
    run: async (wish: Wish) => {
      const number = wish.phone === undefined ? null : await readyPhone(wish.phone, device.data?.name ?? "");
      setPhone(number);
      return http.post<LinkingView>(
        `/api/devices/${id}/link`,
        number === null ? { method: wish.method } : { method: wish.method, phone: number },
      );
    },
    done: (view) => {
      setChoosing(false);
      setMine(true);
      queries.setQueryData(["linking", id], view);
      void queries.invalidateQueries({ queryKey: ["device", id] });
      void queries.invalidateQueries({ queryKey: ["devices"] });
    },
    quiet: true,
  });

  const name = device.data?.name ?? "";
  const title = t("devices.link.title", { name });
  if (device.isPending || (linking.isPending && linking.isFetching)) {
    return (
      <Dialog open onClose={close} title={title}>
        <Skeleton lines={4} />
      </Dialog>
    );
  }
  if (device.data === undefined) {
    return (
      <Dialog open onClose={close} title={title}>
        <ErrorState error={device.error} retry={() => void device.refetch()} />
      </Dialog>
    );
  }
  const view = linking.data ?? null;
  const stage = stageOf(device.data, view, { choosing, mine });
  return (
    <Dialog
      open
      wide={stage === "showing"}
      onClose={close}
      title={title}
      actions={
        stage === "showing" ? (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("devices.link.cancel")}
          </Button>
        ) : stage === "linked" ? (
          <Button look="primary" onClick={close}>
            {t("devices.link.done")}
          </Button>
        ) : undefined
      }
    >
      {stage === "choosing" && (
        <Choose device={device.data} busy={ask.isPending} error={ask.error} onAsk={(wish) => ask.mutate(wish)} />
      )}
      {stage === "showing" && view !== null && <Showing device={device.data} view={view} phone={phone} />}
      {stage === "failed" && view !== null && (
        <Failed
          view={view}
          busy={ask.isPending}
          onAgain={view.method === "qr" ? () => ask.mutate({ method: "qr" }) : undefined}
          onOther={() => setChoosing(true)}
        />
      )}
      {stage === "linked" && <LinkedNow device={device.data} />}
    </Dialog>
  );

  function stageOf(slot: DeviceView, shown: LinkingView | null, here: { choosing: boolean; mine: boolean }) {
    if (here.choosing || shown === null) return "choosing";
    if (SHOWING.has(shown.step)) return slot.state === "linking" || here.mine ? "showing" : "choosing";
    // The end of an earlier linking is history; the end of this one is news.
    if (!here.mine)
      return shown.step === "linked" && slot.phone !== null && slot.state !== "logged_out" ? "linked" : "choosing";
    return shown.step === "linked" ? "linked" : "failed";
  }
}

interface Wish {
  method: Method;
  phone?: string;
}

interface ChooseProps {
  device: DeviceView;
  busy: boolean;
  error: unknown;
  onAsk: (wish: Wish) => void;
}

function Choose({ device, busy, error, onAsk }: ChooseProps) {
  const text = useText();
  const { t } = text;
  const simulated = useMaySimulate() && device.transport === "simulated";
  const [method, setMethod] = useState<Method>("qr");
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
          { value: "code", label: t("devices.link.byCode"), hint: t("devices.link.byCodeHint") },
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
      {device.transport === "simulated" ? (
        <Notice tone="info">{t("devices.link.riskSimulated")}</Notice>
      ) : (
        <Notice tone="wait" title={t("devices.link.riskTitle")}>
          {t("devices.link.risk")}
        </Notice>
      )}
      {error !== null && wrongPhone === undefined && <Notice tone="stop">{problemWords(text, error)}</Notice>}
      <Button type="submit" look="primary" busy={busy} wide>
        {method === "qr" ? t("devices.link.showQr") : t("devices.link.getCode")}
      </Button>
    </form>
  );
}

function Showing({ device, view, phone }: { device: DeviceView; view: LinkingView; phone: string | null }) {
  const { t } = useText();
  const byQr = view.method === "qr";
  return (
    <div className={styles.showing}>
      <div className={styles.code}>
        {view.step === "requested" && (
          <div className={styles.waiting} role="status">
            <span className={styles.spin} aria-hidden="true" />
            {t("devices.link.asking")}
          </div>
        )}
        {view.step === "qr" && view.shown !== null && (
          <img
            className={styles.qr}
            src={`/api/devices/${device.id}/link/qr.svg?v=${fingerprint(view.shown)}`}
            alt={t("devices.link.qrAlt", { name: device.name })}
            width={264}
            height={264}
          />
        )}
        {view.step === "code" && view.shown !== null && (
          <output className={styles.letters} aria-label={t("devices.link.code")}>
            {spaced(view.shown)}
          </output>
        )}
        {view.step === "passkey" && view.shown !== null && (
          <p>
            {t("devices.link.passkey")} <a href={view.shown}>{view.shown}</a>
          </p>
        )}
        <Countdown view={view} />
      </div>
      <div className={styles.side}>
        {device.transport === "simulated" && view.shown !== null && (
          <SimulatedScan device={device} view={view} phone={phone} />
        )}
        <section aria-label={t("devices.link.steps")}>
          <h3 className={styles.stepsTitle}>{t("devices.link.steps")}</h3>
          <ol className={styles.steps}>
            <li>{t("devices.link.step1")}</li>
            <li>{t("devices.link.step2")}</li>
            <li>{byQr ? t("devices.link.step3qr") : t("devices.link.step3code")}</li>
          </ol>
        </section>
        {view.step === "qr" && view.shown !== null && (
          <details className={styles.elsewhere}>
            <summary>{t("devices.link.elsewhere")}</summary>
            <CopyField label={t("devices.link.asText")} value={view.shown} />
            <a href={`/api/devices/${device.id}/link/qr.png`} target="_blank" rel="noreferrer">
              {t("devices.link.asPicture")}
            </a>
          </details>
        )}
      </div>
    </div>
  );
}

function Countdown({ view }: { view: LinkingView }) {
  const { t } = useText();
  const now = useNow(1000);
  if (view.expiresAt === null || (view.step !== "qr" && view.step !== "code")) return null;
  const seconds = Math.max(0, Math.ceil((Date.parse(view.expiresAt) - now.getTime()) / 1000));
  if (seconds === 0) return <p className={styles.countdown}>{t("devices.link.renewing")}</p>;
  return (
    <p className={styles.countdown}>
      {view.step === "qr" ? t("devices.link.newIn", { seconds }) : t("devices.link.codeLasts", { seconds })}
    </p>
  );
}

function Failed(props: { view: LinkingView; busy: boolean; onAgain: (() => void) | undefined; onOther: () => void }) {
  const text = useText();
  const { t } = text;
  const code = props.view.failure ?? "fault";
  return (
    <>
      <Notice tone="stop" title={t("devices.link.failed")}>
        {text.maybe(`devices.failure.${code}`) ?? t("devices.failure.other", { code })}
      </Notice>
      <div className={styles.row}>
        {props.onAgain !== undefined && (
          <Button look="primary" busy={props.busy} onClick={props.onAgain}>
            {t("devices.link.again")}
          </Button>
        )}
        <Button onClick={props.onOther}>
          {props.onAgain === undefined ? t("devices.link.again") : t("devices.link.otherWay")}
        </Button>
      </div>
    </>
  );
}

function LinkedNow({ device }: { device: DeviceView }) {
  const { t } = useText();
  return (
    <Notice tone="good" title={t("devices.link.linked", { name: device.name })}>
      <span role="status">
        {device.phone === null
          ? t("devices.link.linkedNoPhone")
          : t("devices.link.linkedHint", { phone: device.phone })}
      </span>
    </Notice>
  );
}

/** "ABCD1234" as "ABCD-1234". */
function spaced(code: string): string {
  return code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** A short mark of the shown text, so that the browser fetches each new picture once. */
function fingerprint(shown: string): string {
  let hash = 5381;
  for (let index = 0; index < shown.length; index++) hash = (hash * 33 + shown.charCodeAt(index)) >>> 0;
  return hash.toString(36);
}
