import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, useAction } from "../../design";
import { http } from "../../http";
import { problemWords, useText } from "../../text";
import type { OlderView } from "../api";
import { useThread } from "./context";
import styles from "./Older.module.css";

const AGAIN_MS = 1500;

/** Where the kept messages begin: what came before may be on the phone, and is asked for here. */
export default function Older() {
  const text = useText();
  const { t } = text;
  const { chat, can } = useThread();
  const queries = useQueryClient();
  const path = `/api/chats/${chat.id}/history`;
  const key = ["chat-older", chat.id];
  const older = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => http.get<OlderView>(path, { signal }),
    staleTime: AGAIN_MS,
    retry: false,
    refetchInterval: ({ state }) => (isRunning(state.data) ? AGAIN_MS : false),
  }).data;
  const ask = useAction({
    run: () => http.post<OlderView>(path, {}),
    done: (told) => queries.setQueryData(key, told),
    quiet: true,
  });
  if (older === undefined || !older.possible || !can.reply) return null;
  const isBusy = isRunning(older) || ask.isPending;
  const isOver = older.state === "arrived" || older.state === "nothing";
  const reason = older.code === null ? null : text.maybe(`inbox.older.code.${older.code}`);
  return (
    <div className={styles.older}>
      <p role="status">
        {ask.error !== null && !isBusy
          ? problemWords(text, ask.error)
          : older.state === "not_asked" || older.state === "arrived"
            ? t(older.online ? "inbox.older.hint" : "inbox.older.offline")
            : older.state === "failed"
              ? t("inbox.older.failed", { reason: reason ?? t("inbox.older.code.other") })
              : t(`inbox.older.${older.state}`)}
      </p>
      {older.state !== "nothing" && (
        <Button onClick={() => ask.mutate()} busy={isBusy} disabled={!older.online}>
          {t(isBusy || older.state === "not_asked" || isOver ? "inbox.older.ask" : "shell.retry")}
        </Button>
      )}
    </div>
  );
}

function isRunning(older: OlderView | undefined): boolean {
  return older !== undefined && ["asking", "waiting", "arriving"].includes(older.state);
}
