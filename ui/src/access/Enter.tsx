import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import type { Me } from "../api.gen";
import { Notice, Skeleton } from "../design";
import { http } from "../http";
import { useSession } from "../shell";
import { problemWords, useText } from "../text";
import { Door } from "./Door";
import { useToken } from "./useToken";

/** A one-time sign-in link: signs in at once, or says why not. */
export default function Enter() {
  const text = useText();
  const { t } = text;
  const token = useToken();
  const { accept } = useSession();
  const [, go] = useLocation();
  // A query, not an effect: the link is consumed once even if this screen is drawn twice.
  const entry = useQuery({
    queryKey: ["entry", token],
    queryFn: () => http.post<Me>("/api/entry", { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    if (entry.data === undefined) return;
    accept(entry.data);
    go("/", { replace: true });
  }, [entry.data, accept, go]);
  if (!entry.isError) {
    return (
      <Door title={t("access.signInTo")}>
        <Skeleton lines={2} label={t("access.entering")} />
      </Door>
    );
  }
  return (
    <Door title={t("access.enterFailed")} hint={t("access.enterFailedHint")}>
      <Notice tone="stop">{problemWords(text, entry.error)}</Notice>
      <Link href="/sign-in">{t("access.signIn")}</Link>
    </Door>
  );
}
