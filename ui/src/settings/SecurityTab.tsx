import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SessionList, SessionView } from "../api.gen";
import { Badge, Button, ConfirmDialog, ErrorState, Panel, Skeleton, Table, useAction } from "../design";
import { http } from "../http";
import { useText } from "../text";
import { When } from "../time";
import { SecondStepPanel } from "./SecondStepPanel";
import styles from "./Settings.module.css";

/** Where one is signed in, and what it takes to sign in. */
export function SecurityTab() {
  return (
    <div className={styles.stack}>
      <SessionsPanel />
      <SecondStepPanel />
    </div>
  );
}

function SessionsPanel() {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => http.get<SessionList>("/api/me/sessions", { signal }),
  });
  const others = useAction({
    run: () => http.delete("/api/me/sessions"),
    changes: [["sessions"]],
    words: () => t("security.signedOut"),
    quiet: true,
  });
  const several = (sessions.data?.items.length ?? 0) > 1;
  return (
    <Panel
      id="sessions"
      title={t("security.sessions")}
      actions={several && <Button onClick={() => setAsking(true)}>{t("security.signOutOthers")}</Button>}
    >
      <p className={styles.hint}>{t("security.sessionsHint")}</p>
      {sessions.isPending ? (
        <Skeleton lines={3} />
      ) : sessions.isError ? (
        <ErrorState error={sessions.error} retry={() => void sessions.refetch()} />
      ) : (
        <Table
          label={t("security.sessions")}
          rows={sessions.data.items}
          rowKey={(session) => session.id}
          columns={[
            {
              id: "browser",
              header: t("security.browser"),
              rowHeader: true,
              cell: (session) => (
                <span>
                  <BrowserName session={session} /> {session.current && <Badge>{t("security.current")}</Badge>}
                </span>
              ),
            },
            { id: "address", header: t("security.address"), cell: (session) => <bdi>{session.address || "–"}</bdi> },
            { id: "seen", header: t("security.seen"), cell: (session) => <When at={session.seenAt} /> },
            { id: "since", header: t("security.since"), cell: (session) => <When at={session.createdAt} /> },
            {
              id: "actions",
              header: <span className="srOnly">{t("settings.actions")}</span>,
              align: "end",
              cell: (session) => (session.current ? null : <EndSession session={session} />),
            },
          ]}
        />
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("security.othersTitle")}
        consequence={t("security.othersHint")}
        confirmLabel={t("security.signOutOthers")}
        onConfirm={() => others.mutateAsync()}
      />
    </Panel>
  );
}

function EndSession({ session }: { session: SessionView }) {
  const { t } = useText();
  const name = useBrowserName(session);
  const end = useAction({
    run: () => http.delete(`/api/me/sessions/${session.id}`),
    changes: [["sessions"]],
    words: () => t("security.signedOut"),
  });
  return (
    <Button busy={end.isPending} onClick={() => end.mutate()} aria-label={t("security.signOutName", { name })}>
      {t("security.signOut")}
    </Button>
  );
}

function BrowserName({ session }: { session: SessionView }) {
  return <bdi>{useBrowserName(session)}</bdi>;
}

function useBrowserName({ browser, system }: SessionView): string {
  const { t } = useText();
  if (browser !== "" && system !== "") return t("security.browserOn", { browser, system });
  return browser || system || t("security.browserUnknown");
}
