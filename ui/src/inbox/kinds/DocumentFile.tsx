import { Download, FileText } from "lucide-react";
import { sizeWords, useText } from "../../text";
import type { Bubble } from "../store/conversation";
import styles from "./DocumentFile.module.css";
import { MediaGap, useMediaPlace } from "./media";

/** A file by name and size; opening it saves it. */
export function DocumentFile({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { url, gap, onError } = useMediaPlace(bubble);
  const { media } = bubble;
  const name = media?.fileName || text.t("inbox.kind.document");
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toUpperCase();
  const facts = (
    <>
      <span className={styles.sheet} aria-hidden="true">
        <FileText size={26} />
        {ending !== undefined && <span className={styles.ending}>{ending}</span>}
      </span>
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        {url === null ? (
          <MediaGap bubble={bubble} gap={gap} isSmall />
        ) : (
          <span className={styles.size}>{sizeWords(text.locale, media?.size ?? 0)}</span>
        )}
      </span>
    </>
  );
  if (url === null) return <div className={styles.file}>{facts}</div>;
  return (
    <a className={styles.file} href={url} download={name} onClick={onError}>
      {facts}
      <Download size={19} aria-hidden="true" className={styles.save} />
      <span className="srOnly">{text.t("inbox.saveFile")}</span>
    </a>
  );
}
