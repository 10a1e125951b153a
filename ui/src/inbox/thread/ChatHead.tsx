import { ArrowLeft, EllipsisVertical, Images, Info, Search } from "lucide-react";
import { IconButton } from "../../design";
import { useLiveState } from "../../live";
import { useText } from "../../text";
import type { ChatView } from "../api";
import { Picture } from "../parts/Picture";
import { under, useUi } from "../parts/ui";
import { useTyping } from "../store/context";
import { ours } from "../store/store";
import styles from "./ChatHead.module.css";

/** Who is written to, and the doors to everything about the chat. */
export function ChatHead({ chat, onClose }: { chat: ChatView; onClose: () => void }) {
  const { t } = useText();
  const { side, openSide, openMenu } = useUi();
  return (
    <header className={styles.head}>
      <IconButton
        className={styles.back}
        label={t("inbox.backToChats")}
        icon={<ArrowLeft size={22} />}
        onClick={onClose}
      />
      <button
        type="button"
        className={styles.who}
        aria-expanded={side === "details"}
        onClick={() => openSide(side === "details" ? null : "details")}
      >
        <Picture id={chat.id} name={chat.name} picture={chat.picture} isGroup={chat.kind === "group"} />
        <span className={styles.words}>
          <bdi className={styles.name}>{chat.name || t("inbox.group")}</bdi>
          <Under chat={chat} />
        </span>
        <span className="srOnly">{t("inbox.openDetails")}</span>
      </button>
      <span className={styles.doors}>
        <IconButton
          className={styles.wideOnly}
          label={t("inbox.gallery")}
          aria-expanded={side === "gallery"}
          icon={<Images size={20} />}
          onClick={() => openSide(side === "gallery" ? null : "gallery")}
        />
        <IconButton
          label={t("inbox.searchHere")}
          aria-expanded={side === "search"}
          icon={<Search size={20} />}
          onClick={() => openSide(side === "search" ? null : "search")}
        />
        <IconButton
          className={styles.wideOnly}
          label={t("inbox.details")}
          aria-expanded={side === "details"}
          icon={<Info size={20} />}
          onClick={() => openSide(side === "details" ? null : "details")}
        />
        <IconButton
          label={t("inbox.menuOf", { name: chat.name })}
          aria-haspopup="menu"
          icon={<EllipsisVertical size={20} />}
          onClick={(event) => openMenu({ kind: "chat", chatId: chat.id, at: under(event.currentTarget) })}
        />
      </span>
    </header>
  );
}

/** Under the name: who types there or here, else the trouble of the line, else the number and the device. */
function Under({ chat }: { chat: ChatView }) {
  const { t } = useText();
  const typing = useTyping(chat.id);
  const colleague = useTyping(ours(chat.id));
  const state = useLiveState();
  if (state !== "live") return <span className={styles.trouble}>{t(`inbox.line.${state}`)}</span>;
  if (typing !== undefined) {
    const words = t(typing.state === "recording" ? "inbox.recording" : "inbox.typing");
    return (
      <span className={styles.typing}>
        {chat.kind === "group" && typing.name !== "" ? `${typing.name}: ${words}` : words}
      </span>
    );
  }
  if (colleague !== undefined) {
    return (
      <span className={styles.typing} role="status">
        {t("inbox.colleagueWrites", { name: colleague.name })}
      </span>
    );
  }
  const number = chat.kind === "group" ? t("inbox.group") : chat.phone !== chat.name ? chat.phone : null;
  return (
    <span className={styles.under}>
      {number !== null && (
        <>
          <bdi dir="ltr">{number}</bdi> ·{" "}
        </>
      )}
      {t("inbox.over")} <bdi>{chat.deviceName}</bdi>
    </span>
  );
}
