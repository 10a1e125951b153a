import { StatusPill } from "../design";
import { useText } from "../text";
import { useStops } from "./queries";

/** Beside the name of a device or campaign in a list, while it alone is stopped. */
export default function StopMark({ subject }: { subject: string }) {
  const { t } = useText();
  const stops = useStops();
  const isStopped = stops.data?.items.some((stop) => stop.subject === subject) === true;
  return isStopped ? <StatusPill tone="stop">{t("stops.mark")}</StatusPill> : null;
}
