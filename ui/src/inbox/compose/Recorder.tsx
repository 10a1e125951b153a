import { Mic, Pause, Play, SendHorizontal, Trash2 } from "lucide-react";
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
const SHORTEST_S = 0.5;

/** In the place of the composer while a voice note is spoken: stop and hear it, go on, throw it away or send it. */
export default function Recorder({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const inbox = useInbox();
  const { chat, about, setAbout } = useThread();
  const { seconds, levels, heard, recording, pause, resume } = useRecording(onClose);
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
  const bar = useRef<HTMLElement>(null);
  useEffect(() => bar.current?.focus(), []);
  return (
    <section
      ref={bar}
      tabIndex={-1}
      className={styles.bar}
      aria-label={t("inbox.recordingVoice")}
      onKeyDown={(event) => {
        const isSent = event.key === "Enter" && event.target === bar.current && seconds >= SHORTEST_S;
        if (event.key !== "Escape" && !isSent) return;
        event.preventDefault();
        if (isSent) void send();
        else onClose();
      }}
    >
      <IconButton label={t("inbox.discardVoice")} icon={<Trash2 size={21} />} onClick={onClose} />
      {heard === null ? <span className={styles.dot} aria-hidden="true" /> : <Hearing url={heard} />}
      <time className={styles.time}>{lengthWords(seconds)}</time>
      <svg className={styles.wave} viewBox={`0 0 ${BARS_SHOWN * 4} 30`} preserveAspectRatio="none" aria-hidden="true">
        <path d={waveOf(levels)} />
      </svg>
      {heard === null ? (
        <IconButton
          label={t("inbox.pauseVoice")}
          icon={<Pause size={21} />}
          disabled={seconds < SHORTEST_S}
          onClick={() => void pause()}
        />
      ) : (
        <IconButton label={t("inbox.resumeVoice")} icon={<Mic size={21} />} onClick={resume} />
      )}
      <IconButton
        look="primary"
        label={t("inbox.sendVoice")}
        icon={<SendHorizontal size={21} />}
        disabled={seconds < SHORTEST_S}
        onClick={() => void send()}
      />
    </section>
  );
}

/** The microphone for as long as this is shown; `heard` is what was said so far while it rests. */
function useRecording(onClose: () => void) {
  const { t } = useText();
  const toast = useToast();
  const { chat, can } = useThread();
  const recording = useRef<Recording | null>(null);
  const [seconds, setSeconds] = useState(0);
  const [levels, setLevels] = useState<readonly number[]>([]);
  const [heard, setHeard] = useState<string | null>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const pause = async () => {
    const said = await recording.current?.pause();
    if (said !== undefined) setHeard(URL.createObjectURL(said));
  };
  const resume = () => {
    setHeard(null);
    recording.current?.resume();
  };
  const full = useRef(pause);
  full.current = pause;
  useEffect(() => {
    let isOver = false;
    const signals = new TypingSignals(chat.id, () => can.typing);
    const onLook = (now: number, all: readonly number[]) => {
      setSeconds(now);
      setLevels(all.slice(-BARS_SHOWN));
      signals.say("recording");
    };
    startRecording({ onLook, onFull: () => void full.current() }).then(
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
  useEffect(() => () => URL.revokeObjectURL(heard ?? ""), [heard]);
  return { seconds, levels, heard, recording, pause, resume };
}

/** Plays what has been said so far. */
function Hearing({ url }: { url: string }) {
  const { t } = useText();
  const [isPlaying, setPlaying] = useState(false);
  const player = useRef<HTMLAudioElement>(null);
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: it has just been spoken */}
      <audio
        ref={player}
        src={url}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
      <IconButton
        label={t(isPlaying ? "inbox.stopHearing" : "inbox.hearVoice")}
        icon={isPlaying ? <Pause size={21} /> : <Play size={21} />}
        onClick={() => (isPlaying ? player.current?.pause() : void player.current?.play())}
      />
    </>
  );
}

function waveOf(levels: readonly number[]): string {
  return levels
    .map((level, index) => {
      const height = Math.max(2, level * 0.28);
      return `M${(BARS_SHOWN - levels.length + index) * 4 + 2} ${15 - height / 2}v${height}`;
    })
    .join("");
}
