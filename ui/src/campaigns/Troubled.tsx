import type { CampaignView } from "../api.gen";
import { Notice } from "../design";
import { useText } from "../text";
import { reasonWords } from "./words";

const BY_ITSELF = ["error_rate", "opt_out_rate", "devices_restricted"] as const;

/** Why a campaign paused by itself, or null when it did not. */
export function troubleOf(campaign: CampaignView | null): (typeof BY_ITSELF)[number] | null {
  if (campaign?.state !== "paused") return null;
  return BY_ITSELF.find((each) => each === campaign.stateReason) ?? null;
}

/** The figures that made it pause, and what to do about it. */
export function Troubled({ campaign }: { campaign: CampaignView }) {
  const text = useText();
  const { t } = text;
  const reason = troubleOf(campaign);
  if (reason === null) return null;
  const {
    failed = 0,
    unknown = 0,
    settled = 0,
    limit = 0,
    optedOut = 0,
    restricted = 0,
    devices = 0,
  } = campaign.stateFacts;
  const figures = { failed, unknown, settled, limit, optedOut, restricted, devices };
  return (
    <Notice
      tone="stop"
      title={text.maybe(`overview.campaign.${reason}`, { name: campaign.name }) ?? reasonWords(text, reason)}
    >
      <p>{t(`campaigns.trouble.${reason}`, figures)}</p>
      <p>{t(`campaigns.trouble.${reason}Todo`)}</p>
      {reason !== "devices_restricted" && <p>{t("campaigns.trouble.limits")}</p>}
    </Notice>
  );
}
