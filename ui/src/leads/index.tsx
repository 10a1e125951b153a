import { Page } from "../shell";
import { useT } from "../text";

export default function Leads() {
  const t = useT();
  return <Page title={t("shell.leads")}>{null}</Page>;
}
