import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Me, SetupInput, SetupState } from "../api.gen";
import { Button, Checkbox, ErrorState, Notice, PasswordInput, Select, Skeleton, TextInput, useAction } from "../design";
import { http } from "../http";
import { useSession } from "../shell";
import { fieldWords, firstLanguage, keepLanguage, LANGUAGES, problemWords, useText } from "../text";
import { allZones, zoneName } from "../time";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { useToken } from "./useToken";

/** From the printed link to a working workspace. */
export default function SetUp() {
  const { t } = useText();
  const token = useToken();
  const state = useQuery({
    queryKey: ["setup", token],
    queryFn: ({ signal }) => http.get<SetupState>("/api/setup", { query: { token }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (state.isPending) return <Skeleton lines={4} />;
  if (state.isError) return <ErrorState error={state.error} retry={() => void state.refetch()} />;
  if (state.data.needed && state.data.tokenValid)
    return <SetUpForm token={token} simulated={state.data.simulatedAvailable} />;
  const which = state.data.needed ? "access.setUpInvalid" : "access.setUpDone";
  return (
    <Door title={t(which)} hint={t(`${which}Hint`)}>
      {!state.data.needed && <Link href="/sign-in">{t("access.signIn")}</Link>}
    </Door>
  );
}

function SetUpForm({ token, simulated }: { token: string; simulated: boolean }) {
  const text = useText();
  const { t } = text;
  const { accept } = useSession();
  const [, go] = useLocation();
  const [form, setForm] = useState<Omit<SetupInput, "token">>({
    workspaceName: "",
    zone: "Asia/Kuala_Lumpur",
    language: firstLanguage(),
    ownerName: "",
    email: "",
    password: "",
    trySimulated: simulated,
  });
  const set = (facts: Partial<typeof form>) => setForm((old) => ({ ...old, ...facts }));
  const start = useAction({
    run: () => http.post<Me>("/api/setup", { ...form, token } satisfies SetupInput),
    quiet: true,
    done: (me) => {
      keepLanguage(form.language);
      accept(me);
      go("/", { replace: true });
    },
  });
  const wrong = (field: string) => fieldWords(text, start.error, field);
  return (
    <Door title={t("access.setUp")} hint={t("access.setUpHint")} onSubmit={() => start.mutate()}>
      <fieldset className={styles.group}>
        <legend>{t("access.workspace")}</legend>
        <TextInput
          label={t("access.workspaceName")}
          hint={t("access.workspaceHint")}
          error={wrong("workspaceName")}
          value={form.workspaceName}
          onChange={(workspaceName) => set({ workspaceName })}
          required
          autoFocus
          maxLength={120}
          autoComplete="organization"
        />
        <div className={styles.pair}>
          <Select
            label={t("access.zone")}
            error={wrong("zone")}
            value={form.zone}
            onChange={(zone) => set({ zone })}
            options={allZones(form.zone).map((zone) => ({ value: zone, label: zoneName(zone) }))}
          />
          <Select
            label={t("access.language")}
            value={form.language}
            onChange={(language) => set({ language })}
            options={LANGUAGES.map((language) => ({ value: language, label: t(`shell.language.${language}`) }))}
          />
        </div>
      </fieldset>
      <fieldset className={styles.group}>
        <legend>{t("access.you")}</legend>
        <TextInput
          label={t("access.name")}
          error={wrong("ownerName")}
          value={form.ownerName}
          onChange={(ownerName) => set({ ownerName })}
          required
          maxLength={120}
          autoComplete="name"
        />
        <TextInput
          label={t("access.email")}
          error={wrong("email")}
          type="email"
          value={form.email}
          onChange={(email) => set({ email })}
          required
          autoComplete="username"
          inputMode="email"
        />
        <PasswordInput
          label={t("access.password")}
          hint={t("access.passwordHint")}
          error={wrong("password")}
          value={form.password}
          onChange={(password) => set({ password })}
          required
          minLength={12}
          autoComplete="new-password"
        />
      </fieldset>
      {simulated && (
        <Checkbox
          label={t("access.trySimulated")}
          hint={t("access.trySimulatedHint")}
          checked={form.trySimulated}
          onChange={(trySimulated) => set({ trySimulated })}
        />
      )}
      {start.error !== null && <Notice tone="stop">{problemWords(text, start.error)}</Notice>}
      <Button type="submit" look="primary" wide busy={start.isPending}>
        {t("access.start")}
      </Button>
    </Door>
  );
}
