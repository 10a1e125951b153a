import { Ban, Copy, Gauge, Pause, Play, RotateCcw, Trash2, Undo2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useSearchParams } from "wouter";
import type { CampaignView, Groups, Report } from "../api.gen";
import { Button, DownloadMenu, ErrorState, Facts, Notice, Panel, Skeleton, Tabs } from "../design";
import { statusWords } from "../leads/words";
import { Page, useMay, useMe } from "../shell";
import { useText, withWords } from "../text";
import { useTimes, When } from "../time";
import { useCampaignActions } from "./CampaignActions";
import styles from "./CampaignPage.module.css";
import { totalOf } from "./figures";
import { Progress } from "./Progress";
import { useReport, useReview } from "./queries";
import { Recipients } from "./Recipients";
import { Troubled } from "./Troubled";
import { CampaignStatePill, codeWords, reasonWords } from "./words";

const StopNotice = lazy(withWords(["stops"], () => import("../stops/StopNotice")));

/** A campaign from its launch on: figures that add up, every one of which opens its rows. */
export function CampaignPage({ campaign: known }: { campaign: CampaignView }) {
  const { t } = useText();
  const report = useReport(known.id);
  const campaign =
    report.data !== undefined && report.data.campaign.version >= known.version ? report.data.campaign : known;
  const [params, setParams] = useSearchParams();
  const view = params.get("view") === "recipients" ? "recipients" : "progress";
  const may = useMay();
  const actions = useCampaignActions(campaign, report.data?.groups, report.data);
  const retriable =
    may("campaign:send") &&
    campaign.state !== "cancelled" &&
    report.data?.codes.some((line) => line.mayRetry && line.count > 0) === true;
  const open = (filters: Record<string, string>) => {
    setParams({ view: "recipients", ...filters });
  };
  return (
    <Page
      title={campaign.name}
      heading={<bdi>{campaign.name}</bdi>}
      subtitle={<StateLine campaign={campaign} />}
      backTo={{ href: "/campaigns", label: t("shell.campaigns") }}
      actions={<Actions campaign={campaign} actions={actions} groups={report.data?.groups} />}
    >
      <Suspense>
        <StopNotice subject={campaign.id} />
      </Suspense>
      <Troubled campaign={campaign} />
      {campaign.state === "scheduled" && <Scheduled campaign={campaign} />}
      {report.data !== undefined ? (
        campaign.state !== "scheduled" && (
          <>
            <Outcome report={report.data} />
            {report.data.recipients > 0 && (
              <Tabs
                label={campaign.name}
                value={view}
                onChange={(next) => setParams(next === "progress" ? {} : { view: next })}
                tabs={[
                  {
                    id: "progress",
                    label: t("campaigns.view.progress"),
                    content: (
                      <Progress
                        report={report.data}
                        campaign={campaign}
                        onOpen={open}
                        retry={
                          retriable && (
                            <Button icon={<RotateCcw size={17} />} onClick={() => actions.ask("retry")}>
                              {t("campaigns.retry")}
                            </Button>
                          )
                        }
                      />
                    ),
                  },
                  {
                    id: "recipients",
                    label: t("campaigns.view.recipients"),
                    count: report.data.recipients,
                    content: view === "recipients" && <Recipients report={report.data} />,
                  },
                ]}
              />
            )}
          </>
        )
      ) : report.isError ? (
        <ErrorState error={report.error} retry={() => void report.refetch()} />
      ) : (
        <Skeleton lines={6} />
      )}
      <About campaign={campaign} />
    </Page>
  );
}

function StateLine({ campaign }: { campaign: CampaignView }) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const reason = reasonWords(text, campaign.stateReason);
  return (
    <span className={styles.state}>
      <CampaignStatePill state={campaign.state} />
      <span>
        {reason !== null && `${reason}, `}
        {t("campaigns.since", { time: times.full(campaign.stateSince) })}
      </span>
    </span>
  );
}

function Actions({
  campaign,
  actions,
  groups,
}: {
  campaign: CampaignView;
  actions: ReturnType<typeof useCampaignActions>;
  groups: Groups | undefined;
}) {
  const { t } = useText();
  const may = useMay();
  const { state } = campaign;
  const open = state === "running" || state === "paused" || state === "scheduled";
  const deletable = !open && groups !== undefined && totalOf(groups) === 0;
  return (
    <>
      {may("campaign:send") && state === "scheduled" && (
        <>
          <Button icon={<Undo2 size={17} />} busy={actions.busy} onClick={actions.unschedule}>
            {t("campaigns.unschedule")}
          </Button>
          <Button icon={<Play size={17} />} busy={actions.busy} onClick={actions.startNow}>
            {t("campaigns.startNow")}
          </Button>
        </>
      )}
      {may("campaign:send") && state === "running" && (
        <Button icon={<Pause size={17} />} busy={actions.busy} onClick={actions.pause}>
          {t("campaigns.pause")}
        </Button>
      )}
      {may("campaign:send") && state === "paused" && (
        <Button look="primary" icon={<Play size={17} />} busy={actions.busy} onClick={actions.resume}>
          {t("campaigns.resume")}
        </Button>
      )}
      {may("campaign:send") && (state === "running" || state === "paused") && (
        <Button icon={<Gauge size={17} />} onClick={() => actions.ask("pace")}>
          {t("campaigns.repace")}
        </Button>
      )}
      {may("campaign:send") && open && (
        <Button icon={<Ban size={17} />} className={styles.stop} onClick={() => actions.ask("cancel")}>
          {t("campaigns.cancel")}
        </Button>
      )}
      {!open && groups !== undefined && totalOf(groups) > 0 && (
        <DownloadMenu address={(form) => `/api/campaigns/${campaign.id}/recipients.${form}`} />
      )}
      {may("campaign:edit") && (
        <Button icon={<Copy size={17} />} busy={actions.busy} onClick={actions.clone}>
          {t("campaigns.clone")}
        </Button>
      )}
      {may("campaign:edit") && deletable && (
        <Button icon={<Trash2 size={17} />} className={styles.stop} onClick={() => actions.ask("delete")}>
          {t("campaigns.delete")}
        </Button>
      )}
      {actions.dialogs}
    </>
  );
}

function Scheduled({ campaign }: { campaign: CampaignView }) {
  const { t } = useText();
  const times = useTimes();
  const review = useReview(campaign.id, campaign.version);
  return (
    <Notice
      tone="info"
      title={
        campaign.startsAt === null
          ? t("campaigns.scheduled.title")
          : t("campaigns.scheduled.at", { time: times.full(campaign.startsAt) })
      }
    >
      {review.data !== undefined && <p>{t("campaigns.scheduled.people", { count: review.data.recipients })}</p>}
      <p>{t("campaigns.scheduled.hint")}</p>
    </Notice>
  );
}

/** How it ended, when it ended in a way that needs words. */
function Outcome({ report }: { report: Report }) {
  const text = useText();
  const { t } = text;
  const reached = report.recipients - report.groups.notSent;
  if (report.campaign.state !== "finished" || reached > 0) return null;
  const reasons = report.codes.filter((line) => line.code !== null);
  return (
    <Notice tone="wait" title={t("campaigns.nobody.title")}>
      {reasons.length === 0 ? (
        <p>{t("campaigns.nobody.noMatch")}</p>
      ) : (
        <ul>
          {reasons.map((line) => (
            <li key={`${line.state}-${line.code}`}>
              {text.number(line.count)} · {codeWords(text, line.code ?? "")}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** What it says and how it was set up. */
function About({ campaign }: { campaign: CampaignView }) {
  const text = useText();
  const { t } = text;
  const { workspace } = useMe();
  const times = useTimes();
  const min = campaign.gapMinS ?? workspace.gapMinS;
  const max = campaign.gapMaxS ?? workspace.gapMaxS;
  const { audience } = campaign;
  const any = t("campaigns.about.any");
  return (
    <Panel title={t("campaigns.about")} id="campaign-about">
      <div className={styles.about}>
        <div className={styles.message}>
          {campaign.mediaId !== null && <img src={`/media/${campaign.mediaId}`} alt={t("campaigns.picture.alt")} />}
          <p dir="auto">{campaign.body}</p>
        </div>
        <Facts
          items={[
            [t("campaigns.about.niches"), <bdi key="niches">{audience.niches.join(", ") || any}</bdi>],
            [t("campaigns.about.statuses"), audience.statuses.map((each) => statusWords(text, each)).join(", ") || any],
            [
              t("campaigns.about.devices"),
              audience.deviceIds.length === 0 ? any : text.number(audience.deviceIds.length),
            ],
            [
              t("campaigns.about.consent"),
              audience.includeUnknownConsent
                ? t("campaigns.about.override", { name: campaign.overrideByName ?? "–" })
                : t("campaigns.about.onlyConsent"),
            ],
            [
              t("campaigns.about.gap"),
              t("campaigns.about.gapWords", { min: times.duration(min), max: times.duration(max) }),
            ],
            [t("campaigns.about.by"), campaign.createdByName ?? "–"],
            [
              t("campaigns.about.launched"),
              campaign.launchedAt === null ? "–" : <When key="launched" at={campaign.launchedAt} as="full" />,
            ],
            [
              t("campaigns.about.finished"),
              campaign.finishedAt === null ? "–" : <When key="finished" at={campaign.finishedAt} as="full" />,
            ],
          ]}
        />
      </div>
    </Panel>
  );
}
