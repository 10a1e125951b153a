import { type PointerEvent, useRef } from "react";

const FAR_PX = 56;
const MOST_PX = 76;
const SLOPE = 1.6;

/** Pulling a message to the side with a finger answers it. */
export function useSwipe(onReply: () => void) {
  const start = useRef<{ x: number; y: number; by: number } | null>(null);
  const end = (event: PointerEvent<HTMLElement>, isDone: boolean) => {
    const { current } = start;
    start.current = null;
    event.currentTarget.style.translate = "";
    if (current !== null && isDone && current.by >= FAR_PX) onReply();
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== "mouse") start.current = { x: event.clientX, y: event.clientY, by: 0 };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { current } = start;
      if (current === null) return;
      const x = event.clientX - current.x;
      const y = Math.abs(event.clientY - current.y);
      if (y > 12 && Math.abs(x) < y * SLOPE) {
        end(event, false);
        return;
      }
      current.by = Math.max(0, Math.min(MOST_PX, x));
      event.currentTarget.style.translate = current.by > 8 ? `${current.by}px` : "";
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => end(event, true),
    onPointerCancel: (event: PointerEvent<HTMLElement>) => end(event, false),
  };
}
