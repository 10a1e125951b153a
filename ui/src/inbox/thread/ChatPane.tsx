import { useRef } from "react";
import { EmptyState, ErrorState, Skeleton } from "../../design";
import { useText } from "../../text";
import { Composer } from "../compose/Composer";
import { DropZone } from "../compose/DropZone";
import { useChat, useConversation, useInbox } from "../store/context";
import { useCan } from "../team";
import { ChatHead } from "./ChatHead";
import styles from "./ChatPane.module.css";
import { ThreadProvider } from "./context";
import { Messages } from "./Messages";

/** One chat: who it is, what was said, and what is being written. */
export default function ChatPane({
  chatId,
  onClose,
  isOpen,
}: {
  chatId: string;
  onClose: () => void;
  isOpen: boolean;
}) {
  const text = useText();
  const chat = useChat(chatId);
  const conversation = useConversation(chatId);
  const inbox = useInbox();
  const can = useCan(chat?.deviceId ?? "");
  const pane = useRef<HTMLElement>(null);
  if (chat === undefined) {
    return conversation?.error != null ? (
      <EmptyState title={text.t("inbox.chatGone")}>{text.t("inbox.chatGoneHint")}</EmptyState>
    ) : (
      <Skeleton lines={6} />
    );
  }
  const isEmpty = conversation === undefined || conversation.older === undefined;
  const error = isEmpty && conversation?.loading == null ? (conversation?.error ?? null) : null;
  return (
    <ThreadProvider chat={chat} can={can}>
      <DropZone pane={pane}>
        <section ref={pane} className={styles.pane} aria-label={text.t("inbox.conversationWith", { name: chat.name })}>
          <ChatHead chat={chat} onClose={onClose} />
          {error !== null ? (
            <div className={styles.trouble}>
              <ErrorState error={error} retry={() => void inbox.loader.toEnd(chatId)} />
            </div>
          ) : conversation === undefined || (isEmpty && conversation.items.length === 0) ? (
            <div className={styles.trouble}>
              <Skeleton lines={7} height={36} label={text.t("inbox.loadingMessages")} />
            </div>
          ) : (
            <Messages chat={chat} conversation={conversation} isOpen={isOpen} />
          )}
          <Composer key={chatId} />
        </section>
      </DropZone>
    </ThreadProvider>
  );
}
