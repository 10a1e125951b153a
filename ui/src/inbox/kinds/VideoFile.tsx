import { Play } from "lucide-react";
import { useState } from "react";
import { sizeWords, useText } from "../../text";
import type { Bubble } from "../store/conversation";
import { pictureSize } from "../thread/layout";
import { lengthWords, MediaGap, useMediaPlace } from "./media";
import styles from "./VideoFile.module.css";

/** A video: its first picture, then the browser's own player in the same place. */
export function VideoFile({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { url, gap, onError } = useMediaPlace(bubble);
  const [isPlaying, setPlaying] = useState(false);
  const { media } = bubble;
  const size = pictureSize(media?.width ?? 0, media?.height ?? 0);
  const style = { width: size.width, aspectRatio: `${size.width} / ${size.height}` };
  if (url !== null && isPlaying) {
    return (
      <div className={styles.frame} style={style}>
        {/* biome-ignore lint/a11y/useMediaCaption: people's own videos have no captions */}
        <video
          className={styles.video}
          src={url}
          controls
          autoPlay
          playsInline
          onError={onError}
          aria-label={text.t("inbox.kind.video")}
        />
      </div>
    );
  }
  const length = lengthWords(media?.seconds ?? 0);
  return (
    <div className={styles.frame} style={style}>
      {media?.thumbnail?.startsWith("data:image/") && <img src={media.thumbnail} alt="" className={styles.still} />}
      {url === null ? (
        <MediaGap bubble={bubble} gap={gap} />
      ) : (
        <button
          type="button"
          className={styles.play}
          aria-label={text.t("inbox.playVideo", { length })}
          onClick={() => setPlaying(true)}
        >
          <span className={styles.disc}>
            <Play size={26} aria-hidden="true" fill="currentColor" />
          </span>
          <span className={styles.facts}>
            {length} · {sizeWords(text.locale, media?.size ?? 0)}
          </span>
        </button>
      )}
    </div>
  );
}
