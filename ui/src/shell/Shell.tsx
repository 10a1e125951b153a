import { lazy, Suspense, useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { Skeleton } from "../design";
import { useLiveState } from "../live";
import { useT, withWords } from "../text";
import { AREAS } from "./areas";
import { CrashBoundary } from "./Crash";
import { NotFound } from "./NotFound";
import { Rail } from "./Rail";
import styles from "./Shell.module.css";
import { useMay } from "./session";
import { TopBar } from "./TopBar";

const StopBanner = lazy(withWords(["stops"], () => import("../stops/StopBanner")));

/** The frame around every signed-in screen. */
export function Shell() {
  const t = useT();
  const may = useMay();
  const [location] = useLocation();
  const offline = useLiveState() === "offline";
  const area = location.split("/")[1] ?? "";
  useEffect(() => {
    // Back and Forward restore their own place; a new area begins at its top.
    if (area !== undefined && window.history.scrollRestoration === "auto") window.scrollTo(0, 0);
  }, [area]);
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        {t("shell.skip")}
      </a>
      <Rail />
      <div className={styles.column}>
        <TopBar />
        {offline && (
          <p className={styles.banner} role="alert">
            {t("shell.offlineBanner")}
          </p>
        )}
        <Suspense>
          <StopBanner />
        </Suspense>
        <main id="main" tabIndex={-1} className={styles.main}>
          <CrashBoundary resetKey={location}>
            <Suspense fallback={<Skeleton lines={5} />}>
              <Switch>
                {AREAS.filter((each) => may(each.needs)).map((each) => (
                  <Route key={each.href} path={each.path} component={each.screen} />
                ))}
                <Route>
                  <NotFound />
                </Route>
              </Switch>
            </Suspense>
          </CrashBoundary>
        </main>
      </div>
    </div>
  );
}
