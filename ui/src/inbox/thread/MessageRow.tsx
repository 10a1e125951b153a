import { ChevronDown } from "lucide-react";
import { type CSSProperties, type MouseEvent, memo } from "react";
import { cx } from "../../design";
import { useText } from "../../text";
import { useTimes } from "../../time";
import { Content } from "../kinds/Content";
import { lazily } from "../parts/lazily";
import { Picture, tintOf } from "../parts/Picture";
import type { Bubble } from "../store/conversation";
import { bigEmoji } from "../words/emoji";
import { useOpenMessageMenu, useThread } from "./context";
import { isOnWhatsApp } from "./editable";
import { Foot } from "./Foot";
import { footRoom } from "./layout";
import styles from "./MessageRow.module.css";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { Trouble } from "./Trouble";
import { useSwipe } from "./useSwipe";

const Older = lazily(() => import("./Older"));
const NoticeLine = lazily(
  () => import("../kinds/NoticeLine"),
  () => "\u00a0",
);

interface RowProps {
  bubble: Bubble;
  index: number;
  /** Nothing older is kept here. */
  isFirst: boolean;
  /** An instant of the day that begins with this message. */
  day: string | null;
  isUnreadLine: boolean;
  isJoined: boolean;
  isLit: boolean;
}

/** One message and the lines above it. */
export const MessageRow = memo(function MessageRow(props: RowProps) {
  const { bubble, isFirst, day, isUnreadLine } = props;
  const { t } = useText();
  return (
    <>
      {isFirst && (
        <>
          <p className={styles.note}>{t("inbox.beginning")}</p>
          <Older />
        </>
      )}
      {day !== null && <DayLine at={day} />}
      {isUnreadLine && <p className={styles.unread}>{t("inbox.unreadLine")}</p>}
      {bubble.kind === "system" ? (
        <p className={styles.note} data-row={props.index} data-message={bubble.id} tabIndex={-1}>
          {bubble.notice === null ? (
            <bdi>{bubble.body || t("inbox.kind.system")}</bdi>
          ) : (
            <NoticeLine notice={bubble.notice} />
          )}
        </p>
      ) : (
        <Message {...props} />
      )}
    </>
  );
});

/** The name of somebody in a group, or the number where nobody knows one. */
function senderOf(bubble: Bubble): string {
  return bubble.senderName || (bubble.sender.startsWith("+") ? bubble.sender : "");
}

function DayLine({ at }: { at: string }) {
  const { t } = useText();
  const times = useTimes();
  return (
    <p className={styles.day}>
      <span>{times.day(at) ?? t("inbox.today")}</span>
    </p>
  );
}

function Message({ bubble, index, isJoined, isLit }: RowProps) {
  const { t } = useText();
  const { chat, setAbout, can } = useThread();
  const openMenu = useOpenMessageMenu();
  const reply = () =>
    can.reply && bubble.local === undefined && isOnWhatsApp(bubble) && setAbout({ kind: "reply", bubble });
  const swipe = useSwipe(reply);
  const isGroup = chat.kind === "group" && !bubble.fromMe;
  const isBare = bubble.kind === "sticker" && bubble.deletedAt === null;
  const emoji =
    bubble.kind === "text" && bubble.quote === null && bubble.deletedAt === null ? bigEmoji(bubble.body) : 0;
  const room = emoji > 0 ? 0 : footRoom(bubble, t("inbox.edited"));
  const menu = (event: MouseEvent<HTMLElement>) => {
    // Words that are selected, and links, keep the browser's own menu.
    const isPlain = event.target instanceof Element && event.target.closest("a, input, video, audio") !== null;
    if (isPlain || window.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    openMenu(bubble, { x: event.clientX, y: event.clientY, back: event.currentTarget });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the log handles the keys of all its rows
    <div
      className={cx(styles.line, bubble.fromMe && styles.own, isJoined && styles.joined, isLit && styles.lit)}
      data-row={index}
      data-message={bubble.id}
      tabIndex={-1}
      onContextMenu={menu}
      {...swipe}
    >
      {isGroup && (
        <span className={styles.face}>
          {!isJoined && <Picture id={bubble.sender} name={bubble.senderName} picture={null} size="small" />}
        </span>
      )}
      <div className={styles.column}>
        <div
          className={cx(styles.bubble, isBare && styles.bare, emoji > 0 && styles.emoji, room > 0 && styles.inline)}
          style={room > 0 ? ({ "--foot-room": `${room}px` } as CSSProperties) : undefined}
          data-big={emoji || undefined}
        >
          {isGroup && !isJoined && (
            <bdi className={cx(styles.sender, styles[`tint${tintOf(bubble.sender)}`])}>{senderOf(bubble)}</bdi>
          )}
          <span className="srOnly">
            {bubble.fromMe ? t("inbox.you") : (isGroup && senderOf(bubble)) || bubble.senderName || chat.name}:{" "}
          </span>
          {bubble.quote !== null && bubble.deletedAt === null && <Quote quote={bubble.quote} chatId={bubble.chatId} />}
          <Content bubble={bubble} />
          <Foot bubble={bubble} />
          <button
            type="button"
            className={styles.door}
            tabIndex={-1}
            aria-label={t("inbox.messageMenu")}
            aria-haspopup="menu"
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              openMenu(bubble, {
                x: box.left,
                y: box.bottom,
                back: event.currentTarget.closest<HTMLElement>("[data-row]"),
              });
            }}
          >
            <ChevronDown size={18} aria-hidden="true" />
          </button>
        </div>
        {bubble.reactions.length > 0 && <Reactions bubble={bubble} />}
        <Trouble bubble={bubble} />
      </div>
    </div>
  );
}
