import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import type { Me, SetupState, SignIn as SignInInput } from "../api.gen";
import { Button, Notice, PasswordInput, TextInput, useAction } from "../design";
import { http } from "../http";
import { useSession } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { Door } from "./Door";
import styles from "./Door.module.css";

/** E-mail and password, then back to where one wanted to go. */
export default function SignIn() {
  const text = useText();
  const { t } = text;
  const { me, accept } = useSession();
  const [, go] = useLocation();
  const next = nextPath(useSearch());
  const setUp = useQuery({
    queryKey: ["setup", ""],
    queryFn: ({ signal }) => http.get<SetupState>("/api/setup", { query: { token: "-" }, signal }),
    enabled: me === null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [form, setForm] = useState<SignInInput>({ email: "", password: "" });
  const signIn = useAction({
    run: () => http.post<Me>("/api/session", form),
    quiet: true,
    done: (signedIn) => {
      accept(signedIn);
      go(next, { replace: true });
    },
  });
  if (me !== null && !signIn.isPending) return <Redirect to={next} replace />;
  return (
    <Door title={t("access.signInTo")} onSubmit={() => signIn.mutate()}>
      {setUp.data?.needed === true && (
        <Notice tone="wait" title={t("access.needsSetUp")}>
          {t("access.needsSetUpHint")}
        </Notice>
      )}
      <TextInput
        label={t("access.email")}
        error={fieldWords(text, signIn.error, "email")}
        type="email"
        value={form.email}
        onChange={(email) => setForm({ ...form, email })}
        required
        autoFocus
        autoComplete="username"
        inputMode="email"
      />
      <PasswordInput
        label={t("access.password")}
        error={fieldWords(text, signIn.error, "password")}
        value={form.password}
        onChange={(password) => setForm({ ...form, password })}
        required
        autoComplete="current-password"
      />
      {signIn.error !== null && <Notice tone="stop">{problemWords(text, signIn.error)}</Notice>}
      <Button type="submit" look="primary" wide busy={signIn.isPending}>
        {t("access.signIn")}
      </Button>
      <p className={styles.small}>{t("access.forgot")}</p>
    </Door>
  );
}

/** Only an address of this site. */
function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return next.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}
