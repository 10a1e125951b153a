import { type FormEvent, type ReactNode, useEffect } from "react";
import { Gong } from "../shell/Gong";
import { useT } from "../text";
import styles from "./Door.module.css";

/** The screen before the workspace: mark, one form, nothing else. */
export function Door({
  title,
  hint,
  onSubmit,
  children,
}: {
  title: string;
  hint?: ReactNode;
  onSubmit?: () => void;
  children: ReactNode;
}) {
  const t = useT();
  useEffect(() => {
    document.title = `${title} · ${t("shell.product")}`;
  }, [title, t]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <main className={styles.door}>
      <div className={styles.brand}>
        <Gong size={44} />
        <p className={styles.product}>{t("shell.product")}</p>
        <p className={styles.tagline}>{t("access.tagline")}</p>
      </div>
      <form className={styles.card} onSubmit={submit} noValidate aria-label={title}>
        <header>
          <h1>{title}</h1>
          {hint !== undefined && <p className={styles.hint}>{hint}</p>}
        </header>
        {children}
      </form>
      <p className={styles.small}>{t("access.notAffiliated")}</p>
    </main>
  );
}
