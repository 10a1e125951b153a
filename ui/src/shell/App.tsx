import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import type { Me } from "../api.gen";
import { Skeleton } from "../design";
import { withWords } from "../text";
import { CrashBoundary } from "./Crash";
import { Shell } from "./Shell";
import { useSession } from "./session";

const SetUp = lazy(withWords(["access", "parts"], () => import("../access/SetUp")));
const Enter = lazy(withWords(["access", "parts"], () => import("../access/Enter")));
const SignIn = lazy(withWords(["access", "parts"], () => import("../access/SignIn")));
const Reset = lazy(withWords(["office"], () => import("../access/Reset")));
const SecondStepWanted = lazy(withWords(["office"], () => import("../access/SecondStepWanted")));
const Join = lazy(withWords(["access", "parts"], () => import("../access/Join")));

/** Doors for those outside, the shell for those inside. */
export function App() {
  const { me } = useSession();
  const [location] = useLocation();
  return (
    <CrashBoundary resetKey={location}>
      <Suspense fallback={<Skeleton lines={4} />}>
        <Switch>
          <Route path="/setup" component={SetUp} />
          <Route path="/enter" component={Enter} />
          <Route path="/join" component={Join} />
          <Route path="/reset" component={Reset} />
          <Route path="/sign-in" component={SignIn} />
          <Route>{inside(me)}</Route>
        </Switch>
      </Suspense>
    </CrashBoundary>
  );
}

function inside(me: Me | null) {
  if (me === null) return <Redirect to={signInPath()} replace />;
  return me.secondStepMissing ? <SecondStepWanted /> : <Shell />;
}

function signInPath(): string {
  const here = window.location.pathname + window.location.search;
  return here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;
}
