import { Page } from "../shell";
import { useT } from "../text";

export default function Devices() {
  const t = useT();
  return <Page title={t("shell.devices")}>{null}</Page>;
}
