import { type ReactNode, useState } from "react";
import { problemWords, useText } from "../text";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Notice } from "./Notice";

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, in numbers. */
  consequence: ReactNode;
  confirmLabel: string;
  onConfirm: () => Promise<unknown>;
  look?: "stop" | "primary";
  children?: ReactNode;
}

/** Asks once, names the consequence, stays open with the reason when the server refuses. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  consequence,
  confirmLabel,
  onConfirm,
  look = "stop",
  children,
}: ConfirmProps) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      description={consequence}
      actions={
        <>
          <Button onClick={close}>{text.t("shell.keep")}</Button>
          <Button look={look} busy={busy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
      {error !== null && <Notice tone="stop">{problemWords(text, error)}</Notice>}
    </Dialog>
  );
}
