import { useState } from "react";
import type { Role, UserInput, UserView } from "../api.gen";
import { Button, CopyField, Dialog, Notice, RadioGroup, TextInput, useAction } from "../design";
import { http } from "../http";
import { useMe } from "../shell";
import { fieldWords, problemWords, useText } from "../text";
import { DeviceGrants } from "./DeviceGrants";

const ROLES: readonly Role[] = ["owner", "admin", "operator", "agent"];

interface Access {
  role: Role;
  deviceIds: string[];
}

/** Makes an invitation and shows its link once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const [who, setWho] = useState({ name: "", email: "" });
  const [access, setAccess] = useState<Access>({ role: "agent", deviceIds: [] });
  const invite = useAction({
    run: () =>
      http.post<{ user: UserView; invitationPath: string }>("/api/users", {
        ...who,
        role: access.role,
        deviceIds: access.role === "agent" ? access.deviceIds : [],
      } satisfies UserInput),
    changes: [["users"]],
    quiet: true,
  });
  if (invite.data !== undefined) {
    const { user, invitationPath } = invite.data;
    return (
      <Dialog
        open
        onClose={onClose}
        title={t("settings.invited", { name: user.name })}
        description={t("settings.invitedHint", { name: user.name })}
        actions={
          <Button look="primary" onClick={onClose}>
            {t("shell.close")}
          </Button>
        }
      >
        <CopyField
          label={t("settings.invitationLink")}
          value={new URL(invitationPath, window.location.origin).toString()}
        />
      </Dialog>
    );
  }
  const wrong = (field: string) => fieldWords(text, invite.error, field);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("settings.inviteTitle")}
      description={t("settings.inviteHint")}
      onSubmit={() => invite.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={invite.isPending}>
            {t("settings.inviteButton")}
          </Button>
        </>
      }
    >
      <TextInput
        label={t("settings.userName")}
        error={wrong("name")}
        value={who.name}
        onChange={(name) => setWho({ ...who, name })}
        maxLength={120}
        autoFocus
        autoComplete="off"
        dir="auto"
      />
      <TextInput
        label={t("settings.email")}
        error={wrong("email")}
        type="email"
        value={who.email}
        onChange={(email) => setWho({ ...who, email })}
        autoComplete="off"
      />
      <AccessFields access={access} onChange={setAccess} />
      {invite.error !== null && <Notice tone="stop">{problemWords(text, invite.error)}</Notice>}
    </Dialog>
  );
}

/** Role and devices of someone of the team. */
export function AccessDialog({ user, onClose }: { user: UserView; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const [access, setAccess] = useState<Access>({ role: user.role, deviceIds: user.deviceIds });
  const save = useAction({
    run: () =>
      http.patch<UserView>(`/api/users/${user.id}`, {
        role: access.role,
        deviceIds: access.role === "agent" ? access.deviceIds : [],
      }),
    changes: [["users"]],
    words: () => t("settings.accessSaved", { name: user.name }),
    done: onClose,
    quiet: true,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("settings.editTitle", { name: user.name })}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            {t("shell.save")}
          </Button>
        </>
      }
    >
      <AccessFields access={access} onChange={setAccess} />
      {save.error !== null && <Notice tone="stop">{problemWords(text, save.error)}</Notice>}
    </Dialog>
  );
}

function AccessFields({ access, onChange }: { access: Access; onChange: (access: Access) => void }) {
  const { t } = useText();
  const owner = useMe().user.role === "owner";
  const roles = ROLES.filter((role) => owner || role !== "owner");
  return (
    <>
      <RadioGroup
        label={t("settings.role")}
        value={access.role}
        onChange={(role) => onChange({ ...access, role })}
        choices={roles.map((role) => ({ value: role, label: t(`role.${role}`), hint: t(`settings.role.${role}`) }))}
      />
      {access.role === "agent" && (
        <DeviceGrants chosen={access.deviceIds} onChange={(deviceIds) => onChange({ ...access, deviceIds })} />
      )}
    </>
  );
}
