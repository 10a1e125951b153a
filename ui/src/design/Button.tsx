import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: "primary" | "plain" | "quiet" | "stop";
  size?: "normal" | "small";
  icon?: ReactNode;
  /** Keeps the button's place and name while its action runs. */
  busy?: boolean | undefined;
  wide?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const {
    look = "plain",
    size = "normal",
    icon,
    busy = false,
    wide = false,
    className,
    children,
    disabled,
    ...rest
  } = props;
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(styles.button, styles[look], styles[size], wide && styles.wide, className)}
    >
      {busy ? <span className={styles.spin} aria-hidden="true" /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "children" | "icon"> {
  /** The accessible name; also the tooltip of the browser. */
  label: string;
  icon: ReactNode;
}

export function IconButton({ label, icon, look = "quiet", className, ...rest }: IconButtonProps) {
  return (
    <Button {...rest} look={look} aria-label={label} title={label} icon={icon} className={cx(styles.icon, className)} />
  );
}
