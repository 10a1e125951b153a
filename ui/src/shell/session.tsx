import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo } from "react";
import type { Me, Permission } from "../api.gen";
import { ErrorState, Skeleton, ToastProvider } from "../design";
import { asProblem, http } from "../http";
import { live, useLive } from "../live";
import { firstLanguage, keepLanguage, TextProvider } from "../text";
import { TimesProvider } from "../time";
import { firstTheme, showTheme } from "./theme";

interface Session {
  /** Null while nobody is signed in. */
  me: Me | null;
  /** After sign-in, set-up, entry or a change of the profile. */
  accept: (me: Me) => void;
  signOut: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);
const ME = ["me"] as const;

async function readMe(): Promise<Me | null> {
  try {
    const me = await http.get<Me>("/api/me");
    http.carryCsrf(me.csrfToken);
    return me;
  } catch (error) {
    if (asProblem(error).status === 401) return null;
    throw error;
  }
}

/** Who is signed in, and with that the language, the zone, the theme and the live connection. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const result = useQuery({ queryKey: ME, queryFn: readMe, staleTime: Number.POSITIVE_INFINITY, retry: 1 });
  const me = result.data ?? null;
  const language = me?.user.language ?? me?.workspace.language ?? firstLanguage();
  const theme = me?.user.theme ?? firstTheme();

  const accept = useCallback(
    (next: Me) => {
      http.carryCsrf(next.csrfToken);
      queries.setQueryData(ME, next);
    },
    [queries],
  );
  const forget = useCallback(() => {
    live.stop();
    http.carryCsrf(null);
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== ME[0] });
    queries.setQueryData(ME, null);
  }, [queries]);
  const signOut = useCallback(async () => {
    await http.delete("/api/session");
    forget();
  }, [forget]);

  useEffect(() => {
    http.listen({ head: (topic, head) => live.noteHead(topic, head), signedOut: forget });
  }, [forget]);
  const signedIn = me !== null && !me.secondStepMissing;
  useEffect(() => {
    if (!signedIn) return;
    live.start(forget);
    return () => live.stop();
  }, [signedIn, forget]);
  useEffect(() => showTheme(theme), [theme]);
  useEffect(() => {
    if (signedIn) keepLanguage(language);
  }, [signedIn, language]);

  const session = useMemo<Session>(() => ({ me, accept, signOut }), [me, accept, signOut]);
  return (
    <TextProvider language={language}>
      <TimesProvider zone={me?.workspace.zone ?? "Asia/Kuala_Lumpur"}>
        <ToastProvider>
          {result.isPending ? (
            <Skeleton lines={4} />
          ) : result.isError && result.data === undefined ? (
            <ErrorState error={result.error} retry={() => void result.refetch()} />
          ) : (
            <SessionContext value={session}>
              <SettingsWatch topic={me?.workspace.id ?? null} />
              {children}
            </SessionContext>
          )}
        </ToastProvider>
      </TimesProvider>
    </TextProvider>
  );
}

/** A change of the workspace by someone else (name, zone, limits) reaches this page too. */
function SettingsWatch({ topic }: { topic: string | null }) {
  useLive(topic, ["settings_changed", "users_changed"], [ME, ["workspace"], ["users"]]);
  return null;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside of SessionProvider");
  return session;
}

/** The signed-in user and workspace; only below the signed-in part of the page. */
export function useMe(): Me {
  const { me } = useSession();
  if (me === null) throw new Error("useMe while signed out");
  return me;
}

/** Whether the role allows something. The server has the last word. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return useCallback((permission) => permissions.includes(permission), [permissions]);
}
