import type { DeviceView, LinkingView } from "../../api.gen";
import { CopyButton, CopyField } from "../../design";
import { useText } from "../../text";
import { Countdown, Letters, spaced } from "./Letters";
import styles from "./Link.module.css";
import { ComparedCode, PasskeyAsked } from "./Passkey";
import { SimulatedScan } from "./SimulatedScan";

interface ShowingProps {
  device: DeviceView;
  view: LinkingView;
  phone: string | null;
  onCode: () => void;
  cancelling: boolean;
}

/** What the phone's owner needs to see now, with what to do on the phone. */
export function Showing({ device, view, phone, onCode, cancelling }: ShowingProps) {
  const { t } = useText();
  if (view.step === "passkey" && view.shown !== null) {
    return <PasskeyAsked view={view} request={view.shown} onCode={onCode} cancelling={cancelling} />;
  }
  if (view.step === "passkey_code" && view.shown !== null) return <ComparedCode view={view} code={view.shown} />;
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
          <>
            <Letters label={t("devices.link.code")} code={view.shown} />
            <CopyButton value={spaced(view.shown)} label={t("devices.link.copyCode")} />
          </>
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
          {!byQr && <p className={styles.note}>{t("devices.link.codeStepNotice")}</p>}
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

/** A short mark of the shown text, so that the browser fetches each new picture once. */
function fingerprint(shown: string): string {
  let hash = 5381;
  for (let index = 0; index < shown.length; index++) hash = (hash * 33 + shown.charCodeAt(index)) >>> 0;
  return hash.toString(36);
}
