import { useQueryClient } from "@tanstack/react-query";
import { LogOut, Play, RefreshCw, Square, X } from "lucide-react";
import { useState } from "react";
import type { BulkAnswer, BulkInput, DeviceState, Verb } from "../api.gen";
import { Button, ConfirmDialog, IconButton, useToast } from "../design";
import { http } from "../http";
import { problemWords, useText } from "../text";
import styles from "./BulkBar.module.css";

interface Matching {
  state: string;
  q: string;
}

const HARMLESS = [
  ["start", "devices.bulk.startAll", Play],
  ["refresh", "devices.bulk.refreshAll", RefreshCw],
] as const;

/** What can be done with every device that the list shows, however many are loaded; asks first, in numbers. */
export function MatchingBar(props: { total: number; matching: Matching; onClear: () => void }) {
  const { total, matching, onClear } = props;
  const text = useText();
  const { t } = text;
  const { run, done, isRunning } = useRun(matching, onClear);
  const [asks, setAsks] = useState<Extract<Verb, "stop" | "log_out"> | null>(null);
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("devices.bulk.matching", { count: total })}>
      <strong>{t("devices.bulk.matching", { count: total })}</strong>
      {isRunning ? (
        <span role="status">{t("devices.bulk.running", { done, total: Math.max(total, done) })}</span>
      ) : (
        <>
          {HARMLESS.map(([verb, label, Icon]) => (
            <Button key={verb} size="small" icon={<Icon size={15} />} onClick={() => void run(verb)}>
              {t(label)}
            </Button>
          ))}
          <Button size="small" icon={<Square size={15} />} onClick={() => setAsks("stop")}>
            {t("devices.bulk.stopAll")}
          </Button>
          <Button size="small" icon={<LogOut size={15} />} onClick={() => setAsks("log_out")}>
            {t("devices.bulk.logOutAll")}
          </Button>
        </>
      )}
      <IconButton
        size="small"
        className={styles.clear}
        label={t("devices.clearSelection")}
        icon={<X size={16} />}
        onClick={onClear}
      />
      <ConfirmDialog
        open={asks === "stop"}
        onClose={() => setAsks(null)}
        title={t("devices.bulk.stopTitle", { count: total })}
        consequence={t("devices.bulk.stopHint")}
        confirmLabel={t("devices.bulk.stop", { count: total })}
        onConfirm={async () => void run("stop")}
      />
      <ConfirmDialog
        open={asks === "log_out"}
        onClose={() => setAsks(null)}
        title={t("devices.bulk.logOutTitle", { count: total })}
        consequence={t("devices.bulk.logOutHint")}
        confirmLabel={t("devices.bulk.logOutConfirm", { count: total })}
        onConfirm={async () => void run("log_out")}
      />
    </div>
  );
}

/** Asks the server for one bite after the other, and tells how far it has come. */
function useRun({ state, q }: Matching, onDone: () => void) {
  const text = useText();
  const toast = useToast();
  const queries = useQueryClient();
  const [done, setDone] = useState<number | null>(null);
  const run = async (verb: Verb) => {
    const sum = { done: 0, skipped: 0 };
    setDone(0);
    try {
      let after: string | null = null;
      do {
        const asked: BulkInput = { verb, state: state === "" ? null : (state as DeviceState), q, after };
        const answer: BulkAnswer = await http.post<BulkAnswer>("/api/devices/bulk", asked);
        sum.done += answer.done;
        sum.skipped += answer.skipped;
        after = answer.next;
        setDone(sum.done + sum.skipped);
      } while (after !== null);
      toast(
        sum.skipped === 0
          ? { words: text.t("devices.bulk.done", { count: sum.done }), tone: "good" }
          : { words: text.t("devices.bulk.skipped", sum), tone: "stop" },
      );
      onDone();
    } catch (problem) {
      toast({ words: problemWords(text, problem), tone: "stop" });
    } finally {
      setDone(null);
      void queries.invalidateQueries({ queryKey: ["devices"] });
    }
  };
  return { run, done: done ?? 0, isRunning: done !== null };
}
