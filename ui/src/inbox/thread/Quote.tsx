import { useText } from "../../text";
import type { QuotePart } from "../api";
import { KindIcon, previewWords } from "../parts/kind";
import { useUi } from "../parts/ui";
import styles from "./Quote.module.css";

/** What a message answers; leads to it. */
export function Quote({ quote, chatId }: { quote: QuotePart; chatId: string }) {
  const text = useText();
  const { jumpTo } = useUi();
  const { messageId } = quote;
  const inside = <QuoteWords quote={quote} />;
  if (messageId === null) return <span className={styles.quote}>{inside}</span>;
  return (
    <button
      type="button"
      className={styles.quote}
      title={text.t("inbox.toQuoted")}
      onClick={() => jumpTo(chatId, messageId)}
    >
      {inside}
    </button>
  );
}

export function QuoteWords({ quote }: { quote: QuotePart }) {
  const text = useText();
  const kind = quote.kind ?? "text";
  const isLost = quote.kind === null && quote.body === "";
  return (
    <>
      <bdi className={styles.name}>{quote.fromMe ? text.t("inbox.you") : quote.senderName}</bdi>
      <span className={styles.words}>
        <KindIcon kind={kind} size={14} />
        <bdi>{isLost ? text.t("inbox.quoteLost") : previewWords(text, kind, quote.body)}</bdi>
      </span>
    </>
  );
}
