import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { cx } from "../design";
import { useT } from "../text";
import styles from "./Page.module.css";

interface PageProps {
  title: string;
  /** Instead of the title, when the heading is more than words. */
  heading?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** Where the arrow before the heading leads. */
  backTo?: { href: string; label: string };
  /** The page is exactly as high as the window; its lists scroll inside. */
  fill?: boolean;
  children: ReactNode;
}

/** A screen: its heading takes the focus after navigation, its title names the tab. */
export function Page({ title, heading, subtitle, actions, backTo, fill = false, children }: PageProps) {
  const t = useT();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("shell.product")}`;
  }, [title, t]);
  useEffect(() => {
    // Not on the first screen of a visit: nobody has navigated yet.
    if (document.documentElement.dataset.visited === "yes") head.current?.focus({ preventScroll: true });
    document.documentElement.dataset.visited = "yes";
  }, []);
  return (
    <div className={cx(styles.page, fill && styles.fill)}>
      <header className={styles.head}>
        <div className={styles.titles}>
          {backTo !== undefined && (
            <Link href={backTo.href} className={styles.back}>
              <ChevronLeft size={16} aria-hidden="true" />
              {backTo.label}
            </Link>
          )}
          <h1 ref={head} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {subtitle !== undefined && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
