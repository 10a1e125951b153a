import { useStops } from "./queries";
import { StopLine } from "./StopBanner";
import styles from "./StopBanner.module.css";

/** The stops of one device or campaign, on its own screen. */
export default function StopNotice({ subject }: { subject: string }) {
  const stops = useStops();
  const own = stops.data?.items.filter((stop) => stop.subject === subject) ?? [];
  if (own.length === 0) return null;
  return (
    <ul className={styles.notices}>
      {own.map((stop) => (
        <StopLine key={stop.id} stop={stop} className={styles.boxed} />
      ))}
    </ul>
  );
}
