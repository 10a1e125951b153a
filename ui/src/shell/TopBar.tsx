import { ChevronDown } from "lucide-react";
import { cloneElement, type KeyboardEvent, lazy, Suspense, useState } from "react";
import { cx, Tooltip } from "../design";
import { useLiveState } from "../live";
import { useT, withWords } from "../text";
import { PaletteDoor } from "./PaletteDoor";
import { useMe } from "./session";
import styles from "./TopBar.module.css";

const fetchMenu = () => import("./UserMenu");
const UserMenu = lazy(fetchMenu);
const StopDoor = lazy(withWords(["stops"], () => import("../stops/StopDoor")));

/** Workspace, connection and user. */
export function TopBar() {
  const me = useMe();
  return (
    <header className={styles.bar}>
      <bdi className={styles.workspace}>{me.workspace.name}</bdi>
      <div className={styles.right}>
        <PaletteDoor />
        <LiveDot />
        <Suspense>
          <StopDoor />
        </Suspense>
        <UserDoor />
      </div>
    </header>
  );
}

function LiveDot() {
  const t = useT();
  const state = useLiveState();
  return (
    <Tooltip words={t(`shell.live.${state}Hint`)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the hint must be reachable by keyboard */}
      <span className={styles.connection} role="status" tabIndex={0}>
        <span className={cx(styles.dot, styles[state])} aria-hidden="true" />
        {t(`shell.live.${state}`)}
      </span>
    </Tooltip>
  );
}

/** The menu's code is fetched when it is first wanted. */
function UserDoor() {
  const t = useT();
  const me = useMe();
  const [isWanted, setWanted] = useState(false);
  const button = (
    <button type="button" className={styles.user} aria-label={t("shell.userMenu", { name: me.user.name })}>
      <span className={styles.face} aria-hidden="true">
        {Array.from(me.user.name.trim())[0]?.toLocaleUpperCase() ?? "?"}
      </span>
      <bdi className={styles.userName}>{me.user.name}</bdi>
      <ChevronDown size={16} aria-hidden="true" />
    </button>
  );
  const closed = cloneElement(button, {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onPointerEnter: () => void fetchMenu(),
    onFocus: () => void fetchMenu(),
    onClick: () => setWanted(true),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "ArrowDown") setWanted(true);
    },
  });
  return isWanted ? (
    <Suspense fallback={closed}>
      <UserMenu trigger={button} />
    </Suspense>
  ) : (
    closed
  );
}
