import { type ReactNode, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { ArchiveView } from "../api.gen";
import { ErrorState, Notice, Skeleton, Stepper } from "../design";
import styles from "../design/Wizard.module.css";
import { http } from "../http";
import { Page } from "../shell";
import { useText } from "../text";
import { UploadStep } from "../uploads/UploadStep";
import { CheckStep } from "./CheckStep";
import { PlanStep } from "./PlanStep";
import { useArchive } from "./queries";
import { RunStep } from "./RunStep";

const STEPS = ["file", "plan", "check", "run"] as const;
type StepName = (typeof STEPS)[number];

/** A file becomes chats: file, whose, check, run. Every step survives leaving the page. */
export function ArchiveWizard({ id }: { id: string | null }) {
  return id === null ? (
    <Frame step="file">
      <FileStep />
    </Frame>
  ) : (
    <Going id={id} />
  );
}

function Going({ id }: { id: string }) {
  const view = useArchive(id);
  const [again, setAgain] = useState(false);
  if (view.data === undefined)
    return (
      <Frame step="plan">
        {view.isError ? <ErrorState error={view.error} retry={() => void view.refetch()} /> : <Skeleton lines={6} />}
      </Frame>
    );
  const step = again && view.data.state === "checked" ? "plan" : stepOf(view.data);
  return (
    <Frame step={step} fileName={view.data.fileName}>
      {step === "plan" && <PlanStep view={view.data} onPlanned={() => setAgain(false)} />}
      {step === "check" && <CheckStep view={view.data} onPlan={() => setAgain(true)} />}
      {step === "run" && <RunStep view={view.data} />}
    </Frame>
  );
}

function stepOf(view: ArchiveView): StepName {
  if (view.state === "planning") return "plan";
  return view.state === "checking" || view.state === "checked" ? "check" : "run";
}

function Frame(props: { step: StepName; fileName?: string; children: ReactNode }) {
  const { t } = useText();
  return (
    <Page
      title={t("archive.title")}
      subtitle={props.fileName === undefined ? undefined : <bdi>{props.fileName}</bdi>}
      backTo={{ href: "/devices/archives", label: t("archive.list") }}
    >
      <div className={styles.narrow}>
        <Stepper
          label={t("archive.steps")}
          current={props.step}
          steps={STEPS.map((each) => ({ id: each, label: t(`archive.step.${each}`) }))}
        />
        {props.children}
      </div>
    </Page>
  );
}

function FileStep() {
  const { t } = useText();
  const [, go] = useLocation();
  const search = useSearch();
  return (
    <>
      <UploadStep
        label={t("archive.drop")}
        hint={t("archive.limits")}
        accept=".txt,.zip,.csv,.tsv,.xlsx"
        refused={t("archive.refusedFile")}
        take={(whole) => http.post<ArchiveView>("/api/archives/uploaded", whole)}
        // Where somebody came from says which device is meant.
        onTaken={(view) => go(`/devices/archives/${view.id}${search === "" ? "" : `?${search}`}`, { replace: true })}
      />
      <Notice tone="info" title={t("archive.howTitle")}>
        <p>{t("archive.how")}</p>
        <p>{t("archive.howTable")}</p>
      </Notice>
    </>
  );
}
