import { useState } from "react";
import { useLocation } from "wouter";
import type { Me } from "../api.gen";
import { Button, Notice, PasswordInput, TextInput, useAction } from "../design";
import { asProblem, http } from "../http";
import { useSession } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { Door } from "./Door";
import { useToken } from "./useToken";

/** A new password by a link that an owner or admin gave; who has a second step is asked for it here too. */
export default function Reset() {
  const text = useText();
  const { t } = text;
  const token = useToken();
  const { accept } = useSession();
  const [, go] = useLocation();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState(false);
  const reset = useAction({
    run: async () => {
      try {
        return await http.post<Me>("/api/reset", { token, password, code: asked ? code : null });
      } catch (error) {
        if (asProblem(error).code === "second_step_needed") setAsked(true);
        throw error;
      }
    },
    quiet: true,
    done: (me) => {
      accept(me);
      go("/", { replace: true });
    },
  });
  const needsCode = reset.error !== null && asProblem(reset.error).code === "second_step_needed";
  return (
    <Door title={t("access.reset")} hint={t("access.resetHint")} onSubmit={() => reset.mutate()}>
      <PasswordInput
        label={t("settings.newPassword")}
        hint={t("access.passwordHint")}
        error={fieldWords(text, reset.error, "password")}
        value={password}
        onChange={setPassword}
        required
        autoFocus
        minLength={12}
        autoComplete="new-password"
      />
      {asked && (
        <TextInput
          label={t("access.code")}
          hint={t("access.codeHint")}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          autoFocus
        />
      )}
      {needsCode ? (
        <Notice tone="wait">{t("access.codeAsked")}</Notice>
      ) : (
        reset.error !== null && <Notice tone="stop">{problemWords(text, reset.error)}</Notice>
      )}
      <Button type="submit" look="primary" wide busy={reset.isPending}>
        {t("access.resetButton")}
      </Button>
    </Door>
  );
}
