import { type ReactNode, useState } from "react";
import type { HeldMessageView } from "../api.gen";
import { Button, ConfirmDialog, StatusPill, useAction } from "../design";
import { http } from "../http";
import { useText } from "../text";
import { Places, When } from "../time";
import { Held, Open } from "./Held";
import styles from "./Held.module.css";
import { useHeldMessages } from "./queries";

/** What people had written by hand and what still waited. */
export function NotSent({ count }: { count: number }) {
  const { t } = useText();
  const list = useHeldMessages("not_sent");
  return (
    <Held
      id="not-sent"
      title={t("restored.notSent")}
      count={count}
      hint={t("restored.notSentHint")}
      none={t("restored.notSentNone")}
      list={list}
      row={(message) => <Unsent message={message} />}
    />
  );
}

/** What was on its way: evidence decides, and a person can only look. */
export function Unknown({ count }: { count: number }) {
  const { t } = useText();
  const list = useHeldMessages("unknown");
  return (
    <Held
      id="unknown"
      title={t("restored.unknown")}
      count={count}
      hint={t("restored.unknownHint")}
      none={t("restored.unknownNone")}
      list={list}
      row={(message) => <InDoubt message={message} />}
    />
  );
}

function Unsent({ message }: { message: HeldMessageView }) {
  const { t } = useText();
  const [isAsked, setAsked] = useState(false);
  const name = nameOf(message);
  const again = useAction({
    run: () => http.post(`/api/messages/${message.messageId}/retry`),
    changes: [["restored"]],
    words: () => t("restored.againDone"),
    quiet: true,
  });
  const words =
    message.sentBy === null
      ? t("restored.written", { time: "\u0000" })
      : t("restored.writtenBy", { name: message.sentBy, time: "\u0000" });
  return (
    <>
      <Said message={message}>
        <Places words={words} what={<When at={message.at} as="full" />} />
      </Said>
      <div className={styles.actions}>
        {message.mayRetry && (
          <Button size="small" aria-label={`${t("restored.again")}: ${name}`} onClick={() => setAsked(true)}>
            {t("restored.again")}
          </Button>
        )}
        {message.chatId !== null && <Open href={`/inbox/${message.chatId}`} label={t("restored.chat")} of={name} />}
      </div>
      <ConfirmDialog
        open={isAsked}
        onClose={() => setAsked(false)}
        title={t("restored.againTitle", { name })}
        consequence={t("restored.againHint")}
        confirmLabel={t("restored.again")}
        look="primary"
        onConfirm={() => again.mutateAsync()}
      />
    </>
  );
}

function InDoubt({ message }: { message: HeldMessageView }) {
  const { t } = useText();
  const name = nameOf(message);
  const isOpen = message.state === "unknown";
  return (
    <>
      <Said message={message}>
        {message.campaignName !== null && <>{t("restored.ofCampaign", { name: message.campaignName })} · </>}
        <Places words={t("restored.handedOut", { time: "\u0000" })} what={<When at={message.at} as="full" />} />
      </Said>
      <div className={styles.actions}>
        <StatusPill tone={isOpen ? "wait" : "idle"}>
          {t(isOpen ? "restored.unknownOpen" : "restored.unknownFinal")}
        </StatusPill>
        {message.chatId !== null ? (
          <Open href={`/inbox/${message.chatId}`} label={t("restored.chat")} of={name} />
        ) : (
          message.campaignId !== null && (
            <Open href={`/campaigns/${message.campaignId}`} label={t("restored.campaign")} of={name} />
          )
        )}
      </div>
    </>
  );
}

/** To whom and what, and below it how it came about. */
function Said({ message, children }: { message: HeldMessageView; children: ReactNode }) {
  const { t } = useText();
  return (
    <div className={styles.words}>
      <strong dir="auto">{t("restored.to", { name: nameOf(message), device: message.deviceName })}</strong>
      <span className={styles.said} dir="auto">
        {message.words === "" ? t("restored.noWords") : message.words}
      </span>
      <span className={styles.faint} dir="auto">
        {children}
      </span>
    </div>
  );
}

function nameOf(message: HeldMessageView): string {
  return message.name === "" ? message.address : message.name;
}
