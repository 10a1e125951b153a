import { useState } from "react";
import { Button, Dialog, Notice, Select, TextInput } from "../../design";
import { asProblem, http } from "../../http";
import { fieldWords, problemWords, useText } from "../../text";
import type { ChatView } from "../api";
import { useInbox } from "../store/context";
import { useEveryDevice } from "../team";

/** A chat with a number nobody has written to yet. */
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
  const submit = async () => {
    if (phone.trim() === "" || deviceId === "" || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const chat = await http.post<ChatView>("/api/chats", { deviceId, phone: phone.trim() });
      inbox.store.putChat(chat);
      props.onOpen(chat.id);
      props.onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
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
        onChange={setPhone}
        error={fieldWords(text, error, "phone")}
      />
      {error !== null && !isField && <Notice tone="stop">{problemWords(text, error)}</Notice>}
    </Dialog>
  );
}
