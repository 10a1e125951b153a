import { Megaphone } from "lucide-react";
import { useText } from "../../text";
import { useTimes } from "../../time";
import { TickMark } from "../parts/TickMark";
import type { Bubble } from "../store/conversation";
import styles from "./Foot.module.css";

/** Time, tick, and who or what sent it. */
export function Foot({ bubble }: { bubble: Bubble }) {
  const { t } = useText();
  const times = useTimes();
  const tick = bubble.local?.state === "refused" ? "failed" : bubble.tick;
  const isDeleted = bubble.deletedAt !== null;
  return (
    <span className={styles.foot} data-foot>
      {bubble.campaignId !== null && (
        <span className={styles.by}>
          <Megaphone size={13} aria-hidden="true" />
          {t("inbox.fromCampaign")}
        </span>
      )}
      {bubble.sentBy !== null && bubble.campaignId === null && <bdi className={styles.by}>{bubble.sentBy}</bdi>}
      {bubble.editedAt !== null && !isDeleted && <span>{t("inbox.edited")}</span>}
      <time dateTime={bubble.at} title={`${times.date(bubble.at)}, ${times.clockSeconds(bubble.at)} (${times.zone})`}>
        {bubble.timeDoubtful && "≈ "}
        {times.clock(bubble.at)}
      </time>
      {bubble.timeDoubtful && <span className="srOnly">{t("inbox.timeDoubtful")}</span>}
      {bubble.fromMe && tick !== null && !isDeleted && <TickMark tick={tick} />}
    </span>
  );
}
