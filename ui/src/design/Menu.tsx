import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Menu.module.css";

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  onSelect: () => void;
  look?: "plain" | "stop";
  /** Why it cannot be chosen. */
  refused?: string | undefined;
}

export type MenuEntry = MenuItem | "line";

/** A button's menu. `trigger` must be a button. */
export function Menu({
  trigger,
  items,
  label,
  startsOpen = false,
  children,
}: {
  trigger: ReactElement;
  items?: readonly MenuEntry[];
  label?: string;
  /** For a menu whose code was fetched by the press that opens it. */
  startsOpen?: boolean;
  children?: ReactNode;
}) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={startsOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <MenuPanel align="end" sideOffset={4} aria-label={label} items={items}>
        {children}
      </MenuPanel>
    </DropdownMenu.Root>
  );
}

/** What a menu shows once it is open: whatever stands first in it, then its items. */
export function MenuPanel({
  items = [],
  children,
  ...place
}: DropdownMenu.DropdownMenuContentProps & { items?: readonly MenuEntry[] | undefined }) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content className={styles.menu} collisionPadding={8} {...place}>
        {children}
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
              <span className={styles.label}>
                {item.label}
                {item.refused !== undefined && <span className={styles.why}>{item.refused}</span>}
              </span>
            </DropdownMenu.Item>
          ),
        )}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

/** A choice of one inside a menu. */
export function MenuChoice<Value extends string>({
  label,
  value,
  onChange,
  choices,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly { value: Value; label: string }[];
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)} aria-label={label}>
      <DropdownMenu.Label className={styles.title}>{label}</DropdownMenu.Label>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          className={styles.item}
          onSelect={(event) => event.preventDefault()}
        >
          <span className={styles.mark}>
            <DropdownMenu.ItemIndicator>●</DropdownMenu.ItemIndicator>
          </span>
          <span className={styles.label}>{choice.label}</span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
