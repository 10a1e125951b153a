import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Table.module.css";

export interface TableColumn<Row> {
  id: string;
  header: ReactNode;
  align?: "end";
  cell: (row: Row) => ReactNode;
  /** The cell that names the row. */
  rowHeader?: boolean;
}

/** A short list as a real table; long lists use VirtualTable. Becomes cards on phones. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
}: {
  label: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  empty?: ReactNode;
}) {
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <caption className="srOnly">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={cx(column.align === "end" && styles.end)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => {
                const className = cx(column.align === "end" && styles.end);
                const label = typeof column.header === "string" ? column.header : undefined;
                return column.rowHeader === true ? (
                  <th key={column.id} scope="row" className={className} data-label={label}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.id} className={className} data-label={label}>
                    {column.cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
