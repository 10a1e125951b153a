import { Download } from "lucide-react";
import { useT } from "../text";
import { Button } from "./Button";
import { Menu } from "./Menu";

const FORMS = ["csv", "xlsx"] as const;

/** A table as a file, in the form that is chosen; `address` gives where each form is. */
export function DownloadMenu({ address }: { address: (form: (typeof FORMS)[number]) => string }) {
  const t = useT();
  return (
    <Menu
      label={t("download.label")}
      trigger={<Button icon={<Download size={17} />}>{t("download.label")}</Button>}
      items={FORMS.map((form) => ({ label: t(`download.${form}`), onSelect: () => save(address(form)) }))}
    />
  );
}

/** As a link that is not on the page: a refusal does not take the page away. */
function save(address: string) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}
