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
    refetchInterval: (query) => (query.state.data?.state === "running" ? AGAIN_MS : false),
  }).data;
  if (history?.state !== "running") return null;
  return (
    <p className={styles.bar}>
      {history.percent === null
        ? t("inbox.history", { count: history.messages })
        : t("inbox.historyPercent", { count: history.messages, percent: history.percent })}
      {history.percent !== null && <progress className={styles.progress} max={100} value={history.percent} />}
    </p>
  );
}
