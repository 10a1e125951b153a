import { FileUp } from "lucide-react";
import { Link, useLocation } from "wouter";
import type { ImportView } from "../../api.gen";
import { Button, EmptyState, ErrorState, Skeleton, StatusPill, Table, type Tone } from "../../design";
import { Page } from "../../shell";
import { useText } from "../../text";
import { When } from "../../time";
import { refusedOf, useImports } from "./queries";

const TONES: Record<ImportView["state"], Tone> = {
  mapping: "wait",
  checking: "info",
  checked: "wait",
  running: "info",
  finished: "good",
  cancelled: "idle",
  failed: "stop",
};

/** Files taken in so far; unfinished ones go on from here. */
export function ImportsPage() {
  const text = useText();
  const { t } = text;
  const [, go] = useLocation();
  const imports = useImports();
  const start = (
    <Button look="primary" icon={<FileUp size={18} />} onClick={() => go("/leads/import/new")}>
      {t("import.new")}
    </Button>
  );
  const items = imports.data?.items ?? [];
  return (
    <Page
      title={t("import.list")}
      subtitle={t("import.listHint")}
      backTo={{ href: "/leads", label: t("shell.leads") }}
      actions={items.length > 0 && start}
    >
      {imports.isPending ? (
        <Skeleton lines={4} />
      ) : imports.isError ? (
        <ErrorState error={imports.error} retry={() => void imports.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState icon={<FileUp size={26} />} title={t("import.none")} action={start}>
          {t("import.noneHint")}
        </EmptyState>
      ) : (
        <Table
          label={t("import.list")}
          rows={items}
          rowKey={(each) => each.id}
          columns={[
            {
              id: "file",
              header: t("import.column.file"),
              rowHeader: true,
              cell: (each) => (
                <Link href={`/leads/import/${each.id}`}>
                  <bdi>{each.fileName}</bdi>
                </Link>
              ),
            },
            {
              id: "state",
              header: t("import.column.state"),
              cell: (each) => (
                <StatusPill tone={TONES[each.state] ?? "idle"}>
                  {text.maybe(`import.state.${each.state}`) ?? each.state}
                </StatusPill>
              ),
            },
            {
              id: "rows",
              header: t("import.column.rows"),
              align: "end",
              cell: (each) => (each.rowsTotal === null ? "–" : text.number(each.rowsTotal)),
            },
            {
              id: "new",
              header: t("import.column.created"),
              align: "end",
              cell: (each) => text.number(each.counts.created),
            },
            {
              id: "refused",
              header: t("import.column.refused"),
              align: "end",
              cell: (each) => text.number(refusedOf(each)),
            },
            { id: "when", header: t("import.column.when"), cell: (each) => <When at={each.updatedAt} as="full" /> },
          ]}
        />
      )}
    </Page>
  );
}
