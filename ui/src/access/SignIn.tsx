import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import type { Me, SetupState, SignIn as SignInInput } from "../api.gen";
import { Button, Notice, PasswordInput, TextInput, useAction } from "../design";
import { asProblem, http } from "../http";
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
  const [form, setForm] = useState({ email: "", password: "", code: "" });
  const [asked, setAsked] = useState(false);
  const signIn = useAction({
    run: async () => {
      try {
        const proof: SignInInput = { ...form, code: asked ? form.code : null };
        return await http.post<Me>("/api/session", proof);
      } catch (error) {
        if (asProblem(error).code === "second_step_needed") setAsked(true);
        throw error;
      }
    },
    quiet: true,
    done: (signedIn) => {
      accept(signedIn);
      go(next, { replace: true });
    },
  });
  const needsCode = signIn.error !== null && asProblem(signIn.error).code === "second_step_needed";
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
      {asked && (
        <TextInput
          label={t("access.code")}
          hint={t("access.codeHint")}
          value={form.code}
          onChange={(code) => setForm({ ...form, code })}
          autoFocus
          autoComplete="one-time-code"
        />
      )}
      {needsCode ? (
        <Notice tone="wait">{t("access.codeAsked")}</Notice>
      ) : (
        signIn.error !== null && <Notice tone="stop">{problemWords(text, signIn.error)}</Notice>
      )}
      <Button type="submit" look="primary" wide busy={signIn.isPending}>
        {asked ? t("access.codeNext") : t("access.signIn")}
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
