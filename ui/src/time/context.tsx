import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useText } from "../text";
import { makeTimes, type Times } from "./format";

const TimesContext = createContext<Times | null>(null);

/** Gives the page the workspace's zone. */
export function TimesProvider({ zone, children }: { zone: string; children: ReactNode }) {
  const text = useText();
  const times = useMemo(() => makeTimes(text, zone), [text, zone]);
  return <TimesContext value={times}>{children}</TimesContext>;
}

export function useTimes(): Times {
  const times = useContext(TimesContext);
  if (times === null) throw new Error("useTimes outside of TimesProvider");
  return times;
}

/** The present, renewed every `everyMs`, for words such as "5 min ago" and countdowns. */
export function useNow(everyMs = 15_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
