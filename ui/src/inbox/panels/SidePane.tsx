import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { IconButton } from "../../design";
import { useT } from "../../text";
import type { Side } from "../parts/ui";
import { useChat } from "../store/context";
import Details from "./Details";
import Finding from "./Finding";
import Gallery from "./Gallery";
import styles from "./SidePane.module.css";

/** Beside the chat: who it is, its files, or a search in it. */
export default function SidePane(props: {
  side: Side;
  chatId: string;
  onClose: () => void;
  onOpenHit: (chatId: string, messageId: string) => void;
}) {
  const t = useT();
  const chat = useChat(props.chatId);
  const pane = useRef<HTMLElement>(null);
  const { side } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows into each panel that opens
  useEffect(() => {
    const opener = document.activeElement;
    pane.current?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, [side]);
  if (chat === undefined) return null;
  if (side === "search") {
    return (
      <aside ref={pane} className={styles.pane} tabIndex={-1} aria-label={t("inbox.searchHere")}>
        <Finding words="" chatId={chat.id} deviceId={null} onOpen={props.onOpenHit} onClose={props.onClose} />
      </aside>
    );
  }
  return (
    <aside ref={pane} className={styles.pane} tabIndex={-1} aria-label={t(`inbox.${side}`)}>
      <header className={styles.head}>
        <IconButton label={t("shell.close")} icon={<X size={20} />} onClick={props.onClose} />
        <h2 className={styles.title}>{t(`inbox.${side}`)}</h2>
      </header>
      <div className={styles.body}>
        {side === "details" ? <Details chat={chat} /> : <Gallery chat={chat} onOpenHit={props.onOpenHit} />}
      </div>
    </aside>
  );
}
