import { useQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import type { UploadView } from "../api.gen";
import { Button, FileDrop, Notice, ProgressBar } from "../design";
import styles from "../design/Wizard.module.css";
import { http } from "../http";
import { problemWords, sizeWords, useText } from "../text";
import type { Whole } from "./send";
import { type Sending, useUpload } from "./useUpload";

/** The first step of an import: a file is chosen and sent, paused and gone on with, also after the page was loaded again. */
export function UploadStep<View>(props: {
  label: string;
  hint: string;
  accept: string;
  /** What is said above the reason when a file is not taken. */
  refused: string;
  take: (whole: Whole) => Promise<View>;
  onTaken: (view: View) => void;
}) {
  const text = useText();
  const upload = useUpload(props.take, props.onTaken);
  const { sending, error } = upload;
  return (
    <>
      {sending === null ? (
        <>
          <FileDrop label={props.label} hint={props.hint} accept={props.accept} onFile={upload.start} />
          <Unfinished />
        </>
      ) : (
        <OnItsWay sending={sending} onPause={upload.pause} onGoOn={upload.goOn} />
      )}
      {error !== null && (
        <Notice tone="stop" title={props.refused}>
          {problemWords(text, error)}
        </Notice>
      )}
    </>
  );
}

function OnItsWay({ sending, onPause, onGoOn }: { sending: Sending; onPause: () => void; onGoOn: () => void }) {
  const text = useText();
  const { t } = text;
  const { file, sent, state } = sending;
  const size = (bytes: number) => sizeWords(text.locale, bytes);
  return (
    <>
      <ProgressBar
        label={t(`upload.${state}`, { name: file.name })}
        done={state === "reading" ? 100 : Math.floor((sent / file.size) * 100)}
        total={100}
      />
      {state !== "reading" && (
        <div className={styles.actions}>
          <span>{t("upload.sent", { sent: size(sent), size: size(file.size) })}</span>
          {state === "sending" ? (
            <Button icon={<Pause size={16} />} onClick={onPause}>
              {t("upload.pause")}
            </Button>
          ) : (
            <Button icon={<Play size={16} />} onClick={onGoOn}>
              {t("upload.goOn")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

/** Says which file was cut: chosen again, it goes on from there. */
function Unfinished() {
  const text = useText();
  const uploads = useQuery({
    queryKey: ["uploads"],
    queryFn: ({ signal }) => http.get<{ items: UploadView[] }>("/api/uploads", { signal }),
    staleTime: 0,
  });
  const cut = uploads.data?.items.find((upload) => upload.received > 0);
  if (cut === undefined) return null;
  return (
    <Notice
      tone="wait"
      title={text.t("upload.cut", { name: cut.fileName, part: text.percent(cut.received / cut.fileSize) })}
    >
      {text.t("upload.cutHint")}
    </Notice>
  );
}
