import { Clock, CloudDownload, CloudOff, FileWarning, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design";
import { useText } from "../../text";
import type { MediaState } from "../api";
import { useInbox } from "../store/context";
import type { Bubble } from "../store/conversation";
import { useMessageActions } from "../thread/useMessageActions";
import styles from "./media.module.css";

const ICONS: Readonly<Record<Exclude<MediaState, "ready">, LucideIcon>> = {
  waiting: Clock,
  later: CloudDownload,
  expired: CloudOff,
  damaged: FileWarning,
  too_large: FileWarning,
  missing: CloudOff,
};

/** Where the file of a message is: from this page when it was sent here, else from the server. */
export function useMediaUrl(bubble: Bubble): string | null {
  const inbox = useInbox();
  const local = bubble.clientId === null ? null : inbox.queue.localUrl(bubble.clientId);
  if (local !== null) return local;
  return bubble.media?.state === "ready" ? bubble.media.url : null;
}

/** Why a file is not here, and the way to get it when there is one. */
export function MediaGap({ bubble, isSmall = false }: { bubble: Bubble; isSmall?: boolean }) {
  const text = useText();
  const { fetchMedia } = useMessageActions();
  const [isAsked, setAsked] = useState(false);
  const state = bubble.media?.state ?? "missing";
  if (state === "ready") return null;
  const Icon = ICONS[state];
  return (
    <span className={isSmall ? styles.small : styles.gap}>
      <Icon size={isSmall ? 17 : 24} aria-hidden="true" />
      <span>{text.t(isAsked && state === "later" ? "inbox.media.waiting" : `inbox.media.${state}`)}</span>
      {state === "later" && !isAsked && (
        <Button
          size="small"
          onClick={() => {
            setAsked(true);
            void fetchMedia(bubble);
          }}
        >
          {text.t("inbox.media.fetch", { size: sizeWords(text.locale, bubble.media?.size ?? 0) })}
        </Button>
      )}
    </span>
  );
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `1.2 MB`. */
export function sizeWords(locale: string, bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 10 && unit > 1 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(value);
}

/** `1:05`. */
export function lengthWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
