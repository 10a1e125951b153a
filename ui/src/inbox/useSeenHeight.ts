import { useEffect } from "react";

/** Keeps what a phone's keyboard leaves of the window in `--seen-height` and `--seen-top`, so that nothing hides behind it. */
export function useSeenHeight(): void {
  useEffect(() => {
    const seen = window.visualViewport;
    if (seen === null) return;
    const { style } = document.documentElement;
    const keep = () => {
      style.setProperty("--seen-height", `${seen.height}px`);
      style.setProperty("--seen-top", `${seen.offsetTop}px`);
    };
    keep();
    seen.addEventListener("resize", keep);
    seen.addEventListener("scroll", keep);
    return () => {
      seen.removeEventListener("resize", keep);
      seen.removeEventListener("scroll", keep);
      style.removeProperty("--seen-height");
      style.removeProperty("--seen-top");
    };
  }, []);
}
