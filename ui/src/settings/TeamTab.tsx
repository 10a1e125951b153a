import { useQuery } from "@tanstack/react-query";
import { MoreVertical, UserPlus } from "lucide-react";
import { useState } from "react";
import type { UserView } from "../api.gen";
import {
  Badge,
  Button,
  ConfirmDialog,
  ErrorState,
  IconButton,
  Menu,
  Panel,
  Skeleton,
  StatusPill,
  Table,
  useAction,
} from "../design";
import { http } from "../http";
import { useMay, useMe } from "../shell";
import { useText } from "../text";
import { AccessDialog, InviteDialog } from "./AccessDialog";
import { type Help, HelpDialog } from "./HelpDialogs";
import styles from "./Settings.module.css";

/** Who may use the workspace, with which role and which devices. */
export function TeamTab() {
  const { t } = useText();
  const may = useMay();
  const me = useMe();
  const [inviting, setInviting] = useState(false);
  const users = useQuery({
    queryKey: ["users"],
    queryFn: ({ signal }) => http.get<{ items: UserView[] }>("/api/users", { signal }),
  });
  const edits = may("user:edit");
  return (
    <Panel
      id="team"
      title={t("settings.team")}
      actions={
        edits && (
          <Button look="primary" icon={<UserPlus size={17} />} onClick={() => setInviting(true)}>
            {t("settings.invite")}
          </Button>
        )
      }
    >
      <p className={styles.hint}>{t("settings.teamHint")}</p>
      {users.isPending ? (
        <Skeleton lines={4} />
      ) : users.isError ? (
        <ErrorState error={users.error} retry={() => void users.refetch()} />
      ) : (
        <Table
          label={t("settings.team")}
          rows={users.data.items}
          rowKey={(user) => user.id}
          columns={[
            {
              id: "name",
              header: t("settings.userName"),
              rowHeader: true,
              cell: (user) => (
                <span className={styles.person}>
                  <span>
                    <bdi>{user.name}</bdi> {user.id === me.user.id && <Badge>{t("settings.you")}</Badge>}
                  </span>
                  <span className={styles.email}>
                    {user.email}
                    {user.secondStepOn && ` · ${t("team.stepOn")}`}
                  </span>
                </span>
              ),
            },
            { id: "role", header: t("settings.role"), cell: (user) => t(`role.${user.role}`) },
            { id: "devices", header: t("settings.devices"), cell: (user) => <Grants user={user} /> },
            {
              id: "state",
              header: t("settings.state"),
              cell: (user) =>
                user.disabledAt === null ? (
                  <StatusPill tone="good">{t("settings.active")}</StatusPill>
                ) : (
                  <StatusPill tone="idle">{t("settings.disabled")}</StatusPill>
                ),
            },
            ...(edits
              ? [
                  {
                    id: "actions",
                    header: <span className="srOnly">{t("settings.actions")}</span>,
                    align: "end" as const,
                    cell: (user: UserView) => (mayChange(me.user, user) ? <UserActions user={user} /> : null),
                  },
                ]
              : []),
          ]}
        />
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Panel>
  );
}

/** Oneself is changed elsewhere, and owners by owners only. */
function mayChange(me: UserView, user: UserView): boolean {
  return user.id !== me.id && (me.role === "owner" || user.role !== "owner");
}

function Grants({ user }: { user: UserView }) {
  const { t } = useText();
  return user.role === "agent"
    ? t("settings.devicesCount", { count: user.deviceIds.length })
    : t("settings.devicesAll");
}

function UserActions({ user }: { user: UserView }) {
  const { t } = useText();
  const owner = useMe().user.role === "owner";
  const [open, setOpen] = useState<"access" | "disable" | Help | null>(null);
  const name = user.name === "" ? user.email : user.name;
  const change = useAction({
    run: (disabled: boolean) => http.patch<UserView>(`/api/users/${user.id}`, { disabled }),
    changes: [["users"]],
    words: (_, disabled) => t(disabled ? "settings.disabledNow" : "settings.enabledNow", { name }),
    quiet: true,
  });
  const enable = useAction({
    run: () => http.patch<UserView>(`/api/users/${user.id}`, { disabled: false }),
    changes: [["users"]],
    words: () => t("settings.enabledNow", { name }),
  });
  const label = t("settings.userMenu", { name });
  return (
    <>
      <Menu
        label={label}
        trigger={<IconButton label={label} icon={<MoreVertical size={18} />} />}
        items={[
          { label: t("settings.edit"), onSelect: () => setOpen("access") },
          { label: t("team.link"), onSelect: () => setOpen("link") },
          { label: t("team.signOut"), onSelect: () => setOpen("signOut") },
          ...(user.secondStepOn ? [{ label: t("team.dropStep"), onSelect: () => setOpen("dropStep") }] : []),
          ...(owner && user.disabledAt === null && user.role !== "owner"
            ? [{ label: t("team.makeOwner"), onSelect: () => setOpen("makeOwner") }]
            : []),
          "line",
          user.disabledAt === null
            ? { label: t("settings.disable"), look: "stop", onSelect: () => setOpen("disable") }
            : { label: t("settings.enable"), onSelect: () => enable.mutate() },
        ]}
      />
      {open === "access" && <AccessDialog user={user} onClose={() => setOpen(null)} />}
      {open !== null && open !== "access" && open !== "disable" && (
        <HelpDialog help={open} user={user} name={name} onClose={() => setOpen(null)} />
      )}
      <ConfirmDialog
        open={open === "disable"}
        onClose={() => setOpen(null)}
        title={t("settings.disableTitle", { name })}
        consequence={t("settings.disableHint", { name })}
        confirmLabel={t("settings.disable")}
        onConfirm={() => change.mutateAsync(true)}
      />
    </>
  );
}
