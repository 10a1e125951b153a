import { Fragment } from "react";
import { useText } from "../../text";
import { useTimes } from "../../time";
import type { SearchHit } from "../api";
import { KindIcon, previewWords } from "../parts/kind";
import styles from "./Hit.module.css";

/** One found message; what was looked for is marked. */
export function Hit(props: { hit: SearchHit; withChat: boolean; onOpen: (chatId: string, messageId: string) => void }) {
  const text = useText();
  const times = useTimes();
  const { message, chat, marked } = props.hit;
  const who = message.fromMe ? text.t("inbox.you") : message.senderName || chat.name;
  return (
    <button type="button" className={styles.hit} onClick={() => props.onOpen(message.chatId, message.id)}>
      <span className={styles.line}>
        <bdi className={styles.name}>{props.withChat ? chat.name : who}</bdi>
        <time className={styles.time} dateTime={message.at}>
          {times.moment(message.at)}
        </time>
      </span>
      <span className={styles.words}>
        {props.withChat && (message.fromMe || chat.kind === "group") && <bdi>{who}: </bdi>}
        <KindIcon kind={message.kind} size={14} />
        <bdi>{marked === "" ? previewWords(text, message.kind, message.body) : <Marked words={marked} />}</bdi>
      </span>
      {props.withChat && <bdi className={styles.device}>{chat.deviceName}</bdi>}
    </button>
  );
}

/** \u0002 begins and \u0003 ends what was found. */
function Marked({ words }: { words: string }) {
  return words.split("\u0002").map((part, index) => {
    const [found, rest] = index === 0 ? [null, part] : part.split("\u0003");
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an unchanging text
      <Fragment key={index}>
        {found !== null && found !== undefined && <mark className={styles.mark}>{found}</mark>}
        {rest}
      </Fragment>
    );
  });
}
