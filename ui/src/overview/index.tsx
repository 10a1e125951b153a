import { Page } from "../shell";
import { useT } from "../text";

export default function Overview() {
  const t = useT();
  return <Page title={t("shell.overview")}>{null}</Page>;
}
