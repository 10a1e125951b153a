import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";

const HOLD_MS = 1000;
const KEYS = new Set([" ", "Enter"]);

/** A button that does one thing when held for a second, by pointer or by Space or Enter, and another when pressed. */
export function useHold(held: () => void, pressed: () => void) {
  const [isHeld, setHeld] = useState(false);
  const timer = useRef(0);
  const wasHeld = useRef(false);
  const release = () => {
    window.clearTimeout(timer.current);
    timer.current = 0;
    setHeld(false);
  };
  const begin = () => {
    if (timer.current !== 0) return;
    wasHeld.current = false;
    setHeld(true);
    timer.current = window.setTimeout(() => {
      wasHeld.current = true;
      release();
      held();
    }, HOLD_MS);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return {
    isHeld,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        if (event.button === 0) begin();
      },
      onPointerUp: release,
      onPointerLeave: release,
      onPointerCancel: release,
      onBlur: release,
      onKeyDown: (event: KeyboardEvent) => {
        if (!KEYS.has(event.key)) return;
        event.preventDefault();
        if (!event.repeat) begin();
      },
      onKeyUp: (event: KeyboardEvent) => {
        if (!KEYS.has(event.key)) return;
        event.preventDefault();
        const isShort = timer.current !== 0;
        release();
        if (isShort) pressed();
      },
      onClick: () => {
        if (!wasHeld.current) pressed();
        wasHeld.current = false;
      },
    },
  };
}
