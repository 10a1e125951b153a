import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import type { CampaignView, Groups, Report } from "../api.gen";
import { ConfirmDialog, useAction, useToast } from "../design";
import { http } from "../http";
import { useText } from "../text";
import { PaceDialog } from "./PaceDialog";
import { RetryDialog } from "./RetryDialog";
import { troubleOf } from "./Troubled";

type Question = "cancel" | "delete" | "resume" | "pace" | "retry";
type Verb = "pause" | "resume" | "unschedule";

/** What takes a verb back, where something does. */
const OPPOSITE: Record<Verb, Verb | null> = { pause: "resume", resume: "pause", unschedule: null };

interface CampaignActions {
  ask: (question: Question) => void;
  clone: () => void;
  pause: () => void;
  resume: () => void;
  startNow: () => void;
  unschedule: () => void;
  busy: boolean;
  /** To be rendered somewhere on the page. */
  dialogs: ReactNode;
}

/** What can be done with a campaign; what cannot be undone asks first, with its consequence in numbers. */
export function useCampaignActions(campaign: CampaignView | null, groups?: Groups, report?: Report): CampaignActions {
  const { t } = useText();
  const queries = useQueryClient();
  const toast = useToast();
  const [, go] = useLocation();
  const [question, setQuestion] = useState<Question | null>(null);
  const id = campaign?.id ?? "";
  const put = (view: CampaignView) => {
    queries.setQueryData(["campaign", view.id], view);
    for (const queryKey of [["campaigns"], ["report", view.id], ["overview"]])
      void queries.invalidateQueries({ queryKey });
  };
  const turn = (name: Verb | null): void => {
    if (name !== null) verb.mutate(name);
  };
  const verb = useAction<Verb, CampaignView>({
    run: (name) => http.post<CampaignView>(`/api/campaigns/${id}/${name}`),
    done: put,
    words: (_, name) => t(`campaigns.done.${name}`),
    undo: (_, name): (() => void) | undefined => (OPPOSITE[name] === null ? undefined : () => turn(OPPOSITE[name])),
  });
  const launch = useAction({
    run: () => http.post<CampaignView>(`/api/campaigns/${id}/launch`, { version: campaign?.version }),
    done: put,
    words: () => t("campaigns.done.start"),
  });
  const clone = useAction({
    run: () => http.post<CampaignView>(`/api/campaigns/${id}/clone`),
    done: (view) => {
      put(view);
      go(`/campaigns/${view.id}`);
    },
    words: () => t("campaigns.done.clone"),
  });
  const cancel = async () => put(await http.post<CampaignView>(`/api/campaigns/${id}/cancel`));
  const remove = async () => {
    await http.delete(`/api/campaigns/${id}`);
    void queries.invalidateQueries({ queryKey: ["campaigns"] });
    toast({ words: t("campaigns.done.delete", { name: campaign?.name ?? "" }), tone: "good" });
    go("/campaigns");
  };
  const name = campaign?.name ?? "";
  return {
    ask: setQuestion,
    clone: () => clone.mutate(),
    pause: () => verb.mutate("pause"),
    // What paused by itself goes on only when somebody has seen how much that is.
    resume: () => (troubleOf(campaign) === null ? verb.mutate("resume") : setQuestion("resume")),
    unschedule: () => verb.mutate("unschedule"),
    startNow: () => launch.mutate(),
    busy: verb.isPending || launch.isPending || clone.isPending,
    dialogs: (
      <>
        <ConfirmDialog
          open={question === "resume"}
          onClose={() => setQuestion(null)}
          title={t("campaigns.resume.title", { name })}
          consequence={t("campaigns.resume.waiting", { count: groups?.waiting ?? 0 })}
          confirmLabel={t("campaigns.resume")}
          look="primary"
          onConfirm={async () => put(await http.post<CampaignView>(`/api/campaigns/${id}/resume`))}
        />
        {question === "pace" && campaign !== null && (
          <PaceDialog campaign={campaign} onClose={() => setQuestion(null)} onDone={put} />
        )}
        {question === "retry" && report !== undefined && (
          <RetryDialog report={report} onClose={() => setQuestion(null)} onDone={put} />
        )}
        <ConfirmDialog
          open={question === "cancel"}
          onClose={() => setQuestion(null)}
          title={t("campaigns.cancel.title", { name })}
          consequence={
            campaign?.state === "scheduled" || groups === undefined
              ? t("campaigns.cancel.scheduled")
              : `${t("campaigns.cancel.waiting", { count: groups.waiting })} ${
                  groups.sending + groups.unknown === 0
                    ? t("campaigns.cancel.noneSending")
                    : t("campaigns.cancel.sending", { count: groups.sending + groups.unknown })
                }`
          }
          confirmLabel={t("campaigns.cancel.confirm")}
          onConfirm={cancel}
        />
        <ConfirmDialog
          open={question === "delete"}
          onClose={() => setQuestion(null)}
          title={t("campaigns.deleteTitle", { name })}
          consequence={t("campaigns.deleteConsequence")}
          confirmLabel={t("campaigns.deleteConfirm")}
          onConfirm={remove}
        />
      </>
    ),
  };
}
