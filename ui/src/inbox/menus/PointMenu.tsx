import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../../design";
import type { MenuPlace } from "../parts/ui";
import styles from "./PointMenu.module.css";

export interface PointItem {
  label: string;
  icon?: ReactNode;
  onSelect: () => void;
  look?: "plain" | "stop";
  /** Why it cannot be chosen. */
  refused?: string | undefined;
}

/** One press that is offered above the items. */
export interface QuickItem {
  label: string;
  shown: string;
  onSelect: () => void;
}

/** A menu at a point of the page. */
export function PointMenu(props: {
  at: MenuPlace;
  label: string;
  items: readonly (PointItem | "line")[];
  row?: readonly QuickItem[];
  onClose: () => void;
}) {
  const { at, label, items, row, onClose } = props;
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span className={styles.point} style={{ left: at.x, top: at.y }} aria-hidden="true" tabIndex={-1} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles.menu}
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-label={label}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // What was chosen may have moved the focus, to the composer for example.
            const isElsewhere = document.activeElement !== null && document.activeElement !== document.body;
            if (!isElsewhere) at.back?.focus({ preventScroll: true });
          }}
        >
          {row !== undefined && (
            <DropdownMenu.Group className={styles.row}>
              {row.map((choice) => (
                <DropdownMenu.Item
                  key={choice.label}
                  className={styles.quick}
                  aria-label={choice.label}
                  onSelect={choice.onSelect}
                >
                  {choice.shown}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          )}
          {items.map((item, index) =>
            item === "line" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
              <DropdownMenu.Separator key={`line-${index}`} className={styles.line} />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                className={cx(styles.item, item.look === "stop" && styles.stop)}
                disabled={item.refused !== undefined}
                onSelect={item.onSelect}
              >
                {item.icon}
                <span className={styles.words}>
                  {item.label}
                  {item.refused !== undefined && <span className={styles.why}>{item.refused}</span>}
                </span>
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
