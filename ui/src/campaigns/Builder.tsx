import { Copy, Trash2 } from "lucide-react";
import { useLocation, useSearchParams } from "wouter";
import type { CampaignView } from "../api.gen";
import { Button, Notice, Stepper } from "../design";
import { Page, useMay } from "../shell";
import { problemWords, useText } from "../text";
import { fromWallText, useTimes } from "../time";
import { AudienceStep } from "./AudienceStep";
import styles from "./Builder.module.css";
import { useCampaignActions } from "./CampaignActions";
import { MessageStep } from "./MessageStep";
import { nextFullHour, PaceStep } from "./PaceStep";
import { usePreview } from "./queries";
import { ReviewStep } from "./ReviewStep";
import { type Draft, newCampaign, type SaveState, useDraft } from "./useDraft";

const STEPS = ["audience", "message", "pace", "review"] as const;
type StepName = (typeof STEPS)[number];

/** At nine on a day such as "2026-12-05", or at the next full hour when that has passed; null for no day at all. */
function startOn(day: string | null, zone: string): string | null {
  const nine = day === null ? null : fromWallText(`${day}T09:00`, zone);
  const now = new Date();
  return nine === null || Date.parse(nine) > now.getTime() ? nine : nextFullHour(now);
}

/** A draft in four steps, each open at any time; it saves itself. */
export function Builder({
  campaign,
  onCreated,
}: {
  campaign: CampaignView | null;
  onCreated: (view: CampaignView) => void;
}) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const may = useMay();
  const [, go] = useLocation();
  const [params, setParams] = useSearchParams();
  const asked = params.get("step");
  const step = STEPS.find((each) => each === asked) ?? "audience";
  const now = new Date().toISOString();
  const firstName = t("campaigns.firstName", { time: times.full(now), day: times.date(now) });
  const draft = useDraft(campaign, newCampaign(firstName, startOn(params.get("day"), times.zone)), onCreated);
  const preview = usePreview(draft.input);
  const actions = useCampaignActions(campaign);
  const show = (next: StepName) => {
    setParams((old) => {
      const fresh = new URLSearchParams(old);
      fresh.set("step", next);
      return fresh;
    });
    window.scrollTo(0, 0);
  };
  const at = STEPS.indexOf(step);
  const before = STEPS[at - 1];
  const after = STEPS[at + 1];
  const stepFacts = { draft, preview, disabled: !may("campaign:edit") };
  return (
    <Page
      title={draft.input.name.trim() === "" ? t("campaigns.untitled") : draft.input.name}
      heading={<bdi>{draft.input.name.trim() === "" ? t("campaigns.untitled") : draft.input.name}</bdi>}
      subtitle={<SaveWords state={draft.state} />}
      backTo={{ href: "/campaigns", label: t("shell.campaigns") }}
      actions={
        campaign !== null && (
          <>
            <Button icon={<Copy size={17} />} onClick={actions.clone}>
              {t("campaigns.clone")}
            </Button>
            <Button icon={<Trash2 size={17} />} onClick={() => actions.ask("delete")}>
              {t("campaigns.delete")}
            </Button>
          </>
        )
      }
    >
      {actions.dialogs}
      <Stepper
        label={t("campaigns.steps")}
        current={step}
        steps={STEPS.map((id) => ({ id, label: t(`campaigns.step.${id}`) }))}
        onGo={(id) => show(id as StepName)}
      />
      <Trouble draft={draft} />
      <div className={styles.step}>
        {step === "audience" && <AudienceStep {...stepFacts} />}
        {step === "message" && <MessageStep {...stepFacts} />}
        {step === "pace" && <PaceStep {...stepFacts} />}
        {step === "review" && <ReviewStep {...stepFacts} onShow={show} />}
      </div>
      {step !== "review" && (
        <div className={styles.actions}>
          {before === undefined ? (
            <Button onClick={() => go("/campaigns")}>{t("shell.close")}</Button>
          ) : (
            <Button onClick={() => show(before)}>{t("shell.back")}</Button>
          )}
          {after !== undefined && (
            <Button look="primary" onClick={() => show(after)}>
              {t("campaigns.nextStep", { step: t(`campaigns.step.${after}`) })}
            </Button>
          )}
        </div>
      )}
    </Page>
  );
}

function SaveWords({ state }: { state: SaveState }) {
  const { t } = useText();
  return (
    <span role="status" aria-live="polite">
      {t(`campaigns.save.${state.kind}`)}
    </span>
  );
}

/** The draft could not be saved, or somebody else saved it first. */
function Trouble({ draft }: { draft: Draft }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const { state } = draft;
  if (state.kind === "failed")
    return (
      <Notice
        tone="stop"
        title={t("campaigns.notSaved")}
        action={
          <Button size="small" onClick={() => void draft.flush()}>
            {t("shell.retry")}
          </Button>
        }
      >
        {problemWords(text, state.error)}
      </Notice>
    );
  if (state.kind !== "conflict") return null;
  return (
    <Notice
      tone="wait"
      title={t(state.by === null ? "campaigns.conflict.someone" : "campaigns.conflict.by", {
        name: state.by ?? "",
        time: times.full(state.at),
      })}
      action={
        <span className={styles.choices}>
          <Button size="small" onClick={() => void draft.reload()}>
            {t("campaigns.conflict.reload")}
          </Button>
          <Button size="small" onClick={() => void draft.overwrite()}>
            {t("campaigns.conflict.overwrite")}
          </Button>
        </span>
      }
    >
      {t("campaigns.conflict.hint")}
    </Notice>
  );
}
