import { type FormEvent, useState } from "react";
import type { Me, UserView } from "../api.gen";
import { Button, Notice, Panel, PasswordInput, RadioGroup, Select, TextInput, useAction } from "../design";
import { asProblem, http } from "../http";
import { useMe, useSession } from "../shell";
import { fieldWords, LANGUAGES, type Language, problemWords, useText } from "../text";
import styles from "./Settings.module.css";

type ProfileChange = Partial<{ name: string; theme: UserView["theme"]; language: Language | null }>;

const THEMES = ["system", "light", "dark"] as const;

export function ProfileTab() {
  return (
    <div className={styles.columns}>
      <ProfilePanel />
      <PasswordPanel />
    </div>
  );
}

function ProfilePanel() {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const { accept } = useSession();
  const [name, setName] = useState(me.user.name);
  const change = useAction({
    run: (facts: ProfileChange) => http.patch<Me>("/api/me", facts),
    done: accept,
    words: () => t("shell.saved"),
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name });
  };
  const wrongName = fieldWords(text, change.error, "name");
  return (
    <Panel id="profile" title={t("settings.profile")}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput
          label={t("settings.yourName")}
          error={wrongName}
          value={name}
          onChange={setName}
          maxLength={120}
          autoComplete="name"
          dir="auto"
        />
        <div className={styles.save}>
          <Button type="submit" look="primary" busy={change.isPending} disabled={name.trim() === me.user.name}>
            {t("shell.save")}
          </Button>
        </div>
      </form>
      <Select
        label={t("settings.yourLanguage")}
        value={me.user.language ?? ""}
        onChange={(language) => change.mutate({ language: language === "" ? null : language })}
        options={[
          {
            value: "" as const,
            label: t("settings.asWorkspace", { language: t(`shell.language.${me.workspace.language}`) }),
          },
          ...LANGUAGES.map((language) => ({ value: language, label: t(`shell.language.${language}`) })),
        ]}
      />
      <RadioGroup
        label={t("settings.theme")}
        value={me.user.theme}
        onChange={(theme) => change.mutate({ theme })}
        choices={THEMES.map((theme) => ({ value: theme, label: t(`shell.theme.${theme}`) }))}
      />
      {change.error !== null && wrongName === undefined && (
        <Notice tone="stop">{problemWords(text, change.error)}</Notice>
      )}
    </Panel>
  );
}

function PasswordPanel() {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const [current, setCurrent] = useState("");
  const [replacement, setReplacement] = useState("");
  const change = useAction({
    run: () => http.post("/api/me/password", { current, replacement }),
    words: () => t("settings.passwordChanged"),
    done: () => {
      setCurrent("");
      setReplacement("");
    },
    changes: [["me"]],
    quiet: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const wrongCurrent =
    change.error !== null && asProblem(change.error).code === "password_wrong"
      ? t("problem.password_wrong")
      : fieldWords(text, change.error, "current");
  const wrongNew = fieldWords(text, change.error, "replacement");
  return (
    <Panel id="password" title={t("settings.password")}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <input type="hidden" autoComplete="username" value={me.user.email} readOnly />
        <PasswordInput
          label={t("settings.currentPassword")}
          error={wrongCurrent}
          value={current}
          onChange={setCurrent}
          autoComplete="current-password"
        />
        <PasswordInput
          label={t("settings.newPassword")}
          hint={t("access.passwordHint")}
          error={wrongNew}
          value={replacement}
          onChange={setReplacement}
          autoComplete="new-password"
        />
        {change.error !== null && wrongCurrent === undefined && wrongNew === undefined && (
          <Notice tone="stop">{problemWords(text, change.error)}</Notice>
        )}
        <div className={styles.save}>
          <Button type="submit" look="primary" busy={change.isPending} disabled={current === "" || replacement === ""}>
            {t("settings.changePassword")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
