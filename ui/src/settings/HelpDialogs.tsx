import { useQuery } from "@tanstack/react-query";
import type { HelpedUser, UserView } from "../api.gen";
import { Button, ConfirmDialog, CopyField, Dialog, ErrorState, Skeleton, useAction } from "../design";
import { http } from "../http";
import { useText } from "../text";

export type Help = "link" | "signOut" | "dropStep" | "makeOwner";

interface HelpProps {
  user: UserView;
  name: string;
  onClose: () => void;
}

/** What an owner or admin does for somebody of the team, each behind one question. */
export function HelpDialog({ help, ...props }: HelpProps & { help: Help }) {
  if (help === "link") return <LinkDialog {...props} />;
  return <AskedHelp help={help} {...props} />;
}

function LinkDialog({ user, name, onClose }: HelpProps) {
  const { t } = useText();
  const link = useQuery({
    queryKey: ["sign-in-link", user.id],
    queryFn: () => http.post<HelpedUser>(`/api/users/${user.id}/sign-in-link`),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("team.linkTitle", { name })}
      description={t("team.linkHint", { name })}
      actions={
        <Button look="primary" onClick={onClose}>
          {t("shell.close")}
        </Button>
      }
    >
      {link.isPending ? (
        <Skeleton lines={2} />
      ) : link.isError ? (
        <ErrorState error={link.error} retry={() => void link.refetch()} />
      ) : (
        <CopyField label={t("team.linkLabel")} value={new URL(link.data.path, window.location.origin).toString()} />
      )}
    </Dialog>
  );
}

function AskedHelp({ help, user, name, onClose }: HelpProps & { help: Exclude<Help, "link"> }) {
  const { t } = useText();
  const words = { signOut: "team.signedOut", dropStep: "team.stepDropped", makeOwner: "team.ownerMade" } as const;
  const act = useAction({
    run: () => {
      if (help === "signOut") return http.delete(`/api/users/${user.id}/sessions`);
      if (help === "dropStep") return http.delete(`/api/users/${user.id}/second-step`);
      return http.post("/api/ownership", { userId: user.id });
    },
    changes: [["users"], ["me"]],
    words: () => t(words[help], { name }),
    quiet: true,
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t(`team.${help}Title`, { name })}
      consequence={t(`team.${help}Hint`, { name })}
      confirmLabel={t(`team.${help}`)}
      onConfirm={() => act.mutateAsync()}
    />
  );
}
