import { type ReactNode, useId } from "react";
import { cx } from "./cx";
import type { Option } from "./Field";
import styles from "./Field.module.css";

interface TickProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  name?: string;
}

export function Checkbox({
  label,
  hint,
  checked,
  onChange,
  disabled = false,
  indeterminate = false,
  labelHidden = false,
}: TickProps & { indeterminate?: boolean; labelHidden?: boolean }) {
  const id = useId();
  return (
    <div className={styles.tick}>
      <input
        id={id}
        type="checkbox"
        className={styles.box}
        checked={checked}
        disabled={disabled}
        ref={(box) => {
          if (box !== null) box.indeterminate = indeterminate;
        }}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id} className={labelHidden ? "srOnly" : styles.tickLabel}>
        {label}
      </label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.tickHint}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** On or off, at once. */
export function Switch({ label, hint, checked, onChange, disabled = false }: TickProps) {
  const id = useId();
  return (
    <div className={styles.switchRow}>
      <div>
        <label htmlFor={id} className={styles.tickLabel}>
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className={styles.switch}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  );
}

export interface Choice<Value extends string> extends Option<Value> {
  hint?: ReactNode;
  disabled?: boolean;
}

export function RadioGroup<Value extends string>({
  label,
  value,
  onChange,
  choices,
  error,
}: {
  label: ReactNode;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly Choice<Value>[];
  error?: string | undefined;
}) {
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <legend className={styles.label}>{label}</legend>
      {choices.map((choice) => (
        <div key={choice.value} className={cx(styles.tick, styles.choice, choice.value === value && styles.chosen)}>
          <input
            id={`${id}-${choice.value}`}
            type="radio"
            name={id}
            className={styles.box}
            checked={choice.value === value}
            disabled={choice.disabled}
            aria-describedby={choice.hint === undefined ? undefined : `${id}-${choice.value}-hint`}
            onChange={() => onChange(choice.value)}
          />
          <label htmlFor={`${id}-${choice.value}`} className={styles.tickLabel}>
            {choice.label}
          </label>
          {choice.hint !== undefined && (
            <p id={`${id}-${choice.value}-hint`} className={styles.tickHint}>
              {choice.hint}
            </p>
          )}
        </div>
      ))}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
