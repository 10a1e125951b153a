import { Problem } from "../../http";
import { useLiveState } from "../../live";
import { problemWords, type Text, useText } from "../../text";
import { useInbox } from "../store/context";
import type { Bubble } from "../store/conversation";
import { useThread } from "./context";
import styles from "./Trouble.module.css";
import { useMessageActions } from "./useMessageActions";

/** Why a message waits or failed, in words. */
export function codeWords(text: Text, code: string): string {
  return (
    text.maybe(`outbox.code.${code}`) ??
    text.maybe(`outbox.hold.${code}`) ??
    text.maybe(`problem.${code}`) ??
    text.t("inbox.code.other", { code })
  );
}

/** A reason as a sentence of its own. */
function reason(text: Text, code: string | null): string {
  const words = code === null ? "" : codeWords(text, code);
  return words === "" || /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** Beside an own message that is not simply on its way: the reason, and what can be done. */
export function Trouble({ bubble }: { bubble: Bubble }) {
  if (!bubble.fromMe || bubble.deletedAt !== null) return null;
  if (bubble.local !== undefined) return <LocalTrouble bubble={bubble} />;
  if (bubble.tick === "failed") return <Failed bubble={bubble} />;
  if (bubble.tick === "cancelled") return <Cancelled />;
  if (bubble.tick === "unknown") return <Unsure bubble={bubble} />;
  if (bubble.tick === "queued" && bubble.code !== null) return <Held bubble={bubble} />;
  return null;
}

function LocalTrouble({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { queue } = useInbox();
  const state = useLiveState();
  const { local } = bubble;
  const key = bubble.clientId ?? bubble.id;
  if (local === undefined || local.state === "posting") return null;
  const cancel = (
    <button type="button" className={styles.act} onClick={() => void queue.cancel(key)}>
      {text.t("inbox.dontSend")}
    </button>
  );
  if (local.state === "refused") {
    const problem = new Problem({
      code: local.code ?? "unexpected",
      status: 0,
      detail: local.code ?? "",
      data: local.data,
    });
    return (
      <p className={styles.stop}>
        {text.t("inbox.notSent")} {problemWords(text, problem)}{" "}
        <button type="button" className={styles.act} onClick={() => queue.retry(key)}>
          {text.t("shell.retry")}
        </button>
        {cancel}
      </p>
    );
  }
  if (local.state === "uploading") {
    return (
      <p className={styles.wait}>
        {text.t("inbox.uploading", { percent: text.percent(Math.round(local.part * 100) / 100) })} {cancel}
      </p>
    );
  }
  if (state === "live") return null;
  return (
    <p className={styles.wait}>
      {text.t("inbox.goesLater")} {cancel}
    </p>
  );
}

function Failed({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { can } = useThread();
  const { retry } = useMessageActions();
  return (
    <p className={styles.stop}>
      {text.t("inbox.notSent")} {reason(text, bubble.code)}{" "}
      {can.reply && bubble.kept && (
        <button type="button" className={styles.act} onClick={() => retry(bubble)}>
          {text.t("shell.retry")}
        </button>
      )}
    </p>
  );
}

function Cancelled() {
  const text = useText();
  return <p className={styles.wait}>{text.t("inbox.takenBack")}</p>;
}

function Unsure({ bubble }: { bubble: Bubble }) {
  const text = useText();
  return (
    <p className={styles.wait}>
      {text.t("inbox.unsure")} {reason(text, bubble.code)}
    </p>
  );
}

function Held({ bubble }: { bubble: Bubble }) {
  const text = useText();
  const { can } = useThread();
  const { cancel } = useMessageActions();
  return (
    <p className={styles.wait}>
      {text.t("inbox.waits")} {reason(text, bubble.code)}{" "}
      {can.reply && (
        <button type="button" className={styles.act} onClick={() => cancel(bubble)}>
          {text.t("inbox.dontSend")}
        </button>
      )}
    </p>
  );
}
