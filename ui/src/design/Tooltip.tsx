import { cloneElement, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import styles from "./Tooltip.module.css";

const WAIT_MS = 250;

interface Described {
  "aria-describedby"?: string | undefined;
}

/** More words about a control, on hover and on focus; Escape takes them away. */
export function Tooltip({ words, children }: { words: ReactNode; children: ReactElement<Described> }) {
  const id = useId();
  const place = useRef<HTMLSpanElement>(null);
  const [box, setBox] = useState<DOMRect | null>(null);
  const timer = useRef(0);
  const isOpen = box !== null;
  const show = (wait: number) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      setBox(place.current?.firstElementChild?.getBoundingClientRect() ?? null);
    }, wait);
  };
  const hide = () => {
    window.clearTimeout(timer.current);
    setBox(null);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useEffect(() => {
    if (!isOpen) return;
    const leave = (event: KeyboardEvent) => event.key === "Escape" && setBox(null);
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing only shows more words
    <span
      ref={place}
      className={styles.place}
      onMouseEnter={() => show(WAIT_MS)}
      onMouseLeave={hide}
      onFocus={() => show(0)}
      onBlur={hide}
    >
      {cloneElement(children, { "aria-describedby": isOpen ? id : undefined })}
      {box !== null &&
        createPortal(
          <span
            id={id}
            role="tooltip"
            className={styles.tip}
            style={{ left: Math.max(8, Math.min(box.left, window.innerWidth - 308)), top: box.bottom + 6 }}
          >
            {words}
          </span>,
          document.body,
        )}
    </span>
  );
}
