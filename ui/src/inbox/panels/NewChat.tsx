import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Dialog, Notice, Select, TextInput } from "../../design";
import { asProblem, http } from "../../http";
import { fieldWords, problemWords, type Text, useText } from "../../text";
import { type Times, useTimes } from "../../time";
import type { ChatView, NumberChecks } from "../api";
import { useInbox } from "../store/context";
import { useEveryDevice } from "../team";
import styles from "./NewChat.module.css";

/** Nobody can say whether the number is on WhatsApp; the chat may be begun all the same. */
const UNCHECKED: ReadonlySet<string> = new Set([
  "number_check_budget_used",
  "number_check_not_connected",
  "number_check_no_answer",
]);

/** A chat with a number nobody has written to yet: WhatsApp is asked first whether it has it. */
export default function NewChat(props: {
  deviceId: string | null;
  phone: string;
  onOpen: (chatId: string) => void;
  onClose: () => void;
}) {
  const text = useText();
  const { t } = text;
  const inbox = useInbox();
  const devices = useEveryDevice();
  const linked = devices.filter((device) => device.phone !== null);
  const [chosen, setChosen] = useState(props.deviceId ?? "");
  const [phone, setPhone] = useState(props.phone);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const deviceId = chosen || linked[0]?.id || "";
  const times = useTimes();
  const checks = useQuery({
    queryKey: ["number-checks", deviceId],
    queryFn: ({ signal }) => http.get<NumberChecks>(`/api/devices/${deviceId}/number-checks`, { signal }),
    enabled: deviceId !== "",
    staleTime: 0,
    retry: false,
  });
  const submit = async (unchecked = false) => {
    if (phone.trim() === "" || deviceId === "" || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const chat = await http.post<ChatView>("/api/chats", { deviceId, phone: phone.trim(), unchecked });
      inbox.store.putChat(chat);
      props.onOpen(chat.id);
      props.onClose();
    } catch (problem) {
      setError(problem);
      void checks.refetch();
    } finally {
      setBusy(false);
    }
  };
  const mayBegin = error !== null && UNCHECKED.has(asProblem(error).code);
  const isField = error !== null && Object.keys(asProblem(error).fields).length > 0;
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={t("inbox.newChat")}
      description={t("inbox.newChatHint")}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={props.onClose}>{t("shell.cancel")}</Button>
          <Button look="primary" type="submit" busy={isBusy} disabled={phone.trim() === "" || deviceId === ""}>
            {t("inbox.openChat")}
          </Button>
        </>
      }
    >
      {linked.length > 1 && props.deviceId === null && (
        <Select
          label={t("inbox.fromDevice")}
          value={deviceId}
          onChange={setChosen}
          options={linked.map((device) => ({ value: device.id, label: device.name }))}
        />
      )}
      <TextInput
        label={t("inbox.number")}
        hint={t("inbox.numberHint")}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        dir="ltr"
        autoFocus
        value={phone}
        onChange={(value) => {
          setPhone(value);
          setError(null);
        }}
        error={fieldWords(text, error, "phone")}
      />
      {checks.data !== undefined && <p className={styles.hint}>{checkWords(text, checks.data)}</p>}
      {isBusy && (
        <p className={styles.hint} role="status">
          {t("inbox.checkingNumber")}
        </p>
      )}
      {error !== null && !isField && (
        <Notice tone={mayBegin ? "wait" : "stop"}>
          {trouble(text, times, error)}
          {mayBegin && (
            <>
              {" "}
              {t("inbox.uncheckedHint")}{" "}
              <Button size="small" onClick={() => void submit(true)} busy={isBusy}>
                {t("inbox.openUnchecked")}
              </Button>
            </>
          )}
        </Notice>
      )}
    </Dialog>
  );
}

function checkWords(text: Text, checks: NumberChecks): string {
  if (!checks.possible || checks.budget === 0) return text.t("inbox.noChecks");
  return text.t("inbox.checksLeft", { count: Math.max(checks.budget - checks.used, 0), budget: checks.budget });
}

function trouble(text: Text, times: Times, error: unknown): string {
  const words = problemWords(text, error);
  const renewsAt = asProblem(error).data.renews_at;
  if (typeof renewsAt !== "string") return words;
  return `${words} ${text.t("inbox.checksRenew", { when: times.moment(renewsAt, new Date()) })}`;
}
