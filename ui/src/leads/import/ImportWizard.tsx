import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import type { ImportView } from "../../api.gen";
import { ErrorState, Notice, Skeleton, Stepper } from "../../design";
import styles from "../../design/Wizard.module.css";
import { http } from "../../http";
import { Page } from "../../shell";
import { useText } from "../../text";
import { UploadStep } from "../../uploads/UploadStep";
import { CheckStep } from "./CheckStep";
import { MapStep } from "./MapStep";
import { useImport } from "./queries";
import { RunStep } from "./RunStep";

const STEPS = ["file", "map", "check", "run"] as const;
type StepName = (typeof STEPS)[number];

/** A file becomes leads: file, columns, check, run. Every step survives leaving the page. */
export function ImportWizard({ id }: { id: string | null }) {
  return id === null ? (
    <Frame step="file">
      <FileStep />
    </Frame>
  ) : (
    <Going id={id} />
  );
}

function Going({ id }: { id: string }) {
  const view = useImport(id);
  const [again, setAgain] = useState(false);
  if (view.data === undefined)
    return (
      <Frame step="map">
        {view.isError ? <ErrorState error={view.error} retry={() => void view.refetch()} /> : <Skeleton lines={6} />}
      </Frame>
    );
  const step = again && view.data.state === "checked" ? "map" : stepOf(view.data);
  return (
    <Frame step={step} fileName={view.data.fileName}>
      {step === "map" && <MapStep view={view.data} onPlanned={() => setAgain(false)} />}
      {step === "check" && <CheckStep view={view.data} onMap={() => setAgain(true)} />}
      {step === "run" && <RunStep view={view.data} />}
    </Frame>
  );
}

function stepOf(view: ImportView): StepName {
  if (view.state === "mapping") return "map";
  if (view.state === "checking" || view.state === "checked") return "check";
  // A file that failed before it was checked has nothing to show but its reason.
  return "run";
}

function Frame(props: { step: StepName; fileName?: string; children: ReactNode }) {
  const { t } = useText();
  return (
    <Page
      title={t("import.title")}
      subtitle={props.fileName === undefined ? undefined : <bdi>{props.fileName}</bdi>}
      backTo={{ href: "/leads/imports", label: t("import.list") }}
    >
      <div className={styles.narrow}>
        <Stepper
          label={t("import.steps")}
          current={props.step}
          steps={STEPS.map((id) => ({ id, label: t(`import.step.${id}`) }))}
        />
        {props.children}
      </div>
    </Page>
  );
}

function FileStep() {
  const { t } = useText();
  const [, go] = useLocation();
  return (
    <>
      <UploadStep
        label={t("import.drop")}
        hint={t("import.limits")}
        accept=".csv,.txt,.tsv,.xlsx"
        refused={t("import.refusedFile")}
        take={(whole) => http.post<ImportView>("/api/imports/uploaded", whole)}
        onTaken={(view) => go(`/leads/import/${view.id}`, { replace: true })}
      />
      <Notice tone="info" title={t("import.needTitle")}>
        {t("import.need")}
      </Notice>
    </>
  );
}
