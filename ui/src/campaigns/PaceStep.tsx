import { DateTime, Notice, NumberInput, Panel, RadioGroup } from "../design";
import { useMe } from "../shell";
import { fieldWords, useText } from "../text";
import { useNow, useTimes } from "../time";
import type { StepFacts } from "./AudienceStep";
import styles from "./Builder.module.css";

const HOUR_MS = 3_600_000;

/** When it starts and how fast it goes, and what that means. */
export function PaceStep({ draft, preview }: StepFacts) {
  const text = useText();
  const { t } = text;
  const { workspace } = useMe();
  const { startsAt, gapMinS, gapMaxS } = draft.input;
  const now = useNow(30_000);
  const own = gapMinS !== null || gapMaxS !== null;
  const passed = startsAt !== null && Date.parse(startsAt) <= now.getTime();
  const error = draft.state.kind === "failed" ? draft.state.error : null;
  const backwards = gapMinS !== null && gapMaxS !== null && gapMinS > gapMaxS;
  return (
    <div className={styles.narrow}>
      <Panel title={t("campaigns.when.title")} id="campaign-when">
        <RadioGroup
          label={t("campaigns.when.label")}
          value={startsAt === null ? "now" : "later"}
          onChange={(next) => draft.change({ startsAt: next === "now" ? null : nextFullHour(now) })}
          choices={[
            { value: "now", label: t("campaigns.when.now"), hint: t("campaigns.when.nowHint") },
            { value: "later", label: t("campaigns.when.later"), hint: t("campaigns.when.laterHint") },
          ]}
        />
        {startsAt !== null && (
          <DateTime
            label={t("campaigns.when.at")}
            value={startsAt}
            min={now.toISOString()}
            onChange={(next) => draft.change({ startsAt: next ?? nextFullHour(now) })}
            error={passed ? t("campaigns.when.passed") : fieldWords(text, error, "startsAt")}
          />
        )}
      </Panel>
      <Panel title={t("campaigns.pace.title")} id="campaign-pace">
        <RadioGroup
          label={t("campaigns.pace.label")}
          value={own ? "own" : "usual"}
          onChange={(next) =>
            draft.change(
              next === "own"
                ? { gapMinS: workspace.gapMinS, gapMaxS: workspace.gapMaxS }
                : { gapMinS: null, gapMaxS: null },
            )
          }
          choices={[
            {
              value: "usual",
              label: t("campaigns.pace.usual"),
              hint: t("campaigns.pace.usualHint", { min: workspace.gapMinS, max: workspace.gapMaxS }),
            },
            { value: "own", label: t("campaigns.pace.own"), hint: t("campaigns.pace.ownHint") },
          ]}
        />
        {own && (
          <div className={styles.pair}>
            <NumberInput
              label={t("campaigns.pace.min")}
              unit={t("campaigns.pace.seconds")}
              min={0}
              value={gapMinS}
              onChange={(next) => draft.change({ gapMinS: next })}
              error={gapMinS === null ? t("field.required") : fieldWords(text, error, "gapMinS")}
            />
            <NumberInput
              label={t("campaigns.pace.max")}
              unit={t("campaigns.pace.seconds")}
              min={gapMinS ?? 0}
              value={gapMaxS}
              onChange={(next) => draft.change({ gapMaxS: next })}
              error={
                gapMaxS === null
                  ? t("field.required")
                  : backwards
                    ? t("field.below_minimum")
                    : fieldWords(text, error, "gapMaxS")
              }
            />
          </div>
        )}
        <Effect
          min={gapMinS ?? workspace.gapMinS}
          max={gapMaxS ?? workspace.gapMaxS}
          people={preview.data?.audienceSize ?? null}
        />
      </Panel>
    </div>
  );
}

/** The pace in the words of an operator. */
function Effect({ min, max, people }: { min: number; max: number; people: number | null }) {
  const { t } = useText();
  const times = useTimes();
  const { workspace } = useMe();
  const mean = (min + max) / 2;
  const byGap = mean <= 0 ? null : Math.round(3600 / mean);
  const perHour = [byGap, workspace.hourlyCap].filter((each): each is number => each !== null);
  return (
    <Notice tone="info" title={t("campaigns.pace.effect")}>
      <ul>
        <li>{t("campaigns.pace.gapWords", { min: times.duration(min), max: times.duration(max) })}</li>
        {perHour.length > 0 && <li>{t("campaigns.pace.perHour", { count: Math.min(...perHour) })}</li>}
        {workspace.dailyCap !== null && <li>{t("campaigns.pace.perDay", { count: workspace.dailyCap })}</li>}
        {workspace.quietOn && (
          <li>{t("campaigns.pace.quiet", { from: workspace.quietFrom, until: workspace.quietUntil })}</li>
        )}
        {people !== null && <li>{t("campaigns.pace.people", { count: people })}</li>}
      </ul>
    </Notice>
  );
}

export function nextFullHour(now: Date): string {
  return new Date(Math.ceil((now.getTime() + HOUR_MS / 4) / HOUR_MS) * HOUR_MS).toISOString();
}
