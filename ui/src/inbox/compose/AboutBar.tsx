import { Pencil, Reply, X } from "lucide-react";
import { IconButton } from "../../design";
import { useT } from "../../text";
import { quoteOf } from "../sending/write";
import type { About } from "../thread/context";
import { QuoteWords } from "../thread/Quote";
import styles from "./AboutBar.module.css";

/** Above the composer: what is answered or edited. */
export function AboutBar({ about, onClose }: { about: NonNullable<About>; onClose: () => void }) {
  const t = useT();
  const isEdit = about.kind === "edit";
  return (
    <div className={styles.bar} role="status">
      {isEdit ? <Pencil size={18} aria-hidden="true" /> : <Reply size={18} aria-hidden="true" />}
      <span className={styles.words}>
        <span className="srOnly">{t(isEdit ? "inbox.editing" : "inbox.replyingTo")}</span>
        <QuoteWords quote={quoteOf(about.bubble)} />
      </span>
      <IconButton
        label={t(isEdit ? "inbox.stopEditing" : "inbox.stopReplying")}
        icon={<X size={18} />}
        onClick={onClose}
      />
    </div>
  );
}
