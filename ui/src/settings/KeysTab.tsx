import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { KeyList, KeyView } from "../api.gen";
import {
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  Panel,
  Skeleton,
  StatusPill,
  Table,
  Tooltip,
  useAction,
} from "../design";
import { http } from "../http";
import { useLive } from "../live";
import { useMe } from "../shell";
import { useText } from "../text";
import { useNow, When } from "../time";
import { KeyDialog } from "./KeyDialog";
import styles from "./Settings.module.css";

/** Keys for programs: made, shown once, taken back. */
export function KeysTab() {
  const { t } = useText();
  const me = useMe();
  const [making, setMaking] = useState(false);
  const keys = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => http.get<KeyList>("/api/keys", { signal, topic: me.workspace.id }),
  });
  useLive(me.workspace.id, ["keys_changed"], [["keys"]]);
  return (
    <Panel
      id="keys"
      title={t("keys.tab")}
      actions={
        <Button look="primary" icon={<KeyRound size={17} />} onClick={() => setMaking(true)}>
          {t("keys.make")}
        </Button>
      }
    >
      <p className={styles.hint}>{t("keys.hint")}</p>
      {keys.isPending ? (
        <Skeleton lines={3} />
      ) : keys.isError ? (
        <ErrorState error={keys.error} retry={() => void keys.refetch()} />
      ) : (
        <KeyTable keys={keys.data.items} />
      )}
      {making && keys.data !== undefined && <KeyDialog scopes={keys.data.scopes} onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function KeyTable({ keys }: { keys: readonly KeyView[] }) {
  const { t } = useText();
  return (
    <Table
      label={t("keys.tab")}
      rows={keys}
      rowKey={(key) => key.id}
      empty={
        <EmptyState icon={<KeyRound size={28} />} title={t("keys.empty")}>
          {t("keys.emptyHint")}
        </EmptyState>
      }
      columns={[
        {
          id: "name",
          header: t("keys.name"),
          rowHeader: true,
          cell: (key) => (
            <span className={styles.person}>
              <bdi>{key.name}</bdi>
              <span className={styles.email}>
                <code>hbh_{key.prefix}_…</code> · {t("keys.by", { name: key.createdByName })}
              </span>
            </span>
          ),
        },
        { id: "scopes", header: t("keys.scopes"), cell: (key) => <Scopes keyView={key} /> },
        {
          id: "used",
          header: t("keys.used"),
          cell: (key) => (key.lastUsedAt === null ? t("keys.never") : <When at={key.lastUsedAt} />),
        },
        {
          id: "expires",
          header: t("keys.expires"),
          cell: (key) => (key.expiresAt === null ? t("keys.noExpiry") : <When at={key.expiresAt} as="date" />),
        },
        { id: "state", header: t("settings.state"), cell: (key) => <KeyState keyView={key} /> },
        {
          id: "actions",
          header: <span className="srOnly">{t("settings.actions")}</span>,
          align: "end",
          cell: (key) => (key.revokedAt === null ? <Revoke keyView={key} /> : null),
        },
      ]}
    />
  );
}

function Scopes({ keyView }: { keyView: KeyView }) {
  const { t } = useText();
  const words = keyView.permissions.map((each) => t(`permission.${each}`)).join(", ");
  return (
    <span className={styles.person}>
      <Tooltip words={words}>
        <button type="button" className={styles.quiet} aria-label={words}>
          {t("keys.scopesCount", { count: keyView.permissions.length })}
        </button>
      </Tooltip>
      {keyView.deviceIds !== null && (
        <span className={styles.email}>{t("keys.devicesCount", { count: keyView.deviceIds.length })}</span>
      )}
    </span>
  );
}

function KeyState({ keyView }: { keyView: KeyView }) {
  const { t } = useText();
  const now = useNow();
  if (keyView.revokedAt !== null) return <StatusPill tone="idle">{t("keys.state.revoked")}</StatusPill>;
  if (keyView.expiresAt !== null && new Date(keyView.expiresAt) <= now) {
    return <StatusPill tone="idle">{t("keys.state.expired")}</StatusPill>;
  }
  return <StatusPill tone="good">{t("keys.state.good")}</StatusPill>;
}

function Revoke({ keyView }: { keyView: KeyView }) {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  const { name } = keyView;
  const revoke = useAction({
    run: () => http.delete(`/api/keys/${keyView.id}`),
    changes: [["keys"]],
    words: () => t("keys.revoked", { name }),
    quiet: true,
  });
  return (
    <>
      <Button onClick={() => setAsking(true)} aria-label={t("keys.revokeName", { name })}>
        {t("keys.revoke")}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("keys.revokeTitle", { name })}
        consequence={t("keys.revokeHint")}
        confirmLabel={t("keys.revoke")}
        onConfirm={() => revoke.mutateAsync()}
      />
    </>
  );
}
