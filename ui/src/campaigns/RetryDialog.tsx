import { useState } from "react";
import type { CampaignView, Report } from "../api.gen";
import { Button, Checkbox, Dialog, Notice, useAction } from "../design";
import { http } from "../http";
import { problemWords, useText } from "../text";
import { codeWords } from "./words";

/** Which refusals go once more, by their reasons; what would fail again or may have arrived is only named. */
export function RetryDialog({
  report,
  onClose,
  onDone,
}: {
  report: Report;
  onClose: () => void;
  onDone: (view: CampaignView) => void;
}) {
  const text = useText();
  const { t } = text;
  const offered = report.codes.filter((line) => line.mayRetry && line.code !== null);
  const others = report.codes.filter(
    (line) => !line.mayRetry && (line.state === "failed" || line.state === "unknown_final"),
  );
  const [chosen, setChosen] = useState<readonly string[]>(offered.map((line) => line.code ?? ""));
  const count = offered.reduce((sum, line) => sum + (chosen.includes(line.code ?? "") ? line.count : 0), 0);
  const retry = useAction({
    run: () => http.post<CampaignView>(`/api/campaigns/${report.campaign.id}/retry`, { codes: chosen }),
    done: (view) => {
      onDone(view);
      onClose();
    },
    words: () => t("campaigns.done.retry", { count }),
    quiet: true,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("campaigns.retry.title")}
      description={t("campaigns.retry.hint")}
      onSubmit={() => retry.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button type="submit" look="primary" busy={retry.isPending} disabled={count === 0}>
            {t("campaigns.retry.confirm", { count })}
          </Button>
        </>
      }
    >
      {offered.map((line) => {
        const code = line.code ?? "";
        return (
          <Checkbox
            key={code}
            label={`${codeWords(text, code)} · ${text.number(line.count)}`}
            checked={chosen.includes(code)}
            onChange={(on) => setChosen(on ? [...chosen, code] : chosen.filter((each) => each !== code))}
          />
        );
      })}
      {others.length > 0 && (
        <Notice tone="info" title={t("campaigns.retry.never")}>
          <ul>
            {others.map((line) => (
              <li key={`${line.state}-${line.code}`}>
                {line.code === null ? "–" : codeWords(text, line.code)} · {text.number(line.count)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {retry.error !== null && <Notice tone="stop">{problemWords(text, retry.error)}</Notice>}
    </Dialog>
  );
}
