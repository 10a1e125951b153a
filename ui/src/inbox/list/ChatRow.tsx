import { BellOff, Pin, UserRoundCheck } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, memo, useRef } from "react";
import { cx } from "../../design";
import { useText } from "../../text";
import { useTimes } from "../../time";
import type { ChatView } from "../api";
import { KindIcon, previewWords } from "../parts/kind";
import { Picture } from "../parts/Picture";
import { TickMark } from "../parts/TickMark";
import type { MenuPlace } from "../parts/ui";
import { isMuted } from "../store/chats";
import { useChat, useDraft, useOnItsWay, useTyping } from "../store/context";
import { useLabels } from "../team";
import styles from "./ChatRow.module.css";

const HELD_MS = 550;

interface RowProps {
  chatId: string;
  index: number;
  top: number;
  height: number;
  isOpen: boolean;
  isTabStop: boolean;
  withDevice: boolean;
  /** The present, so that times grow old. */
  now: number;
  onOpen: (chatId: string) => void;
  onMenu: (chatId: string, at: MenuPlace) => void;
  onFocus: (index: number) => void;
}

/** One chat of the list. */
export const ChatRow = memo(function ChatRow(props: RowProps) {
  const { chatId, index, onOpen, onMenu } = props;
  const chat = useChat(chatId);
  const held = useRef(0);
  if (chat === undefined) return null;
  const openMenu = (event: MouseEvent<HTMLElement>) => {
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const isByKey = event.clientX === 0 && event.clientY === 0;
    const at = isByKey ? { x: box.left + 60, y: box.bottom - 8 } : { x: event.clientX, y: event.clientY };
    onMenu(chatId, { ...at, back: event.currentTarget });
  };
  const release = () => window.clearTimeout(held.current);
  return (
    <div
      role="option"
      aria-selected={props.isOpen}
      data-index={index}
      data-chat={chatId}
      tabIndex={props.isTabStop ? 0 : -1}
      className={cx(styles.row, props.isOpen && styles.open, chat.unread !== 0 && styles.unread)}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      onClick={() => onOpen(chatId)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          onOpen(chatId);
        }
      }}
      onFocus={() => props.onFocus(index)}
      onContextMenu={openMenu}
      onTouchStart={(event) => {
        // Phones without a context menu of their own: holding the row opens it.
        const touch = event.touches[0];
        const row = event.currentTarget;
        if (touch === undefined) return;
        const at = { x: touch.clientX, y: touch.clientY };
        held.current = window.setTimeout(() => onMenu(chatId, { ...at, back: row }), HELD_MS);
      }}
      onTouchEnd={release}
      onTouchMove={release}
      onTouchCancel={release}
    >
      <Picture id={chat.id} name={chat.name} picture={chat.picture} isGroup={chat.kind === "group"} />
      <span className={styles.words}>
        <FirstLine chat={chat} now={props.now} />
        <span className={styles.line}>
          <Preview chat={chat} isOpen={props.isOpen} />
          <Marks chat={chat} />
        </span>
        {props.withDevice && <ThirdLine chat={chat} />}
      </span>
    </div>
  );
});

function FirstLine({ chat, now }: { chat: ChatView; now: number }) {
  const { t } = useText();
  const times = useTimes();
  return (
    <span className={styles.line}>
      <bdi className={styles.name}>{chat.name || t("inbox.group")}</bdi>
      {isMuted(chat, now) && (
        <span className={styles.sign}>
          <BellOff size={14} aria-hidden="true" />
          <span className="srOnly">{t("inbox.muted")}</span>
        </span>
      )}
      <time className={styles.time} dateTime={chat.lastAt}>
        {times.moment(chat.lastAt, new Date(now))}
      </time>
    </span>
  );
}

function Preview({ chat, isOpen }: { chat: ChatView; isOpen: boolean }) {
  const text = useText();
  const typing = useTyping(chat.id);
  const draft = useDraft(chat.id);
  const waiting = useOnItsWay(chat.id);
  if (typing !== undefined) {
    const words = text.t(typing.state === "recording" ? "inbox.recording" : "inbox.typing");
    return (
      <span className={cx(styles.preview, styles.typing)}>
        {chat.kind === "group" && typing.name !== "" ? `${typing.name}: ${words}` : words}
      </span>
    );
  }
  if (draft !== "" && !isOpen) {
    return (
      <span className={styles.preview}>
        <span className={styles.draft}>{text.t("inbox.draft")}</span> <bdi>{draft.slice(0, 200)}</bdi>
      </span>
    );
  }
  if (waiting !== undefined) {
    const isRefused = waiting.local?.state === "refused";
    return (
      <span className={styles.preview}>
        <TickMark tick={isRefused ? "failed" : "queued"} />
        <KindIcon kind={waiting.kind} />
        <bdi>{previewWords(text, waiting.kind, waiting.body)}</bdi>
      </span>
    );
  }
  const { last } = chat;
  if (last === null) return <span className={styles.preview}>{text.t("inbox.noMessages")}</span>;
  return (
    <span className={styles.preview}>
      {last.fromMe && last.tick !== null && !last.deleted && <TickMark tick={last.tick} />}
      {last.deleted ? (
        <em>{text.t(last.fromMe ? "inbox.deletedByUs" : "inbox.deleted")}</em>
      ) : (
        <>
          <KindIcon kind={last.kind} />
          <span className={styles.text}>
            {!last.fromMe && chat.kind === "group" && last.senderName !== "" && (
              <>
                <bdi>{last.senderName}</bdi>:{" "}
              </>
            )}
            <bdi>{previewWords(text, last.kind, last.body)}</bdi>
          </span>
        </>
      )}
    </span>
  );
}

function Marks({ chat }: { chat: ChatView }) {
  const { t, number } = useText();
  return (
    <span className={styles.marks}>
      {chat.pinnedAt !== null && (
        <span className={styles.sign}>
          <Pin size={14} aria-hidden="true" />
          <span className="srOnly">{t("inbox.pinned")}</span>
        </span>
      )}
      <LabelDots ids={chat.labels} />
      {chat.unread !== 0 && (
        <span className={styles.badge}>
          <span aria-hidden="true">{chat.unread > 999 ? "999+" : chat.unread > 0 ? number(chat.unread) : ""}</span>
          <span className="srOnly">
            {chat.unread > 0 ? t("inbox.unreadMessages", { count: chat.unread }) : t("inbox.markedUnread")}
          </span>
        </span>
      )}
    </span>
  );
}

function LabelDots({ ids }: { ids: readonly string[] }) {
  const labels = useLabels();
  const shown = labels.filter((label) => ids.includes(label.id));
  if (shown.length === 0) return null;
  return (
    <span className={styles.dots} title={shown.map((label) => label.name).join(", ")}>
      {shown.slice(0, 3).map((label) => (
        <span key={label.id} className={styles.dot} style={{ background: label.colour }} aria-hidden="true" />
      ))}
      <span className="srOnly">{shown.map((label) => label.name).join(", ")}</span>
    </span>
  );
}

function ThirdLine({ chat }: { chat: ChatView }) {
  const { t } = useText();
  return (
    <span className={cx(styles.line, styles.third)}>
      <bdi className={styles.device}>{chat.deviceName}</bdi>
      {chat.assignedTo !== null && (
        <span className={styles.assigned}>
          <UserRoundCheck size={13} aria-hidden="true" />
          <span className="srOnly">{t("inbox.assignedTo")}</span>
          <bdi>{chat.assignedTo.name}</bdi>
        </span>
      )}
    </span>
  );
}
