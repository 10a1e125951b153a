import { Headphones, Mic, Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useText } from "../../text";
import type { Bubble } from "../store/conversation";
import { keyOf } from "../store/conversation";
import { useThread } from "../thread/context";
import { lengthWords, MediaGap, useMediaPlace } from "./media";
import styles from "./Sound.module.css";

const SPEEDS = [1, 1.5, 2] as const;
const BARS = 48;

/** A voice note or a sound: play, where it is, how fast. Only one plays at a time. */
export function Sound({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { url, gap, onError } = useMediaPlace(bubble);
  const lost = useRef(onError);
  lost.current = onError;
  const { playing, setPlaying } = useThread();
  const key = keyOf(bubble);
  const isPlaying = playing === key;
  const audio = useRef<HTMLAudioElement | null>(null);
  const [at, setAt] = useState(0);
  const [measured, setMeasured] = useState<number | null>(null);
  const length = measured ?? bubble.media?.seconds ?? 0;
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(1);
  useEffect(() => {
    if (!isPlaying || url === null) {
      audio.current?.pause();
      return;
    }
    audio.current ??= new Audio(url);
    const player = audio.current;
    player.playbackRate = speed;
    player.ontimeupdate = () => setAt(player.currentTime);
    player.onloadedmetadata = () => Number.isFinite(player.duration) && setMeasured(player.duration);
    player.onended = () => {
      setAt(0);
      setPlaying(null);
    };
    player.onerror = () => {
      audio.current = null;
      lost.current();
      setPlaying(null);
    };
    void player.play().catch(() => setPlaying(null));
  }, [isPlaying, url, speed, setPlaying]);
  useEffect(() => () => audio.current?.pause(), []);
  if (url === null) {
    return (
      <div className={styles.sound}>
        <KindSign kind={bubble.kind} />
        <MediaGap bubble={bubble} gap={gap} isSmall />
      </div>
    );
  }
  const seek = (to: number) => {
    audio.current ??= new Audio(url);
    audio.current.currentTime = to;
    setAt(to);
  };
  const name = bubble.kind === "audio" && bubble.media?.fileName ? bubble.media.fileName : null;
  const whole = Math.max(length, 0.1);
  return (
    <div className={styles.sound}>
      <button
        type="button"
        className={styles.play}
        aria-label={text.t(isPlaying ? "inbox.pause" : "inbox.play", { length: lengthWords(length) })}
        onClick={() => setPlaying(isPlaying ? null : key)}
      >
        {isPlaying ? <Pause size={20} fill="currentColor" /> : <Play size={20} fill="currentColor" />}
      </button>
      <div className={styles.middle}>
        {name !== null && <bdi className={styles.name}>{name}</bdi>}
        <div className={styles.track}>
          <Wave steps={bubble.media?.waveform ?? []} part={at / whole} />
          <input
            type="range"
            className={styles.slider}
            min={0}
            max={whole}
            step={0.1}
            value={Math.min(at, whole)}
            aria-label={text.t("inbox.position")}
            aria-valuetext={`${lengthWords(at)} / ${lengthWords(length)}`}
            onChange={(event) => seek(Number(event.target.value))}
          />
        </div>
        <span className={styles.time}>{lengthWords(isPlaying || at > 0 ? at : length)}</span>
      </div>
      {isPlaying || at > 0 ? (
        <button
          type="button"
          className={styles.speed}
          aria-label={text.t("inbox.speed", { speed })}
          onClick={() => setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1)}
        >
          {speed}×
        </button>
      ) : (
        <KindSign kind={bubble.kind} />
      )}
    </div>
  );
}

function KindSign({ kind }: { kind: Bubble["kind"] }) {
  return (
    <span className={styles.sign} aria-hidden="true">
      {kind === "voice" ? <Mic size={18} /> : <Headphones size={18} />}
    </span>
  );
}

/** The loudness as one drawn line each for what was heard and what was not. */
function Wave({ steps, part }: { steps: readonly number[]; part: number }) {
  const bars = Array.from({ length: BARS }, (_, index) => {
    const step = steps[Math.floor((index * steps.length) / BARS)] ?? 12;
    return Math.max(2, (step / 100) * 26);
  });
  const heard = Math.round(part * BARS);
  const path = (from: number, to: number) =>
    bars
      .slice(from, to)
      .map((height, index) => `M${(from + index) * 4 + 2} ${15 - height / 2}v${height}`)
      .join("");
  return (
    <svg className={styles.wave} viewBox={`0 0 ${BARS * 4} 30`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path(0, heard)} className={styles.heard} />
      <path d={path(heard, BARS)} className={styles.unheard} />
    </svg>
  );
}
