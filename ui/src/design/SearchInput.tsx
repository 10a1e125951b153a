import { Search, X } from "lucide-react";
import { type Ref, useId } from "react";
import { useT } from "../text";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Field.module.css";

/** A search box that clears with its button or Escape. */
export function SearchInput({
  label,
  value,
  onChange,
  ref,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  ref?: Ref<HTMLInputElement>;
}) {
  const t = useT();
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className="srOnly">
        {label}
      </label>
      <span className={cx(styles.withButton, styles.search)}>
        <Search size={17} aria-hidden="true" className={styles.lens} />
        <input
          id={id}
          ref={ref}
          type="search"
          className={styles.input}
          placeholder={label}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && value !== "") {
              event.stopPropagation();
              onChange("");
            }
          }}
        />
        {value !== "" && (
          <IconButton
            className={styles.inside}
            label={t("field.clear")}
            icon={<X size={17} />}
            onClick={() => onChange("")}
          />
        )}
      </span>
    </div>
  );
}
