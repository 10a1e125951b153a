import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useT } from "../text";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./FileDrop.module.css";

/** Takes one file, dropped or chosen. */
export function FileDrop({
  label,
  hint,
  accept,
  onFile,
  disabled = false,
}: {
  label: string;
  hint?: ReactNode;
  accept: string;
  onFile: (file: File) => void;
  disabled?: boolean;
}) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
    if (input.current !== null) input.current.value = "";
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled) take(event.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button does the same
    <div
      className={cx(styles.drop, over && styles.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Upload size={24} aria-hidden="true" className={styles.icon} />
      <p className={styles.label}>{label}</p>
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      <input
        ref={input}
        type="file"
        accept={accept}
        className="srOnly"
        tabIndex={-1}
        aria-label={label}
        disabled={disabled}
        onChange={(event) => take(event.target.files)}
      />
      <Button disabled={disabled} onClick={() => input.current?.click()}>
        {t("file.choose")}
      </Button>
    </div>
  );
}
