// Stands in for react-remove-scroll, which Radix asks to freeze the page behind a dialog: that package writes a
// <style> element, which our content security policy forbids. The page is frozen by an attribute instead.
import { type ElementType, type HTMLAttributes, type Ref, useEffect } from "react";

interface RemoveScrollProps extends HTMLAttributes<HTMLElement> {
  as?: ElementType;
  enabled?: boolean;
  allowPinchZoom?: boolean;
  shards?: unknown;
  removeScrollBar?: boolean;
  ref?: Ref<HTMLElement>;
}

export function RemoveScroll(props: RemoveScrollProps) {
  const {
    as: As = "div",
    enabled = true,
    allowPinchZoom: _zoom,
    shards: _shards,
    removeScrollBar: _bar,
    ...rest
  } = props;
  useEffect(() => {
    if (!enabled) return;
    const body = document.body.dataset;
    const depth = Number(body.locked ?? 0) + 1;
    body.locked = String(depth);
    return () => {
      const left = Number(body.locked ?? 1) - 1;
      if (left > 0) body.locked = String(left);
      else delete body.locked;
    };
  }, [enabled]);
  return <As {...rest} />;
}
