import { useQueryClient } from "@tanstack/react-query";
import { Play, Square } from "lucide-react";
import { useState } from "react";
import type { DeviceView } from "../api.gen";
import { Button, ChosenBar, useToast } from "../design";
import { http } from "../http";
import { problemWords, useText } from "../text";
import { putDevice } from "./queries";
import { RUNNING } from "./words";

const AT_ONCE = 4;

/** What can be done with the chosen devices together. */
export function BulkBar(props: {
  devices: readonly DeviceView[];
  /** How many more than the chosen ones match, when all that is loaded is chosen. */
  matching: number | null;
  onMatching: () => void;
  onClear: () => void;
}) {
  const { devices, onClear } = props;
  const text = useText();
  const { t } = text;
  const toast = useToast();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const stoppable = devices.filter((device) => RUNNING.has(device.state));
  const startable = devices.filter((device) => device.state === "stopped");

  const run = async (verb: "stop" | "start", chosen: readonly DeviceView[]) => {
    const waiting = [...chosen];
    const refusals: unknown[] = [];
    let done = 0;
    setProgress({ done: 0, total: chosen.length });
    const work = async () => {
      for (let device = waiting.shift(); device !== undefined; device = waiting.shift()) {
        try {
          putDevice(queries, await http.post<DeviceView>(`/api/devices/${device.id}/${verb}`));
          done += 1;
        } catch (problem) {
          refusals.push(problem);
        }
        setProgress({ done: done + refusals.length, total: chosen.length });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setProgress(null);
    void queries.invalidateQueries({ queryKey: ["devices"] });
    if (refusals.length === 0) toast({ words: t("devices.bulk.done", { count: done }), tone: "good" });
    else {
      const reason = problemWords(text, refusals[0]);
      toast({ words: t("devices.bulk.partly", { done, refused: refusals.length, reason }), tone: "stop" });
    }
    onClear();
  };

  return (
    <ChosenBar
      label={t("devices.selected", { count: devices.length })}
      clearLabel={t("devices.clearSelection")}
      onClear={onClear}
    >
      <strong>{t("devices.selected", { count: devices.length })}</strong>
      {progress === null ? (
        <>
          {startable.length > 0 && (
            <Button size="small" icon={<Play size={15} />} onClick={() => void run("start", startable)}>
              {t("devices.bulk.start", { count: startable.length })}
            </Button>
          )}
          {stoppable.length > 0 && (
            <Button size="small" icon={<Square size={15} />} onClick={() => void run("stop", stoppable)}>
              {t("devices.bulk.stop", { count: stoppable.length })}
            </Button>
          )}
        </>
      ) : (
        <span role="status">{t("devices.bulk.running", progress)}</span>
      )}
      {props.matching !== null && progress === null && (
        <Button size="small" look="plain" onClick={props.onMatching}>
          {t("devices.bulk.all", { count: props.matching })}
        </Button>
      )}
    </ChosenBar>
  );
}
