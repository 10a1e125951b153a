import { DropdownMenu } from "radix-ui";
import { type MenuEntry, MenuPanel } from "../../design";
import type { MenuPlace } from "../parts/ui";
import styles from "./PointMenu.module.css";

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
  items: readonly MenuEntry[];
  row?: readonly QuickItem[];
  onClose: () => void;
}) {
  const { at, label, items, row, onClose } = props;
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span className={styles.point} style={{ left: at.x, top: at.y }} aria-hidden="true" tabIndex={-1} />
      </DropdownMenu.Trigger>
      <MenuPanel
        align="start"
        sideOffset={2}
        aria-label={label}
        items={items}
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
      </MenuPanel>
    </DropdownMenu.Root>
  );
}
