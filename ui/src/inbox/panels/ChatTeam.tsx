import { useState } from "react";
import { cx, Select, useToast } from "../../design";
import { fieldWords, problemWords, useText } from "../../text";
import type { ChatChange, ChatView } from "../api";
import { useInbox } from "../store/context";
import { useAgents, useCan, useLabels } from "../team";
import styles from "./ChatTeam.module.css";

/** Who answers this chat, and its labels. */
export function ChatTeam({ chat }: { chat: ChatView }) {
  const text = useText();
  const { t } = text;
  const inbox = useInbox();
  const toast = useToast();
  const agents = useAgents();
  const labels = useLabels();
  const can = useCan(chat.deviceId);
  const [isBusy, setBusy] = useState(false);
  const change = async (facts: ChatChange) => {
    setBusy(true);
    try {
      await inbox.change(chat.id, facts);
    } catch (error) {
      toast({ words: fieldWords(text, error, "assignedTo") ?? problemWords(text, error), tone: "stop" });
    } finally {
      setBusy(false);
    }
  };
  const known = agents.some((agent) => agent.userId === chat.assignedTo?.userId);
  const options = [
    { value: "", label: t("inbox.nobody") },
    ...(chat.assignedTo !== null && !known ? [{ value: chat.assignedTo.userId, label: chat.assignedTo.name }] : []),
    ...agents.map((agent) => ({ value: agent.userId, label: agent.name })),
  ];
  const toggle = (id: string) =>
    change({ labels: chat.labels.includes(id) ? chat.labels.filter((each) => each !== id) : [...chat.labels, id] });
  return (
    <section className={styles.team} aria-busy={isBusy}>
      <Select
        label={t("inbox.assignedTo")}
        value={chat.assignedTo?.userId ?? ""}
        disabled={!can.reply}
        options={options}
        onChange={(userId) => void change({ assignedTo: userId === "" ? null : userId })}
      />
      {labels.length > 0 && (
        <fieldset className={styles.labels}>
          <legend className={styles.legend}>{t("inbox.labels")}</legend>
          {labels.map((label) => {
            const isOn = chat.labels.includes(label.id);
            return (
              <button
                key={label.id}
                type="button"
                className={cx(styles.label, isOn && styles.on)}
                aria-pressed={isOn}
                disabled={!can.reply || isBusy}
                onClick={() => void toggle(label.id)}
              >
                <span className={styles.dot} style={{ background: label.colour }} aria-hidden="true" />
                <bdi>{label.name}</bdi>
              </button>
            );
          })}
        </fieldset>
      )}
    </section>
  );
}
