import { Page } from "../shell";
import { useT } from "../text";

export default function Settings() {
  const t = useT();
  return <Page title={t("shell.settings")}>{null}</Page>;
}
