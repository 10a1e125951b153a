import { LogOut, Play, RefreshCw, Square } from "lucide-react";
import { useState } from "react";
import type { Verb } from "../api.gen";
import { Button, ChosenBar, ConfirmDialog } from "../design";
import { useText } from "../text";
import { type Matching, useMatching } from "./useMatching";

const HARMLESS = [
  ["start", "devices.bulk.startAll", Play],
  ["refresh", "devices.bulk.refreshAll", RefreshCw],
] as const;

/** What can be done with every device that the list shows, however many are loaded; asks first, in numbers. */
export function MatchingBar(props: { total: number; matching: Matching; onClear: () => void }) {
  const { total, matching, onClear } = props;
  const text = useText();
  const { t } = text;
  const { run, done, isRunning } = useMatching(matching, onClear);
  const [asks, setAsks] = useState<Extract<Verb, "stop" | "log_out"> | null>(null);
  return (
    <ChosenBar
      label={t("devices.bulk.matching", { count: total })}
      clearLabel={t("devices.clearSelection")}
      onClear={onClear}
    >
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
    </ChosenBar>
  );
}
