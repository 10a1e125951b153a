import { useText } from "../text";
import { useStops } from "./queries";
import styles from "./StopBanner.module.css";

/** What a writer should know: what is said on this number waits until somebody lets it go on. */
export default function HandNotice({ deviceId }: { deviceId: string }) {
  const { t } = useText();
  const stops = useStops();
  const holds = stops.data?.items.some(
    (stop) => stop.scope === "everything" || stop.scope === "workspace" || stop.subject === deviceId,
  );
  if (holds !== true) return null;
  return (
    <p className={styles.hand} role="status">
      {t("stops.byHand")}
    </p>
  );
}
