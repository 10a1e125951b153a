import { useState } from "react";
import type { CampaignView } from "../api.gen";
import { Button, Dialog, NumberInput, useAction } from "../design";
import { http } from "../http";
import { useMe } from "../shell";
import { fieldWords, useText } from "../text";
import styles from "./CampaignPage.module.css";

/** Another pause between two messages, while the campaign is under way. */
export function PaceDialog({
  campaign,
  onClose,
  onDone,
}: {
  campaign: CampaignView;
  onClose: () => void;
  onDone: (view: CampaignView) => void;
}) {
  const text = useText();
  const { t } = text;
  const { workspace } = useMe();
  const [min, setMin] = useState<number | null>(campaign.gapMinS ?? workspace.gapMinS);
  const [max, setMax] = useState<number | null>(campaign.gapMaxS ?? workspace.gapMaxS);
  const save = useAction({
    run: () =>
      http.post<CampaignView>(`/api/campaigns/${campaign.id}/pace`, { gapMinS: min ?? 0, gapMaxS: max ?? min ?? 0 }),
    done: (view) => {
      onDone(view);
      onClose();
    },
    words: () => t("campaigns.done.repace"),
    quiet: true,
  });
  const wrong = (field: string) => fieldWords(text, save.error, field);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("campaigns.repace.title", { name: campaign.name })}
      description={t("campaigns.repace.hint")}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            {t("campaigns.repace.save")}
          </Button>
        </>
      }
    >
      <div className={styles.pair}>
        <NumberInput
          label={t("campaigns.pace.min")}
          unit={t("campaigns.pace.seconds")}
          min={0}
          value={min}
          onChange={setMin}
          error={wrong("gapMinS")}
        />
        <NumberInput
          label={t("campaigns.pace.max")}
          unit={t("campaigns.pace.seconds")}
          min={0}
          value={max}
          onChange={setMax}
          error={wrong("gapMaxS")}
        />
      </div>
    </Dialog>
  );
}
