import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { LinkingView } from "../../api.gen";
import { Button, CopyField, Notice, TextArea, useAction } from "../../design";
import { http } from "../../http";
import { fieldWords, problemWords, useText } from "../../text";
import { Countdown, Letters } from "./Letters";
import styles from "./Link.module.css";

interface AskedProps {
  view: LinkingView;
  request: string;
  onCode: () => void;
  cancelling: boolean;
}

/** WhatsApp wants a passkey, which only its own page can ask for: the ways out, and a door for those who can. */
export function PasskeyAsked({ view, request, onCode, cancelling }: AskedProps) {
  const { t } = useText();
  return (
    <div className={styles.choose}>
      <Notice tone="wait" title={t("devices.passkey.title")}>
        {t("devices.passkey.why")}
      </Notice>
      <section aria-label={t("devices.passkey.ways")}>
        <h3 className={styles.stepsTitle}>{t("devices.passkey.ways")}</h3>
        <ul className={styles.points}>
          <li>{t("devices.passkey.wayCode")}</li>
          <li>{t("devices.passkey.wayRemove")}</li>
          <li>{t("devices.passkey.wayOfficial")}</li>
        </ul>
      </section>
      {view.method === "qr" && (
        <div className={styles.row}>
          <Button busy={cancelling} onClick={onCode}>
            {t("devices.link.codeInstead")}
          </Button>
        </div>
      )}
      <details className={styles.elsewhere} open={view.answer !== null ? true : undefined}>
        <summary>{t("devices.passkey.byHand")}</summary>
        <Answer view={view} request={request} />
      </details>
      <Countdown view={view} />
    </div>
  );
}

function Answer({ view, request }: { view: LinkingView; request: string }) {
  const text = useText();
  const { t } = text;
  const queries = useQueryClient();
  const [answer, setAnswer] = useState("");
  const send = useAction({
    run: () => http.post<LinkingView>(`/api/devices/${view.deviceId}/link/passkey`, { answer }),
    done: (fresh) => queries.setQueryData(["linking", view.deviceId], fresh),
    quiet: true,
  });
  const wrong = fieldWords(text, send.error, "answer");
  return (
    <form
      className={styles.choose}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <p className={styles.note}>{t("devices.passkey.byHandHint")}</p>
      <CopyField label={t("devices.passkey.request")} value={request} />
      <TextArea
        label={t("devices.passkey.answer")}
        hint={t("devices.passkey.answerHint")}
        error={wrong}
        value={answer}
        onChange={setAnswer}
        rows={4}
        dir="ltr"
        spellCheck={false}
        autoComplete="off"
      />
      {send.error !== null && wrong === undefined && <Notice tone="stop">{problemWords(text, send.error)}</Notice>}
      {view.answer === "sent" && <Notice tone="info">{t("devices.passkey.sent")}</Notice>}
      {view.answer === "refused" && <Notice tone="stop">{t("devices.passkey.refused")}</Notice>}
      <div className={styles.row}>
        <Button
          type="submit"
          look="primary"
          busy={send.isPending}
          disabled={answer.trim() === "" || view.answer === "sent"}
        >
          {t("devices.passkey.send")}
        </Button>
      </div>
    </form>
  );
}

/** The passkey was right: the same code must stand on the phone. */
export function ComparedCode({ view, code }: { view: LinkingView; code: string }) {
  const { t } = useText();
  return (
    <div className={styles.showing}>
      <div className={styles.code}>
        <Letters label={t("devices.passkey.code")} code={code} />
        <Countdown view={view} />
      </div>
      <section className={styles.side} aria-label={t("devices.passkey.compare")}>
        <h3>{t("devices.passkey.compare")}</h3>
        <ol className={styles.steps}>
          <li>{t("devices.passkey.compare1")}</li>
          <li>{t("devices.passkey.compare2")}</li>
          <li>{t("devices.passkey.compare3")}</li>
        </ol>
      </section>
    </div>
  );
}
