import { useState } from "react";
import { useLocation } from "wouter";
import type { Me } from "../api.gen";
import { Button, Notice, PasswordInput, TextInput, useAction } from "../design";
import { http } from "../http";
import { useSession } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { Door } from "./Door";
import { useToken } from "./useToken";

/** The door of an invited colleague. */
export default function Join() {
  const text = useText();
  const { t } = text;
  const token = useToken();
  const { accept } = useSession();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const join = useAction({
    run: () => http.post<Me>("/api/invitation", { token, name, password }),
    quiet: true,
    done: (me) => {
      accept(me);
      go("/", { replace: true });
    },
  });
  return (
    <Door title={t("access.join")} hint={t("access.joinHint")} onSubmit={() => join.mutate()}>
      <TextInput
        label={t("access.name")}
        error={fieldWords(text, join.error, "name")}
        value={name}
        onChange={setName}
        required
        autoFocus
        maxLength={120}
        autoComplete="name"
      />
      <PasswordInput
        label={t("access.password")}
        hint={t("access.passwordHint")}
        error={fieldWords(text, join.error, "password")}
        value={password}
        onChange={setPassword}
        required
        minLength={12}
        autoComplete="new-password"
      />
      {join.error !== null && <Notice tone="stop">{problemWords(text, join.error)}</Notice>}
      <Button type="submit" look="primary" wide busy={join.isPending}>
        {t("access.joinButton")}
      </Button>
    </Door>
  );
}
