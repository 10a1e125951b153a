import type { ArchivePlanInput, ArchiveView } from "../api.gen";
import { Select, Table } from "../design";
import styles from "../design/Wizard.module.css";
import { useText } from "../text";

const MEANINGS = ["chat", "direction", "time", "text", "file", "sender", "ignore"] as const;

/** Which column of a table means what, beside its first values. */
export function MeaningTable(props: {
  view: ArchiveView;
  mapping: ArchivePlanInput["mapping"];
  onChange: (mapping: ArchivePlanInput["mapping"]) => void;
}) {
  const { t } = useText();
  const { found } = props.view;
  const rows = found.columns.map((title, index) => ({
    index,
    title: title.trim() === "" ? t("import.map.unnamed", { number: index + 1 }) : title,
  }));
  return (
    <Table
      label={t("archive.columns")}
      rows={rows}
      rowKey={(row) => String(row.index)}
      columns={[
        { id: "title", header: t("import.map.column"), rowHeader: true, cell: (row) => <bdi>{row.title}</bdi> },
        {
          id: "samples",
          header: t("import.map.samples"),
          cell: (row) => (
            <span className={styles.samples}>
              {found.sample.slice(0, 3).map((cells, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: sample rows have no identity
                <bdi key={at}>{cells[row.index] || "–"}</bdi>
              ))}
            </span>
          ),
        },
        {
          id: "meaning",
          header: t("import.map.meaning"),
          cell: (row) => (
            <div className={styles.meaning}>
              <Select
                label={t("import.map.meaningOf", { column: row.title })}
                labelHidden
                value={props.mapping[String(row.index)] ?? "ignore"}
                onChange={(next) => props.onChange({ ...props.mapping, [String(row.index)]: next })}
                options={MEANINGS.map((each) => ({ value: each, label: t(`archive.meaning.${each}`) }))}
              />
            </div>
          ),
        },
      ]}
    />
  );
}
