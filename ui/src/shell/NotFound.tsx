import { Link } from "wouter";
import { EmptyState } from "../design";
import { useT } from "../text";
import { Page } from "./Page";

/** No such address. */
export function NotFound() {
  const t = useT();
  return (
    <Page title={t("shell.notFound")}>
      <EmptyState title={t("shell.notFound")} action={<Link href="/">{t("shell.toOverview")}</Link>}>
        {t("shell.notFoundHint")}
      </EmptyState>
    </Page>
  );
}
