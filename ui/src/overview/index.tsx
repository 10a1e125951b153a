import { useQuery } from "@tanstack/react-query";
import { Megaphone } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import type { Overview as OverviewFacts } from "../api.gen";
import { ErrorState, Panel, Skeleton, Tile, Tiles } from "../design";
import { http } from "../http";
import { useLive } from "../live";
import { Page, useMay, useMe } from "../shell";
import { useText } from "../text";
import { useTimes, zoneName } from "../time";
import { Attention } from "./Attention";
import { FirstSteps } from "./FirstSteps";
import { Fleet } from "./Fleet";
import styles from "./Overview.module.css";
import { Running } from "./Running";

// Sends and receipts are too many to announce one by one; the day's figures are asked for instead.
const FIGURES_EVERY_MS = 15_000;

const Restored = lazy(() => import("../restored"));

/** `/restored` lists what a restore holds; all else is the overview. */
export default function OverviewArea() {
  return (
    <Suspense fallback={<Skeleton lines={8} height={28} />}>
      <Switch>
        <Route path="/restored" component={Restored} />
        <Route component={Overview} />
      </Switch>
    </Suspense>
  );
}

/** What needs a person first; then today, the fleet and what is running. */
function Overview() {
  const { t } = useText();
  const topic = useMe().workspace.id;
  useLive(topic, ["devices_changed", "campaigns_changed", "leads_changed", "imports_changed"], [["overview"]], {
    throttleMs: 2000,
  });
  const overview = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => http.get<OverviewFacts>("/api/overview", { signal, topic }),
    refetchInterval: FIGURES_EVERY_MS,
  });
  return (
    <Page title={t("shell.overview")}>
      {overview.isPending ? (
        <Skeleton lines={8} height={28} />
      ) : overview.data === undefined ? (
        <ErrorState error={overview.error} retry={() => void overview.refetch()} />
      ) : (
        <Facts facts={overview.data} />
      )}
    </Page>
  );
}

function Facts({ facts }: { facts: OverviewFacts }) {
  const { t } = useText();
  const may = useMay();
  const steps = facts.attention.filter((item) => item.kind === "setup");
  const needs = facts.attention.filter((item) => item.kind !== "setup");
  return (
    <>
      {steps.length > 0 && <FirstSteps steps={steps} />}
      {(needs.length > 0 || steps.length === 0) && <Attention items={needs} />}
      <div className={styles.figures}>
        <Today facts={facts} />
        {may("lead:read") && <People facts={facts} />}
      </div>
      {facts.fleet.length > 0 && <Fleet devices={facts.fleet} counts={facts.fleetCounts} />}
      {may("campaign:read") && (
        <Panel
          id="running"
          title={t("overview.running")}
          actions={
            may("campaign:edit") && (
              <Link href="/campaigns/new" className={styles.linkButton}>
                <Megaphone size={16} aria-hidden="true" />
                {t("overview.newCampaign")}
              </Link>
            )
          }
        >
          <Running campaigns={facts.running} />
        </Panel>
      )}
    </>
  );
}

function Today({ facts }: { facts: OverviewFacts }) {
  const text = useText();
  const { t } = text;
  const { zone } = useTimes();
  const { today } = facts;
  const share = (value: number) =>
    today.sent === 0 ? undefined : t("overview.ofSent", { share: text.percent(value / today.sent) });
  return (
    <section className={styles.today} aria-labelledby="today">
      <h2 id="today">
        {t("overview.today")} <span className={styles.zone}>{zoneName(zone)}</span>
      </h2>
      <Tiles label={t("overview.today")}>
        <Tile label={t("overview.sent")} value={today.sent} />
        <Tile label={t("overview.delivered")} value={today.delivered} note={share(today.delivered)} />
        <Tile label={t("overview.read")} value={today.read} note={share(today.read)} />
        <Tile label={t("overview.replied")} value={today.replied} note={share(today.replied)} />
        <Tile label={t("overview.optedOut")} value={today.optedOut} note={share(today.optedOut)} />
        <Tile
          label={t("overview.failed")}
          value={today.failed}
          {...(today.failed > 0 ? { tone: "stop" as const } : {})}
          note={share(today.failed)}
        />
      </Tiles>
    </section>
  );
}

function People({ facts }: { facts: OverviewFacts }) {
  const { t } = useText();
  return (
    <section className={styles.today} aria-labelledby="people">
      <h2 id="people">{t("overview.people")}</h2>
      <Tiles label={t("overview.people")}>
        <Tile label={t("overview.leads")} value={facts.leads} to="/leads" />
        <Tile
          label={t("overview.suppressed")}
          value={facts.suppressed}
          note={t("overview.suppressedNote")}
          to="/leads?suppressed=true"
        />
      </Tiles>
    </section>
  );
}
