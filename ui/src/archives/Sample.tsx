import { Paperclip } from "lucide-react";
import type { ArchiveView } from "../api.gen";
import { cx } from "../design";
import { useText } from "../text";
import { When } from "../time";
import styles from "./Sample.module.css";

/** The first messages of a file, as they will stand in the chat. */
export function Sample({ view }: { view: ArchiveView }) {
  const { t } = useText();
  return (
    <ol className={styles.chat} aria-label={t("archive.sample")}>
      {view.sample.map((each, at) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a sample has no identity and never changes its order
          key={at}
          className={cx(styles.line, each.fromMe && styles.own, each.kind === "system" && styles.notice)}
        >
          {each.author !== "" && !each.fromMe && <bdi className={styles.author}>{each.author}</bdi>}
          {each.fromMe && <span className="srOnly">{t("archive.us")}</span>}
          {(each.fileName !== "" || (each.kind !== "text" && each.kind !== "system")) && (
            <span className={styles.file}>
              <Paperclip size={15} aria-hidden="true" />
              <bdi>{each.fileName || t("archive.aFile")}</bdi>
              {!each.hasFile && <em>{t("archive.fileMissing")}</em>}
            </span>
          )}
          {each.body !== "" && <bdi className={styles.words}>{each.body}</bdi>}
          <span className={styles.foot}>
            <When at={each.at} as="full" />
            {!each.isNew && ` · ${t("archive.hereAlready")}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
