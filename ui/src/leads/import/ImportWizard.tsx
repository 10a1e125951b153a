import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import type { ImportView } from "../../api.gen";
import { ErrorState, FileDrop, Notice, ProgressBar, Skeleton, Stepper } from "../../design";
import styles from "../../design/Wizard.module.css";
import { http } from "../../http";
import { Page } from "../../shell";
import { problemWords, useText } from "../../text";
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
  const text = useText();
  const { t } = text;
  const [, go] = useLocation();
  const [sending, setSending] = useState<{ name: string; part: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const upload = async (file: File) => {
    setError(null);
    setSending({ name: file.name, part: 0 });
    try {
      const view = await http.upload<ImportView>("/api/imports", file, (part) => setSending({ name: file.name, part }));
      go(`/leads/import/${view.id}`, { replace: true });
    } catch (problem) {
      setError(problem);
      setSending(null);
    }
  };
  return (
    <>
      {sending === null ? (
        <FileDrop
          label={t("import.drop")}
          hint={t("import.limits")}
          accept=".csv,.txt,.tsv,.xlsx"
          onFile={(file) => void upload(file)}
        />
      ) : (
        <ProgressBar
          label={t(sending.part < 1 ? "import.uploading" : "import.reading", { name: sending.name })}
          done={Math.round(sending.part * 100)}
          total={100}
        />
      )}
      {error !== null && (
        <Notice tone="stop" title={t("import.refusedFile")}>
          {problemWords(text, error)}
        </Notice>
      )}
      <Notice tone="info" title={t("import.needTitle")}>
        {t("import.need")}
      </Notice>
    </>
  );
}
