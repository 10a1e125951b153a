import type { DeviceView, LinkingView } from "../../api.gen";
import { Button, Facts, Notice } from "../../design";
import { useText } from "../../text";
import styles from "./Link.module.css";

interface FailedProps {
  view: LinkingView;
  busy: boolean;
  onAgain: (() => void) | undefined;
  onChoose: (method: LinkingView["method"]) => void;
}

/** Why it came to nothing, and the next try. */
export function Failed({ view, busy, onAgain, onChoose }: FailedProps) {
  const text = useText();
  const { t } = text;
  const code = view.failure ?? "fault";
  const again = code === "qr_timeout" ? t("devices.link.renew") : t("devices.link.again");
  const byCode = code === "passkey_needed" && view.method === "qr";
  return (
    <>
      <Notice tone="stop" title={t("devices.link.failed")}>
        {text.maybe(`devices.failure.${code}`) ?? t("devices.failure.other", { code })}
      </Notice>
      <div className={styles.row}>
        {byCode && (
          <Button look="primary" onClick={() => onChoose("code")}>
            {t("devices.link.codeInstead")}
          </Button>
        )}
        {onAgain === undefined ? (
          <Button look="primary" onClick={() => onChoose(view.method)}>
            {again}
          </Button>
        ) : (
          <Button look={byCode ? "plain" : "primary"} busy={busy} onClick={onAgain}>
            {again}
          </Button>
        )}
        {!byCode && (
          <Button onClick={() => onChoose(view.method === "qr" ? "code" : "qr")}>{t("devices.link.otherWay")}</Button>
        )}
      </div>
    </>
  );
}

/** The number is here. */
export function LinkedNow({ device }: { device: DeviceView }) {
  const { t } = useText();
  const known: [string, string | null][] = [
    [t("devices.link.linkedPhone"), device.phone],
    [t("devices.link.linkedName"), device.pushName],
    [t("devices.link.linkedLid"), device.lid],
  ];
  return (
    <>
      <Notice tone="good" title={t("devices.link.linked", { name: device.name })}>
        <span role="status">{t("devices.link.linkedHint")}</span>
      </Notice>
      <Facts
        items={known.flatMap(([label, value]) => (value === null ? [] : [[label, <bdi key={label}>{value}</bdi>]]))}
      />
    </>
  );
}
