import { useState } from "react";
import type { CampaignRow, CampaignView } from "../api.gen";
import { useCampaigns } from "../campaigns/queries";
import { CampaignStatePill } from "../campaigns/words";
import { Button, ConfirmDialog, useAction } from "../design";
import { http } from "../http";
import { useText } from "../text";
import { Places, When } from "../time";
import { Held, Open } from "./Held";
import styles from "./Held.module.css";

const CHANGES = [["restored"], ["campaigns"], ["overview"]];

/** Campaigns that ran or were to begin when the backup was made. */
export function Campaigns({ count }: { count: number }) {
  const { t } = useText();
  const list = useCampaigns({ reason: "restored" });
  return (
    <Held
      id="campaigns"
      title={t("restored.campaigns")}
      count={count}
      hint={t("restored.campaignsHint")}
      none={t("restored.campaignsNone")}
      list={list}
      row={(campaign) => <Campaign campaign={campaign} />}
    />
  );
}

function Campaign({ campaign }: { campaign: CampaignRow }) {
  const { t } = useText();
  const { id, name } = campaign;
  const { waiting, unknown } = campaign.groups;
  const [asked, setAsked] = useState<"resume" | "cancel" | null>(null);
  const decide = useAction<"resume" | "cancel", CampaignView>({
    run: (verb) => http.post<CampaignView>(`/api/campaigns/${id}/${verb}`),
    changes: CHANGES,
    quiet: true,
  });
  const close = () => setAsked(null);
  return (
    <>
      <div className={styles.words}>
        <span className={styles.head}>
          <strong>
            <bdi>{name}</bdi>
          </strong>
          <CampaignStatePill state={campaign.state} />
        </span>
        <span className={styles.faint}>
          {campaign.state === "paused" && t("restored.waiting", { count: waiting })}
          {campaign.state === "draft" && campaign.startsAt !== null && (
            <Places words={t("restored.wasFor", { time: "\u0000" })} what={<When at={campaign.startsAt} as="full" />} />
          )}
        </span>
      </div>
      <div className={styles.actions}>
        {campaign.state === "paused" && (
          <>
            <Button size="small" aria-label={`${t("campaigns.resume")}: ${name}`} onClick={() => setAsked("resume")}>
              {t("campaigns.resume")}
            </Button>
            <Button size="small" aria-label={`${t("campaigns.cancel")}: ${name}`} onClick={() => setAsked("cancel")}>
              {t("campaigns.cancel")}
            </Button>
          </>
        )}
        <Open href={`/campaigns/${id}`} label={t("restored.campaign")} of={name} />
      </div>
      <ConfirmDialog
        open={asked === "resume"}
        onClose={close}
        title={t("campaigns.resume.title", { name })}
        consequence={t("restored.resumeHint", { count: waiting })}
        confirmLabel={t("campaigns.resume")}
        look="primary"
        onConfirm={() => decide.mutateAsync("resume")}
      />
      <ConfirmDialog
        open={asked === "cancel"}
        onClose={close}
        title={t("campaigns.cancel.title", { name })}
        consequence={`${t("campaigns.cancel.waiting", { count: waiting })} ${
          unknown === 0 ? t("campaigns.cancel.noneSending") : t("campaigns.cancel.sending", { count: unknown })
        }`}
        confirmLabel={t("campaigns.cancel.confirm")}
        onConfirm={() => decide.mutateAsync("cancel")}
      />
    </>
  );
}
