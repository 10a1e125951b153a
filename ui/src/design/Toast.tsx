import { X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useT } from "../text";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Toast.module.css";

export interface ToastFacts {
  words: string;
  tone?: "good" | "stop";
  /** Takes the action back. */
  undo?: () => void;
}

type Announce = (toast: ToastFacts) => void;

const ToastContext = createContext<Announce | null>(null);
const SHOWN_MS = 7000;

/** Short news at the edge of the screen; stays while pointed at or focused. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(ToastFacts & { id: number })[]>([]);
  const nextId = useRef(1);
  const timers = useRef(new Map<number, number>());

  const dismiss = useCallback((id: number) => {
    window.clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setToasts((all) => all.filter((toast) => toast.id !== id));
  }, []);
  const start = useCallback(
    (id: number) => {
      timers.current.set(
        id,
        window.setTimeout(() => dismiss(id), SHOWN_MS),
      );
    },
    [dismiss],
  );
  const announce = useCallback<Announce>(
    (toast) => {
      const id = nextId.current++;
      setToasts((all) => [...all.slice(-2), { ...toast, id }]);
      start(id);
    },
    [start],
  );
  const list = useMemo(
    () =>
      toasts.map((toast) => (
        <ToastView
          key={toast.id}
          toast={toast}
          dismiss={() => dismiss(toast.id)}
          hold={() => window.clearTimeout(timers.current.get(toast.id))}
          release={() => start(toast.id)}
        />
      )),
    [toasts, dismiss, start],
  );
  return (
    <ToastContext value={announce}>
      {children}
      <div className={styles.toasts} role="status" aria-live="polite">
        {list}
      </div>
    </ToastContext>
  );
}

function ToastView({
  toast,
  dismiss,
  hold,
  release,
}: {
  toast: ToastFacts;
  dismiss: () => void;
  hold: () => void;
  release: () => void;
}) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing only keeps it longer
    <div
      className={cx(styles.toast, toast.tone === "stop" && styles.stop)}
      onMouseEnter={hold}
      onMouseLeave={release}
      onFocus={hold}
      onBlur={release}
    >
      <p>{toast.words}</p>
      {toast.undo !== undefined && (
        <button
          type="button"
          className={styles.undo}
          onClick={() => {
            toast.undo?.();
            dismiss();
          }}
        >
          {t("shell.undo")}
        </button>
      )}
      <IconButton
        size="small"
        className={styles.close}
        label={t("shell.dismiss")}
        icon={<X size={16} />}
        onClick={dismiss}
      />
    </div>
  );
}

export function useToast(): Announce {
  const announce = useContext(ToastContext);
  if (announce === null) throw new Error("useToast outside of ToastProvider");
  return announce;
}
