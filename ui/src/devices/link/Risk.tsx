import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TransportView } from "../../api.gen";
import { Button, Checkbox, Notice, useAction } from "../../design";
import { http } from "../../http";
import { problemWords, useText } from "../../text";
import { When } from "../../time";
import styles from "./Link.module.css";

/** What may become of a number, before the first one is linked; asked once of everybody who links. */
export function Risk({ transport, onClose }: { transport: string; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const queries = useQueryClient();
  const [read, setRead] = useState(false);
  const accept = useAction({
    run: () =>
      http.post<{ items: TransportView[] }>(`/api/transports/${encodeURIComponent(transport)}/accept-risk`, {}),
    done: (transports) => queries.setQueryData(["transports"], transports),
    quiet: true,
  });
  return (
    <form
      className={styles.choose}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        accept.mutate();
      }}
    >
      <h3>{t("devices.risk.title")}</h3>
      <RiskWords />
      <Checkbox label={t("devices.risk.accept")} hint={t("devices.risk.once")} checked={read} onChange={setRead} />
      {accept.error !== null && <Notice tone="stop">{problemWords(text, accept.error)}</Notice>}
      <div className={styles.row}>
        <Button onClick={onClose}>{t("shell.cancel")}</Button>
        <Button type="submit" look="primary" busy={accept.isPending} disabled={!read}>
          {t("devices.risk.continue")}
        </Button>
      </div>
    </form>
  );
}

/** That the risk was accepted, with the words at hand. */
export function AcceptedRisk({ at }: { at: string }) {
  const { t } = useText();
  return (
    <details className={styles.elsewhere}>
      <summary>
        {t("devices.risk.accepted", { date: "\u0000" }).split("\u0000")[0]}
        <When at={at} as="date" />
        {t("devices.risk.accepted", { date: "\u0000" }).split("\u0000")[1]} <u>{t("devices.risk.again")}</u>
      </summary>
      <RiskWords />
    </details>
  );
}

function RiskWords() {
  const { t } = useText();
  return (
    <>
      <p>{t("devices.risk.intro")}</p>
      <ul className={styles.points}>
        <li>{t("devices.risk.banned")}</li>
        <li>{t("devices.risk.number")}</li>
        <li>{t("devices.risk.people")}</li>
        <li>{t("devices.risk.official")}</li>
      </ul>
    </>
  );
}
