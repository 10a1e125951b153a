import { SendHorizontal, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { IconButton, useToast } from "../../design";
import { useText } from "../../text";
import { lengthWords } from "../kinds/media";
import { newEntry, quoteOf } from "../sending/write";
import { useInbox } from "../store/context";
import { useThread } from "../thread/context";
import styles from "./Recorder.module.css";
import { type Recording, startRecording } from "./recording";
import { TypingSignals } from "./typing";

const BARS_SHOWN = 48;

/** In the place of the composer while a voice note is spoken. */
export default function Recorder({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const toast = useToast();
  const inbox = useInbox();
  const { chat, can, about, setAbout } = useThread();
  const recording = useRef<Recording | null>(null);
  const [seconds, setSeconds] = useState(0);
  const [levels, setLevels] = useState<readonly number[]>([]);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    let isOver = false;
    const signals = new TypingSignals(chat.id, () => can.typing);
    startRecording((now, all) => {
      setSeconds(now);
      setLevels(all.slice(-BARS_SHOWN));
      signals.say("recording");
    }).then(
      (started) => {
        if (isOver) started.cancel();
        else recording.current = started;
      },
      () => {
        toast({ words: t("inbox.noMicrophone"), tone: "stop" });
        close.current();
      },
    );
    return () => {
      isOver = true;
      signals.pause();
      recording.current?.cancel();
      recording.current = null;
    };
  }, [chat.id, can.typing, t, toast]);
  const send = async () => {
    const { current } = recording;
    recording.current = null;
    if (current === null) return;
    const done = await current.finish();
    const quote = about?.kind === "reply" ? quoteOf(about.bubble) : null;
    const ending = done.mime.includes("mp4") ? "m4a" : done.mime.includes("ogg") ? "ogg" : "webm";
    inbox.queue.add(
      newEntry(chat, "", quote, {
        kind: "voice",
        file: done.blob,
        fileName: `voice.${ending}`,
        mime: done.mime,
        seconds: done.seconds,
        waveform: done.waveform,
      }),
    );
    setAbout(null);
    onClose();
  };
  return (
    <section
      className={styles.bar}
      aria-label={t("inbox.recordingVoice")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      <IconButton label={t("inbox.discardVoice")} icon={<Trash2 size={21} />} onClick={onClose} />
      <span className={styles.dot} aria-hidden="true" />
      <time className={styles.time}>{lengthWords(seconds)}</time>
      <svg className={styles.wave} viewBox={`0 0 ${BARS_SHOWN * 4} 30`} preserveAspectRatio="none" aria-hidden="true">
        <path
          d={levels
            .map((level, index) => {
              const height = Math.max(2, level * 0.28);
              return `M${(BARS_SHOWN - levels.length + index) * 4 + 2} ${15 - height / 2}v${height}`;
            })
            .join("")}
        />
      </svg>
      <IconButton
        look="primary"
        label={t("inbox.sendVoice")}
        icon={<SendHorizontal size={21} />}
        disabled={seconds < 0.5}
        autoFocus
        onClick={() => void send()}
      />
    </section>
  );
}
