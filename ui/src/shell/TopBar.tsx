import { ChevronDown, LogOut, UserRound } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useLocation } from "wouter";
import type { Me } from "../api.gen";
import { cx, Menu, MenuChoice, Tooltip, useAction } from "../design";
import { http } from "../http";
import { useLiveState } from "../live";
import { LANGUAGES, useT } from "../text";
import { useMe, useSession } from "./session";
import styles from "./TopBar.module.css";

const THEMES = ["system", "light", "dark"] as const;

/** Workspace, connection and user. */
export function TopBar() {
  const me = useMe();
  return (
    <header className={styles.bar}>
      <bdi className={styles.workspace}>{me.workspace.name}</bdi>
      <div className={styles.right}>
        <LiveDot />
        <UserMenu />
      </div>
    </header>
  );
}

function LiveDot() {
  const t = useT();
  const state = useLiveState();
  return (
    <Tooltip words={t(`shell.live.${state}Hint`)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint must be reachable by keyboard */}
      <span className={styles.connection} role="status" tabIndex={0}>
        <span className={cx(styles.dot, styles[state])} aria-hidden="true" />
        {t(`shell.live.${state}`)}
      </span>
    </Tooltip>
  );
}

function UserMenu() {
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
      trigger={
        <button type="button" className={styles.user} aria-label={t("shell.userMenu", { name: me.user.name })}>
          <span className={styles.face} aria-hidden="true">
            {Array.from(me.user.name.trim())[0]?.toLocaleUpperCase() ?? "?"}
          </span>
          <bdi className={styles.userName}>{me.user.name}</bdi>
          <ChevronDown size={16} aria-hidden="true" />
        </button>
      }
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
