import { Eye, EyeOff } from "lucide-react";
import {
  type ChangeEvent,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useState,
} from "react";
import { useT } from "../text";
import { fromWallText, toWallText, useTimes, zoneName } from "../time";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Field.module.css";

interface FieldFacts {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is for screen readers only. */
  labelHidden?: boolean;
}

interface Wires {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** Label, hint and error around one control; the control gets the ids that tie them together. */
export function Field({
  label,
  hint,
  error,
  labelHidden = false,
  children,
}: FieldFacts & { children: (wires: Wires) => ReactNode }) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={labelHidden ? "srOnly" : styles.label}>
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type TextInputProps = FieldFacts &
  Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value"> & {
    value: string;
    onChange: (value: string) => void;
    ref?: Ref<HTMLInputElement>;
    /** A unit or a word after the value, such as "seconds". */
    unit?: string;
  };

export function TextInput({
  label,
  hint,
  error,
  labelHidden = false,
  value,
  onChange,
  unit,
  className,
  ...rest
}: TextInputProps) {
  return (
    <Field label={label} hint={hint} error={error} labelHidden={labelHidden}>
      {(wires) => (
        <span className={styles.withUnit}>
          <input
            {...rest}
            {...wires}
            className={cx(styles.input, className)}
            value={value}
            onChange={(event: ChangeEvent<HTMLInputElement>) => onChange(event.target.value)}
          />
          {unit !== undefined && <span className={styles.unit}>{unit}</span>}
        </span>
      )}
    </Field>
  );
}

type NumberInputProps = Omit<TextInputProps, "value" | "onChange" | "type"> & {
  value: number | null;
  onChange: (value: number | null) => void;
};

/** A whole number; empty is null. */
export function NumberInput({ value, onChange, ...rest }: NumberInputProps) {
  return (
    <TextInput
      {...rest}
      type="number"
      inputMode="numeric"
      value={value === null ? "" : String(value)}
      onChange={(text) => onChange(text === "" || Number.isNaN(Number(text)) ? null : Math.round(Number(text)))}
    />
  );
}

/** A password with a button that shows it. */
export function PasswordInput({
  label,
  hint,
  error,
  labelHidden = false,
  value,
  onChange,
  ...rest
}: Omit<TextInputProps, "type" | "unit">) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error} labelHidden={labelHidden}>
      {(wires) => (
        <span className={styles.withButton}>
          <input
            {...rest}
            {...wires}
            type={shown ? "text" : "password"}
            className={styles.input}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <IconButton
            className={styles.inside}
            label={shown ? t("field.hidePassword") : t("field.showPassword")}
            icon={shown ? <EyeOff size={18} /> : <Eye size={18} />}
            onClick={() => setShown(!shown)}
          />
        </span>
      )}
    </Field>
  );
}

type TextAreaProps = FieldFacts &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "onChange" | "value"> & {
    value: string;
    onChange: (value: string) => void;
    ref?: Ref<HTMLTextAreaElement>;
  };

export function TextArea({
  label,
  hint,
  error,
  labelHidden = false,
  value,
  onChange,
  rows = 3,
  ...rest
}: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error} labelHidden={labelHidden}>
      {(wires) => (
        <textarea
          dir="auto"
          {...rest}
          {...wires}
          rows={rows}
          className={cx(styles.input, styles.area)}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Option<Value extends string = string> {
  value: Value;
  label: string;
}

type SelectProps<Value extends string> = FieldFacts &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, "onChange" | "value"> & {
    value: Value;
    onChange: (value: Value) => void;
    options: readonly Option<Value>[];
  };

/** The platform's own list: right on phones, with type-ahead and screen readers. */
export function Select<Value extends string>({
  label,
  hint,
  error,
  labelHidden = false,
  value,
  onChange,
  options,
  ...rest
}: SelectProps<Value>) {
  return (
    <Field label={label} hint={hint} error={error} labelHidden={labelHidden}>
      {(wires) => (
        <select
          {...rest}
          {...wires}
          className={cx(styles.input, styles.select)}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A date and time on the workspace's clock; the value is an instant (UTC). */
export function DateTime({
  label,
  hint,
  error,
  value,
  onChange,
  min,
  disabled = false,
}: FieldFacts & { value: string | null; onChange: (value: string | null) => void; min?: string; disabled?: boolean }) {
  const t = useT();
  const { zone } = useTimes();
  return (
    <Field label={label} hint={hint ?? t("time.zone", { zone: zoneName(zone) })} error={error}>
      {(wires) => (
        <input
          {...wires}
          type="datetime-local"
          className={styles.input}
          disabled={disabled}
          value={value === null ? "" : toWallText(value, zone)}
          min={min === undefined ? undefined : toWallText(min, zone)}
          onChange={(event) => onChange(event.target.value === "" ? null : fromWallText(event.target.value, zone))}
        />
      )}
    </Field>
  );
}
