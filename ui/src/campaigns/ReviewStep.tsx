import { Send } from "lucide-react";
import { useEffect } from "react";
import type { CampaignView, Review } from "../api.gen";
import {
  Button,
  ErrorState,
  Facts,
  Notice,
  Panel,
  Skeleton,
  StackedBar,
  Table,
  type TableColumn,
  useAction,
  VirtualTable,
} from "../design";
import { DeviceStatePill } from "../devices/state";
import { asProblem, http } from "../http";
import { useMay } from "../shell";
import { problemWords, type Text, useText } from "../text";
import { useTimes, When } from "../time";
import type { StepFacts } from "./AudienceStep";
import styles from "./Builder.module.css";
import { Problems } from "./MessageStep";
import { PhonePreview } from "./PhonePreview";
import { useReview } from "./queries";
import { isNotice } from "./template";
import { codeWords } from "./words";

/** What cannot be sent at all, whatever the rest says. */
const BLOCKING: ReadonlySet<string> = new Set(["nothing_to_say", "image_missing"]);
const FEW = 12;

/** Everything a launch would do, before it is done. */
export function ReviewStep({
  draft,
  preview,
  onShow,
}: StepFacts & { onShow: (step: "audience" | "message" | "pace") => void }) {
  const text = useText();
  const { t } = text;
  const { flush, stored } = draft;
  useEffect(() => {
    void flush();
  }, [flush]);
  const review = useReview(stored?.id ?? null, stored?.version ?? null);
  if (review.data === undefined)
    return review.isError ? (
      <ErrorState error={review.error} retry={() => void review.refetch()} />
    ) : draft.state.kind === "failed" ? (
      <Notice tone="wait">{t("campaigns.review.notSaved")}</Notice>
    ) : (
      <Skeleton lines={6} label={t("campaigns.review.counting")} />
    );
  const facts = review.data;
  const stops = facts.problems.filter((problem) => !isNotice(problem));
  return (
    <div className={styles.columns}>
      <div className={styles.narrow}>
        <Who review={facts} startsAt={draft.input.startsAt} />
        {facts.warnings.length > 0 && <Warnings warnings={facts.warnings} onShow={onShow} />}
        {facts.problems.length > 0 && <Problems problems={facts.problems} onShow={() => onShow("message")} />}
        {facts.perDevice.length > 0 && <Loads review={facts} />}
        <Launch
          draft={draft}
          review={facts}
          blocked={stops.length > 0 || facts.warnings.some((warning) => BLOCKING.has(warning.code))}
        />
      </div>
      <div className={styles.sticky}>
        <PhonePreview preview={preview} mediaId={draft.input.mediaId} hasText={draft.input.body.trim() !== ""} />
      </div>
    </div>
  );
}

function Who({ review, startsAt }: { review: Review; startsAt: string | null }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const excluded = Object.entries(review.excluded).sort(([, one], [, other]) => other - one);
  const left = excluded.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Panel title={t("campaigns.review.who")} id="campaign-who">
      <p className={styles.count}>{t("campaigns.review.people", { count: review.recipients })}</p>
      <StackedBar
        label={t("campaigns.review.audience")}
        segments={[
          { id: "sent", label: t("campaigns.review.get"), value: review.recipients, tone: "good" },
          { id: "left", label: t("campaigns.review.left"), value: left, tone: "off" },
        ]}
      />
      {excluded.length > 0 && (
        <section aria-labelledby="campaign-left">
          <h3 id="campaign-left">{t("campaigns.review.why")}</h3>
          <ul className={styles.reasons}>
            {excluded.map(([code, count]) => (
              <li key={code}>
                <strong>{text.number(count)}</strong>
                <span>{codeWords(text, code)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Facts
        items={[
          [
            t("campaigns.review.start"),
            startsAt === null ? t("campaigns.review.atOnce") : <When key="start" at={review.startsAt} as="full" />,
          ],
          [t("campaigns.review.finish"), finishWords(text, times, review)],
          [t("campaigns.review.zone"), times.zone],
        ]}
      />
    </Panel>
  );
}

function finishWords(text: Text, times: ReturnType<typeof useTimes>, review: Review): string {
  if (review.finishEstimateS === null || review.finishAt === null) return text.t("campaigns.review.noFinish");
  return text.t("campaigns.review.finishAt", {
    duration: times.about(review.finishEstimateS),
    time: times.full(review.finishAt),
  });
}

function Warnings(props: { warnings: Review["warnings"]; onShow: (step: "audience" | "message" | "pace") => void }) {
  const text = useText();
  const { t } = text;
  return (
    <Notice
      tone={props.warnings.some((warning) => BLOCKING.has(warning.code)) ? "stop" : "wait"}
      title={t("campaigns.review.warnings")}
    >
      <ul>
        {props.warnings.map((warning) => (
          <li key={warning.code}>{warningWords(text, warning)}</li>
        ))}
      </ul>
    </Notice>
  );
}

function warningWords(text: Text, warning: Review["warnings"][number]): string {
  const names = Array.isArray(warning.data.names) ? text.list(warning.data.names.map(String)) : "";
  const count = typeof warning.data.count === "number" ? warning.data.count : 0;
  return (
    text.maybe(`campaigns.warning.${warning.code}`, { count, names }) ??
    text.t("campaigns.warning.other", { code: warning.code })
  );
}

type Load = Review["perDevice"][number];

function Loads({ review }: { review: Review }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const columns: (TableColumn<Load> & { width: string })[] = [
    {
      id: "device",
      header: t("campaigns.lane.device"),
      rowHeader: true,
      width: "minmax(150px, 1.4fr)",
      cell: (load) => <bdi>{load.name}</bdi>,
    },
    {
      id: "state",
      header: t("campaigns.lane.state"),
      width: "160px",
      cell: (load) => <DeviceStatePill state={load.state} />,
    },
    {
      id: "people",
      header: t("campaigns.lane.people"),
      align: "end",
      width: "110px",
      cell: (load) => text.number(load.recipients),
    },
    {
      id: "finish",
      header: t("campaigns.lane.finish"),
      width: "150px",
      cell: (load) => (load.finishEstimateS === null ? "–" : times.about(load.finishEstimateS)),
    },
  ];
  return (
    <Panel title={t("campaigns.review.load", { count: review.perDevice.length })} id="campaign-load">
      {review.perDevice.length <= FEW ? (
        <Table
          label={t("campaigns.review.loadLabel")}
          rows={review.perDevice}
          rowKey={(load) => load.deviceId}
          columns={columns}
        />
      ) : (
        <div className={styles.list}>
          <VirtualTable
            label={t("campaigns.review.loadLabel")}
            rows={review.perDevice}
            rowKey={(load) => load.deviceId}
            rowName={(load) => load.name}
            columns={columns}
            phoneRow={(load) => (
              <span className={styles.launch}>
                <bdi>{load.name}</bdi>
                <DeviceStatePill state={load.state} />
                <strong>{text.number(load.recipients)}</strong>
              </span>
            )}
            rowHeight={44}
          />
        </div>
      )}
    </Panel>
  );
}

function Launch({ draft, review, blocked }: { draft: StepFacts["draft"]; review: Review; blocked: boolean }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const times = useTimes();
  const later = draft.input.startsAt !== null && Date.parse(draft.input.startsAt) > Date.now();
  const launch = useAction({
    run: async () => {
      const stored = await draft.flush();
      if (stored === null) throw new Error(t("campaigns.review.notSaved"));
      return http.post<CampaignView>(`/api/campaigns/${stored.id}/launch`, { version: stored.version });
    },
    changes: [["campaigns"], ["overview"], ["campaign"]],
    quiet: true,
  });
  const nobody = review.recipients === 0 && !later;
  const unsaved = draft.state.kind === "conflict";
  const problem = launch.error === null ? null : asProblem(launch.error);
  const bodyCode = problem?.fields.body;
  return (
    <Panel title={t("campaigns.review.last")} id="campaign-launch">
      <p>
        {later && draft.input.startsAt !== null
          ? t("campaigns.review.later", { time: times.full(draft.input.startsAt) })
          : t("campaigns.review.now")}
      </p>
      {nobody && (
        <Notice tone="wait" title={t("campaigns.review.nobody")}>
          {t("campaigns.review.nobodyHint")}
        </Notice>
      )}
      {blocked && <Notice tone="stop">{t("campaigns.review.blocked")}</Notice>}
      {!may("campaign:send") && <Notice tone="info">{t("campaigns.review.notAllowed")}</Notice>}
      {launch.error !== null && (
        <Notice tone="stop">
          {(bodyCode === undefined ? null : text.maybe(`field.${bodyCode}`)) ?? problemWords(text, launch.error)}
        </Notice>
      )}
      <div className={styles.launch}>
        <span className={styles.faint}>{t("campaigns.review.canPause")}</span>
        <Button
          look="primary"
          icon={<Send size={18} />}
          busy={launch.isPending}
          disabled={blocked || nobody || unsaved || !may("campaign:send")}
          onClick={() => launch.mutate()}
        >
          {t(later ? "campaigns.launch.later" : "campaigns.launch.now", { count: review.recipients })}
        </Button>
      </div>
    </Panel>
  );
}
