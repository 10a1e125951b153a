import { Link } from "wouter";
import type { LeadView } from "../api.gen";
import { codeWords, OutboxStatePill } from "../campaigns/words";
import { ErrorState, Skeleton } from "../design";
import { useMay } from "../shell";
import { useText } from "../text";
import { When } from "../time";
import styles from "./LeadDrawer.module.css";
import { useLeadHistory } from "./queries";
import { ConsentPill } from "./words";

/** What a person agreed to, and which campaigns they received. */
export function LeadHistory({ lead }: { lead: LeadView }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const history = useLeadHistory(lead.id);
  if (history.isPending) return <Skeleton lines={4} />;
  if (history.isError) return <ErrorState error={history.error} retry={() => void history.refetch()} />;
  const { consents, campaigns } = history.data;
  return (
    <div className={styles.history}>
      <section aria-labelledby="lead-consents">
        <h3 id="lead-consents">{t("leads.history.consent")}</h3>
        {consents.length === 0 ? (
          <p className={styles.faint}>{t("leads.history.noConsent")}</p>
        ) : (
          <ol className={styles.entries}>
            {consents.map((entry) => (
              <li key={`${entry.recordedAt}-${entry.consent}`}>
                <ConsentPill consent={entry.consent} />
                <span>
                  <bdi>{text.maybe(`leads.source.${entry.source}`) ?? entry.source}</bdi>
                  {entry.givenAt !== null && (
                    <>
                      , <When at={entry.givenAt} as="full" />
                    </>
                  )}
                </span>
                <span className={styles.faint}>
                  {entry.recordedBy === null
                    ? t("leads.history.recorded")
                    : t("leads.history.recordedBy", { name: entry.recordedBy })}{" "}
                  <When at={entry.recordedAt} as="full" />
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section aria-labelledby="lead-campaigns">
        <h3 id="lead-campaigns">{t("leads.history.campaigns")}</h3>
        {campaigns.length === 0 ? (
          <p className={styles.faint}>{t("leads.history.noCampaigns")}</p>
        ) : (
          <ol className={styles.entries}>
            {campaigns.map((entry) => (
              <li key={`${entry.campaignId}-${entry.at}`}>
                {may("campaign:read") ? (
                  <Link href={`/campaigns/${entry.campaignId}`}>
                    <bdi>{entry.name}</bdi>
                  </Link>
                ) : (
                  <bdi>{entry.name}</bdi>
                )}
                <OutboxStatePill state={entry.state} />
                <span className={styles.faint}>
                  {entry.code !== null && `${codeWords(text, entry.code)} · `}
                  <When at={entry.at} as="full" />
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <p className={styles.faint}>
        {t("leads.history.created")} <When at={lead.createdAt} as="full" />
      </p>
    </div>
  );
}
