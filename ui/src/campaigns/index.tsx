import { Page } from "../shell";
import { useT } from "../text";

export default function Campaigns() {
  const t = useT();
  return <Page title={t("shell.campaigns")}>{null}</Page>;
}
