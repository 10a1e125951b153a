import { useNow, useTimes } from "./context";

/** An instant in words, with the full time on hover and for machines. */
export function When({
  at,
  as = "moment",
}: {
  at: string;
  as?: "moment" | "full" | "relative" | "clock" | "date" | "since";
}) {
  const times = useTimes();
  useNow(as === "relative" || as === "since" ? 10_000 : 60_000);
  // The tick only draws anew: an instant younger than the last tick is not in the future.
  const now = new Date();
  const words = as === "clock" || as === "date" ? times[as](at) : times[as](at, now);
  return (
    <time dateTime={at} title={`${times.date(at)}, ${times.clockSeconds(at)} (${times.zone})`}>
      {words}
    </time>
  );
}
