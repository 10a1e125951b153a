import { useQuery } from "@tanstack/react-query";
import { http } from "../../http";
import { useText } from "../../text";
import type { HistoryView } from "../api";
import styles from "./HistoryBar.module.css";

const AGAIN_MS = 5000;

/** How much of the phone's older messages has arrived, while they arrive. */
export default function HistoryBar({ deviceId }: { deviceId: string }) {
  const { t } = useText();
  const history = useQuery({
    queryKey: ["device-history", deviceId],
    queryFn: ({ signal }) => http.get<HistoryView>(`/api/devices/${deviceId}/history`, { signal }),
    staleTime: 60_000,
    retry: false,
    refetchInterval: (query) => (isRunning(query.state.data) ? AGAIN_MS : false),
  }).data;
  if (!isRunning(history) || history === undefined) return null;
  return (
    <p className={styles.bar}>
      {t("inbox.historyPercent", { count: history.messages, percent: history.percent })}
      <progress className={styles.progress} max={100} value={history.percent} aria-label={t("inbox.historyProgress")} />
    </p>
  );
}

function isRunning(history: HistoryView | undefined): boolean {
  return history !== undefined && history.offered > 0 && history.done + history.failed < history.offered;
}
