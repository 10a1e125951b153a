import { Clock, CloudDownload, CloudOff, FileWarning, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design";
import { sizeWords, useText } from "../../text";
import type { MediaState } from "../api";
import { useInbox } from "../store/context";
import type { Bubble } from "../store/conversation";
import { useMessageActions } from "../thread/useMessageActions";
import styles from "./media.module.css";

type Gap = Exclude<MediaState, "ready">;

const ICONS: Readonly<Partial<Record<Gap, LucideIcon>>> = {
  waiting: Clock,
  later: CloudDownload,
  no_room: CloudDownload,
  damaged: FileWarning,
  too_large: FileWarning,
};
const NEVER_FETCHED: ReadonlySet<Gap> = new Set(["later", "no_room"]);

/** The file of a message: where it is, and what to do when that turns out to be wrong. */
export interface MediaPlace {
  url: string | null;
  /** Shown in place of a file that is not to be had. */
  gap: Gap;
  /** Call it when the file could not be loaded. */
  onError: () => void;
}

/** From this page when it was sent here, else from the server; without an address once the server has lost it. */
export function useMediaPlace(bubble: Bubble): MediaPlace {
  const inbox = useInbox();
  const [isLost, setLost] = useState(false);
  const local = bubble.clientId === null ? null : inbox.queue.localUrl(bubble.clientId);
  const state = bubble.media?.state ?? "missing";
  if (isLost && state !== "ready") setLost(false);
  const url = local ?? (state === "ready" && !isLost ? (bubble.media?.url ?? null) : null);
  return { url, gap: state === "ready" ? "missing" : state, onError: () => void isGone(url).then(setLost) };
}

/** Whether the server has no such file: without an answer there is nothing to be said about it. */
async function isGone(url: string | null): Promise<boolean> {
  if (url === null || url.startsWith("blob:")) return false;
  const answer = await fetch(url, { headers: { Range: "bytes=0-0" }, cache: "no-store" }).catch(() => null);
  return answer !== null && (answer.status === 404 || answer.status === 503);
}

/** Why a file is not here, and the way to get it when there is one. */
export function MediaGap({ bubble, gap, isSmall = false }: { bubble: Bubble; gap: Gap; isSmall?: boolean }) {
  const text = useText();
  const { fetchMedia } = useMessageActions();
  const [asked, setAsked] = useState<Gap | null>(null);
  if (asked !== null && asked !== gap) setAsked(null);
  const Icon = ICONS[gap] ?? CloudOff;
  const size = sizeWords(text.locale, bubble.media?.size ?? 0);
  const isOffered = bubble.media?.canFetch === true && gap !== "waiting" && asked === null;
  return (
    <span className={isSmall ? styles.small : styles.gap}>
      <Icon size={isSmall ? 17 : 24} aria-hidden="true" />
      <span>{text.t(`inbox.media.${asked === null ? gap : "waiting"}`, { size })}</span>
      {isOffered && (
        <Button
          size="small"
          onClick={() => {
            setAsked(gap);
            void fetchMedia(bubble);
          }}
        >
          {text.t(NEVER_FETCHED.has(gap) ? "inbox.media.fetch" : "inbox.media.again", { size })}
        </Button>
      )}
    </span>
  );
}

/** `1:05`. */
export function lengthWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
