import { cx } from "../../design";
import { useT } from "../../text";
import type { Bubble } from "../store/conversation";
import { MediaGap, useMediaPlace } from "./media";
import styles from "./StickerPicture.module.css";

/** A sticker: a picture without a bubble. */
export function StickerPicture({ bubble }: { bubble: Bubble }) {
  const t = useT();
  const { url, gap, onError } = useMediaPlace(bubble);
  return (
    <div className={cx(styles.frame, url === null && styles.gap)}>
      {url === null ? (
        <MediaGap bubble={bubble} gap={gap} />
      ) : (
        <img
          src={url}
          alt={t("inbox.kind.sticker")}
          loading="lazy"
          decoding="async"
          onError={onError}
          className={styles.image}
        />
      )}
    </div>
  );
}
