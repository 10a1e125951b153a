import { useText } from "../../text";
import { lazily } from "../parts/lazily";
import { useThread } from "../thread/context";
import styles from "./Notices.module.css";

const HandNotice = lazily<{ deviceId: string }>(() => import("../../stops/HandNotice"), undefined, ["stops"]);

const QUIET = new Set(["online", "connecting"]);

/** What a writer should know before writing: the number is not connected, or the person wants no campaigns. */
export function Notices() {
  const { t } = useText();
  const { chat, can } = useThread();
  const { device } = can;
  const isAway = device !== undefined && !QUIET.has(device.state);
  return (
    <>
      <HandNotice deviceId={chat.deviceId} />
      {isAway && <p className={styles.notice}>{t("inbox.deviceAway", { name: device.name })}</p>}
      {chat.suppressed && <p className={styles.notice}>{t("inbox.suppressed")}</p>}
    </>
  );
}
