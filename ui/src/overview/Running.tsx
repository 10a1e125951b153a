import { Link } from "wouter";
import type { CampaignRow } from "../api.gen";
import { StackedBar } from "../design";
import { useText } from "../text";
import styles from "./Overview.module.css";

/** Campaigns on their way, each as one bar whose parts add up to its recipients. */
export function Running({ campaigns }: { campaigns: readonly CampaignRow[] }) {
  const { t } = useText();
  if (campaigns.length === 0) return <p className={styles.none}>{t("overview.noneRunning")}</p>;
  return (
    <ul className={styles.running}>
      {campaigns.map((campaign) => (
        <li key={campaign.id} className={styles.campaign}>
          <div className={styles.campaignHead}>
            <Link href={`/campaigns/${campaign.id}`} className={styles.campaignName}>
              <bdi>{campaign.name}</bdi>
            </Link>
            <span className={styles.none}>
              {t("overview.sentOf", { sent: campaign.groups.sent, total: campaign.recipients })}
            </span>
          </div>
          <StackedBar
            label={campaign.name}
            asTable={false}
            segments={[
              { id: "sent", label: t("overview.sent"), value: campaign.groups.sent, tone: "good" },
              { id: "sending", label: t("overview.sending"), value: campaign.groups.sending, tone: "info" },
              { id: "waiting", label: t("overview.waiting"), value: campaign.groups.waiting, tone: "idle" },
              { id: "unknown", label: t("overview.unknown"), value: campaign.groups.unknown, tone: "wait" },
              { id: "failed", label: t("overview.failed"), value: campaign.groups.failed, tone: "stop" },
              { id: "notSent", label: t("overview.notSent"), value: campaign.groups.notSent, tone: "off" },
            ]}
          />
        </li>
      ))}
    </ul>
  );
}
