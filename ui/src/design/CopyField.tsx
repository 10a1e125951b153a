import { CopyButton } from "./CopyButton";
import styles from "./CopyField.module.css";
import { Field } from "./Field";

/** Text to take elsewhere: shown whole, selected on focus, copied by a button. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  return (
    <Field label={label} hint={hint}>
      {(wires) => (
        <span className={styles.row}>
          <input
            {...wires}
            readOnly
            className={styles.value}
            value={value}
            onFocus={(event) => event.target.select()}
          />
          <CopyButton value={value} />
        </span>
      )}
    </Field>
  );
}
