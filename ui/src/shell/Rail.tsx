import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { cx } from "../design";
import { useT } from "../text";
import { AREAS } from "./areas";
import { Gong } from "./Gong";
import styles from "./Rail.module.css";
import { useMay } from "./session";

const KEPT = "hebah.rail";

/** The areas: a rail at the left, a bar at the bottom of phones. */
export function Rail() {
  const t = useT();
  const may = useMay();
  const [location] = useLocation();
  const [narrow, setNarrow] = useState(() => localStorage.getItem(KEPT) === "narrow");
  const toggle = () => {
    localStorage.setItem(KEPT, narrow ? "wide" : "narrow");
    setNarrow(!narrow);
  };
  const words = narrow ? t("shell.expand") : t("shell.collapse");
  return (
    <nav aria-label={t("shell.navigation")} className={cx(styles.rail, narrow && styles.narrow)}>
      <Link href="/" className={styles.mark} aria-label={t("shell.product")}>
        <Gong />
        <span className={styles.name}>{t("shell.product")}</span>
      </Link>
      <ul className={styles.list}>
        {AREAS.filter((area) => may(area.needs)).map((area) => {
          const below = `${location}/`.startsWith(`${area.href}/`);
          const here = below || (area.path instanceof RegExp && area.path.test(location));
          return (
            <li key={area.href}>
              <Link
                href={area.href}
                className={cx(styles.link, here && styles.here)}
                aria-current={here ? "page" : undefined}
                title={narrow ? t(area.label) : undefined}
              >
                <area.icon size={20} aria-hidden="true" />
                <span className={styles.label}>{t(area.label)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      <button type="button" className={cx(styles.link, styles.fold)} onClick={toggle} aria-label={words} title={words}>
        {narrow ? <PanelLeftOpen size={18} aria-hidden="true" /> : <PanelLeftClose size={18} aria-hidden="true" />}
      </button>
    </nav>
  );
}
