import { CheckCheck, History } from "lucide-react";
import { useState } from "react";
import type { RestoreView } from "../api.gen";
import { Button, ConfirmDialog, EmptyState, ErrorState, Notice, Skeleton, useAction } from "../design";
import { asProblem, http } from "../http";
import { NotFound, Page, useMay } from "../shell";
import { useText } from "../text";
import { Places, When } from "../time";
import { Campaigns } from "./Campaigns";
import { Devices } from "./Devices";
import { NotSent, Unknown } from "./Messages";
import { useRestore } from "./queries";

/** After a restore: everything that waits for a person, until one of them has looked at it all. */
export default function Restored() {
  const may = useMay();
  return may("sending:stop") ? <AfterRestore /> : <NotFound />;
}

function AfterRestore() {
  const { t } = useText();
  const restore = useRestore();
  const facts = restore.data;
  if (facts !== undefined) return <Lists restore={facts} />;
  return (
    <Page title={t("restored.title")}>
      {restore.isPending ? (
        <Skeleton lines={8} height={28} />
      ) : asProblem(restore.error).status === 404 ? (
        <EmptyState icon={<History size={26} />} title={t("restored.never")}>
          {t("restored.neverHint")}
        </EmptyState>
      ) : (
        <ErrorState error={restore.error} retry={() => void restore.refetch()} />
      )}
    </Page>
  );
}

function Lists({ restore }: { restore: RestoreView }) {
  const { t } = useText();
  const { closedAt } = restore;
  return (
    <Page
      title={t("restored.title")}
      subtitle={<Places words={t("restored.from", { time: "\u0000" })} what={<When at={restore.madeAt} as="full" />} />}
      actions={closedAt === null && <CloseDoor restore={restore} />}
    >
      {closedAt !== null && (
        <Notice tone="good">
          <Places
            words={t("restored.closedBy", { name: restore.closedBy ?? "", time: "\u0000" })}
            what={<When at={closedAt} as="full" />}
          />
        </Notice>
      )}
      <Devices count={restore.devices} />
      <Campaigns count={restore.campaigns + restore.drafts} />
      <NotSent count={restore.notSent} />
      <Unknown count={restore.unknown} />
    </Page>
  );
}

function CloseDoor({ restore }: { restore: RestoreView }) {
  const { t } = useText();
  const [isAsked, setAsked] = useState(false);
  const close = useAction({
    run: () => http.post("/api/restored/close"),
    changes: [["restored"], ["stops"]],
    words: () => t("restored.closed"),
    quiet: true,
  });
  const left = restore.campaigns + restore.drafts + restore.notSent + restore.devices;
  return (
    <>
      <Button look="primary" icon={<CheckCheck size={18} />} onClick={() => setAsked(true)}>
        {t("restored.close")}
      </Button>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t("restored.closeTitle")}
        consequence={left === 0 ? t("restored.closeNothing") : t("restored.closeLeft", { count: left })}
        confirmLabel={t("restored.close")}
        look="primary"
        onConfirm={() => close.mutateAsync()}
      />
    </>
  );
}
