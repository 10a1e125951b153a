import { Paperclip } from "lucide-react";
import { type DragEvent, type ReactNode, type RefObject, useState } from "react";
import { useT } from "../../text";
import { useThread } from "../thread/context";
import styles from "./DropZone.module.css";

/** The whole chat takes dropped files. */
export function DropZone({ pane, children }: { pane: RefObject<HTMLElement | null>; children: ReactNode }) {
  const t = useT();
  const { can, offer } = useThread();
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => can.reply && event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the paperclip does the same
    <div
      className={styles.zone}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node) || pane.current?.contains(event.relatedTarget) !== true)
          setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        offer({ files: [...event.dataTransfer.files] });
      }}
    >
      {children}
      {isOver && (
        <p className={styles.hint}>
          <Paperclip size={30} aria-hidden="true" />
          {t("inbox.dropHere")}
        </p>
      )}
    </div>
  );
}
