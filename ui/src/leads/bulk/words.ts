import type { BulkChange, BulkEditView } from "../../api.gen";
import type { Text } from "../../text";
import { statusWords } from "../words";

/** What a change does, with its tags, field, status, device or reason: `Add the niche “Raya”`. */
export function changeWords(text: Text, change: BulkChange, devices: ReadonlyMap<string, string>): string {
  const { t } = text;
  const tags = text.list(change.tags.map((tag) => `“${tag}”`));
  switch (change.verb) {
    case "add_niches":
    case "remove_niches":
    case "add_triggers":
    case "remove_triggers":
      return t(`leads.bulk.says.${change.verb}`, { tags });
    case "set_value":
      return change.value === ""
        ? t("leads.bulk.says.clear_value", { name: change.name })
        : t("leads.bulk.says.set_value", { name: change.name, value: change.value });
    case "set_status":
      return t("leads.bulk.says.set_status", { status: statusWords(text, change.status ?? "prospect") });
    case "move":
      return change.deviceId === null
        ? t("leads.bulk.says.pool")
        : t("leads.bulk.says.move", { device: devices.get(change.deviceId) ?? t("leads.aDevice") });
    case "suppress":
      return t("leads.bulk.says.suppress");
    case "delete":
      return t("leads.bulk.says.delete");
  }
}

/** What became of the leads, in numbers: only what happened to somebody is told. */
export function outcomeWords(text: Text, edit: BulkEditView): string {
  const { counts } = edit;
  const told =
    counts.undone + counts.kept > 0
      ? (["undone", "kept"] as const)
      : (["changed", "unchanged", "full", "gone"] as const);
  const said = told
    .filter((name) => counts[name] > 0)
    .map((name) => text.t(`leads.bulk.count.${name}`, { count: counts[name] }));
  return said.length === 0 ? text.t("leads.bulk.nobody") : said.join(" · ");
}
