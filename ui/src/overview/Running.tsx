import { Link } from "wouter";
import type { CampaignRow } from "../api.gen";
import { groupSegments } from "../campaigns/figures";
import { StackedBar } from "../design";
import { useText } from "../text";
import styles from "./Overview.module.css";

/** Campaigns on their way, each as one bar whose parts add up to its recipients. */
export function Running({ campaigns }: { campaigns: readonly CampaignRow[] }) {
  const text = useText();
  const { t } = text;
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
          <StackedBar label={campaign.name} asTable={false} segments={groupSegments(text, campaign.groups)} />
        </li>
      ))}
    </ul>
  );
}
