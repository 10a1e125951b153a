import { LogOut, UserRound } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement } from "react";
import { useLocation } from "wouter";
import type { Me } from "../api.gen";
import { Menu, MenuChoice, useAction } from "../design";
import { http } from "../http";
import { LANGUAGES, useT } from "../text";
import { useMe, useSession } from "./session";
import styles from "./TopBar.module.css";

const THEMES = ["system", "light", "dark"] as const;

/** Profile, theme, language, and the way out. */
export default function UserMenu({ trigger }: { trigger: ReactElement }) {
  const t = useT();
  const me = useMe();
  const { accept, signOut } = useSession();
  const [, go] = useLocation();
  const change = useAction({
    run: (facts: { theme?: (typeof THEMES)[number]; language?: (typeof LANGUAGES)[number] }) =>
      http.patch<Me>("/api/me", facts),
    done: accept,
  });
  const leave = useAction({ run: signOut, done: () => go("/sign-in") });
  return (
    <Menu
      trigger={trigger}
      startsOpen
      label={t("shell.userMenu", { name: me.user.name })}
      items={[
        { label: t("shell.profile"), icon: <UserRound size={17} />, onSelect: () => go("/settings/profile") },
        { label: t("shell.signOut"), icon: <LogOut size={17} />, onSelect: () => leave.mutate() },
      ]}
    >
      <DropdownMenu.Label className={styles.who}>
        <bdi>{me.user.name}</bdi>
        <span>{me.user.email}</span>
        <span>{t(`role.${me.user.role}`)}</span>
      </DropdownMenu.Label>
      <MenuChoice
        label={t("shell.theme")}
        value={me.user.theme}
        onChange={(theme) => change.mutate({ theme })}
        choices={THEMES.map((theme) => ({ value: theme, label: t(`shell.theme.${theme}`) }))}
      />
      <MenuChoice
        label={t("shell.language")}
        value={me.user.language ?? me.workspace.language}
        onChange={(language) => change.mutate({ language })}
        choices={LANGUAGES.map((language) => ({ value: language, label: t(`shell.language.${language}`) }))}
      />
      <DropdownMenu.Separator className={styles.line} />
    </Menu>
  );
}
