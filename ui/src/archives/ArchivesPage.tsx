import { MessagesSquare } from "lucide-react";
import { Link, useLocation } from "wouter";
import type { ArchiveView } from "../api.gen";
import { Button, EmptyState, ErrorState, Skeleton, StatusPill, Table, type Tone } from "../design";
import { Page } from "../shell";
import { useText } from "../text";
import { When } from "../time";
import { refusedOf, useArchives } from "./queries";

const TONES: Record<ArchiveView["state"], Tone> = {
  planning: "wait",
  checking: "info",
  checked: "wait",
  running: "info",
  finished: "good",
  cancelled: "idle",
  failed: "stop",
  removing: "info",
  removed: "idle",
};

/** Files taken in so far; unfinished ones go on from here. */
export function ArchivesPage() {
  const text = useText();
  const { t } = text;
  const [, go] = useLocation();
  const archives = useArchives();
  const start = (
    <Button look="primary" icon={<MessagesSquare size={18} />} onClick={() => go("/devices/archives/new")}>
      {t("archive.new")}
    </Button>
  );
  const items = archives.data?.items ?? [];
  return (
    <Page
      title={t("archive.list")}
      subtitle={t("archive.listHint")}
      backTo={{ href: "/devices", label: t("shell.devices") }}
      actions={items.length > 0 && start}
    >
      {archives.isPending ? (
        <Skeleton lines={4} />
      ) : archives.isError ? (
        <ErrorState error={archives.error} retry={() => void archives.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState icon={<MessagesSquare size={26} />} title={t("archive.none")} action={start}>
          {t("archive.noneHint")}
        </EmptyState>
      ) : (
        <Table
          label={t("archive.list")}
          rows={items}
          rowKey={(each) => each.id}
          columns={[
            {
              id: "file",
              header: t("archive.column.file"),
              rowHeader: true,
              cell: (each) => (
                <Link href={`/devices/archives/${each.id}`}>
                  <bdi>{each.fileName}</bdi>
                </Link>
              ),
            },
            {
              id: "state",
              header: t("archive.column.state"),
              cell: (each) => <StatusPill tone={TONES[each.state]}>{t(`archive.state.${each.state}`)}</StatusPill>,
            },
            {
              id: "new",
              header: t("archive.column.added"),
              align: "end",
              cell: (each) => text.number(each.counts.added),
            },
            {
              id: "refused",
              header: t("archive.column.refused"),
              align: "end",
              cell: (each) => text.number(refusedOf(each)),
            },
            { id: "when", header: t("archive.column.when"), cell: (each) => <When at={each.updatedAt} as="full" /> },
          ]}
        />
      )}
    </Page>
  );
}
