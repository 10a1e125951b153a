import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useT } from "../text";
import { Button } from "./Button";
import styles from "./CopyField.module.css";
import { Field } from "./Field";

/** Text to take elsewhere: shown whole, selected on focus, copied by a button. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
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
          <Button
            icon={copied ? <Check size={16} /> : <Copy size={16} />}
            onClick={() => void copy().catch(() => undefined)}
          >
            <span aria-live="polite">{copied ? t("copy.copied") : t("copy.copy")}</span>
          </Button>
        </span>
      )}
    </Field>
  );
}
