import type { LinkingView } from "../../api.gen";
import { useText } from "../../text";
import { useNow } from "../../time";
import styles from "./Link.module.css";

/** Letters to be typed or compared, large and in two groups. */
export function Letters({ label, code }: { label: string; code: string }) {
  return (
    <output className={styles.letters} aria-label={label}>
      {spaced(code)}
    </output>
  );
}

/** How long what is shown can be used. */
export function Countdown({ view }: { view: LinkingView }) {
  const { t } = useText();
  const now = useNow(1000);
  if (view.expiresAt === null) return null;
  const seconds = Math.max(0, Math.ceil((Date.parse(view.expiresAt) - now.getTime()) / 1000));
  const words =
    view.step === "qr"
      ? seconds === 0
        ? t("devices.link.renewing")
        : t("devices.link.newIn", { seconds })
      : view.step === "code"
        ? t("devices.link.codeLasts", { seconds })
        : t("devices.passkey.timeLeft", { seconds });
  return <p className={styles.countdown}>{words}</p>;
}

/** "ABCD1234" as "ABCD-1234". */
export function spaced(code: string): string {
  return code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}
