import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./Button";
import styles from "./ChosenBar.module.css";

/** Above a list: how much of it is chosen, what can be done with that, and the way back to nothing. */
export function ChosenBar(props: { label: string; clearLabel: string; onClear: () => void; children: ReactNode }) {
  return (
    <div className={styles.bar} role="toolbar" aria-label={props.label}>
      {props.children}
      <IconButton
        size="small"
        className={styles.clear}
        label={props.clearLabel}
        icon={<X size={16} />}
        onClick={props.onClear}
      />
    </div>
  );
}
