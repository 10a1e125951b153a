import { CircleAlert, RotateCw } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { problemWords, useText } from "../text";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./States.module.css";

/** Nothing here yet: why, and the one thing to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={styles.state}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <h2 className={styles.title}>{title}</h2>
      {children !== undefined && <div className={styles.words}>{children}</div>}
      {action}
    </div>
  );
}

/** Something could not be fetched: the reason in words, and a retry. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const text = useText();
  return (
    <div className={styles.state} role="alert">
      <div className={cx(styles.icon, styles.stop)}>
        <CircleAlert size={26} aria-hidden="true" />
      </div>
      <h2 className={styles.title}>{text.t("shell.couldNotLoad")}</h2>
      <p className={styles.words}>{problemWords(text, error)}</p>
      {retry !== undefined && (
        <Button icon={<RotateCw size={16} />} onClick={retry}>
          {text.t("shell.retry")}
        </Button>
      )}
    </div>
  );
}

/** Grey lines where content will be, only when it takes longer than 300 ms. */
export function Skeleton({ lines = 3, height = 16, label }: { lines?: number; height?: number; label?: string }) {
  const text = useText();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 300);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className={styles.skeleton} role="status">
      <span className="srOnly">{label ?? text.t("shell.loading")}</span>
      {late &&
        Array.from({ length: lines }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: grey lines have no identity
          <span key={index} className={styles.line} style={{ height, width: `${100 - ((index * 17) % 40)}%` }} />
        ))}
    </div>
  );
}
