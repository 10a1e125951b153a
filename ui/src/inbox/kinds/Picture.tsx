import { useState } from "react";
import { cx } from "../../design";
import { useText } from "../../text";
import { useUi } from "../parts/ui";
import type { Bubble } from "../store/conversation";
import { pictureSize } from "../thread/layout";
import { MediaGap, useMediaPlace } from "./media";
import styles from "./Picture.module.css";

/** A picture in its place from the start: a blur of it first, then itself; opens large. */
export function Picture({ bubble }: { bubble: Bubble }) {
  const { t } = useText();
  const { show } = useUi();
  const { url, gap, onError } = useMediaPlace(bubble);
  const [isHere, setHere] = useState(false);
  const { media } = bubble;
  const size = pictureSize(media?.width ?? 0, media?.height ?? 0);
  const style = { width: size.width, aspectRatio: `${size.width} / ${size.height}` };
  const inside = (
    <>
      {media?.thumbnail?.startsWith("data:image/") && !isHere && (
        <img src={media.thumbnail} alt="" className={styles.blur} />
      )}
      {url !== null && (
        <img
          src={url}
          alt={bubble.body === "" ? t("inbox.kind.image") : bubble.body.slice(0, 120)}
          className={cx(styles.image, isHere && styles.here)}
          loading="lazy"
          decoding="async"
          onLoad={() => setHere(true)}
          onError={onError}
        />
      )}
    </>
  );
  if (url === null) {
    return (
      <div className={styles.frame} style={style}>
        {inside}
        <MediaGap bubble={bubble} gap={gap} />
      </div>
    );
  }
  return (
    <button
      type="button"
      className={styles.frame}
      style={style}
      aria-label={t("inbox.openPicture")}
      onClick={() => show({ kind: "viewer", chatId: bubble.chatId, messageId: bubble.id })}
    >
      {inside}
    </button>
  );
}
