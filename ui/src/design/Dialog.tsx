import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type FormEvent, type ReactNode, useRef } from "react";
import { useT } from "../text";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Dialog.module.css";

interface SheetProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** One sentence under the title, read out with it. */
  description?: ReactNode;
  children: ReactNode;
  /** Buttons; the last one is the main one. */
  actions?: ReactNode;
  /** Makes the sheet a form: Enter submits. */
  onSubmit?: () => void;
  wide?: boolean;
}

function Sheet({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  onSubmit,
  shape,
}: SheetProps & { shape: string | undefined }) {
  const t = useT();
  const opener = useOpener(open);
  const inside = (
    <>
      <header className={styles.head}>
        <div className={styles.titles}>
          <Radix.Title className={styles.title}>{title}</Radix.Title>
          {description !== undefined && (
            <Radix.Description className={styles.description}>{description}</Radix.Description>
          )}
        </div>
        <Radix.Close asChild>
          <IconButton label={t("shell.close")} icon={<X size={20} />} />
        </Radix.Close>
      </header>
      <div className={styles.body}>{children}</div>
      {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
  };
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.shade} />
        <Radix.Content
          className={cx(styles.sheet, shape)}
          onOpenAutoFocus={(event) => {
            // The sheet itself, so that its title is read first; a field with autoFocus has the focus already.
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            opener()?.focus();
          }}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          {onSubmit === undefined ? (
            <div className={styles.inner}>{inside}</div>
          ) : (
            <form className={styles.inner} onSubmit={submit} noValidate>
              {inside}
            </form>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What had the focus when the sheet opened, so that closing gives it back; for a menu's item, the menu's button. */
function useOpener(open: boolean): () => HTMLElement | null {
  const opener = useRef<HTMLElement | null>(null);
  const wasOpen = useRef(false);
  if (open && !wasOpen.current) {
    const active = document.activeElement;
    const menuButton = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
    const found = menuButton ? document.getElementById(menuButton) : active;
    opener.current = found instanceof HTMLElement ? found : null;
  }
  wasOpen.current = open;
  return () => (opener.current?.isConnected === true ? opener.current : document.getElementById("main"));
}

/** A question in the middle of the screen; a sheet from below on phones. */
export function Dialog(props: SheetProps) {
  return <Sheet {...props} shape={cx(styles.dialog, props.wide === true && styles.wide)} />;
}

/** One thing in detail, beside the list it came from; the whole screen on phones. */
export function Drawer(props: SheetProps) {
  return <Sheet {...props} shape={cx(styles.drawer, props.wide === true && styles.wideDrawer)} />;
}
