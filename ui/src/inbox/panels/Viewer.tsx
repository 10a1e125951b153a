import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useEffect, useState } from "react";
import { cx, IconButton } from "../../design";
import { useText } from "../../text";
import { useTimes } from "../../time";
import { useMediaPlace } from "../kinds/media";
import { useConversation } from "../store/context";
import type { Bubble } from "../store/conversation";
import { RichText } from "../words/RichText";
import styles from "./Viewer.module.css";

/** The pictures of a chat, large; arrow keys go from one to the next, the way they were sent. */
export default function Viewer(props: {
  chatId: string;
  messageId: string;
  onClose: () => void;
  also?: readonly Bubble[];
}) {
  const { t } = useText();
  const conversation = useConversation(props.chatId);
  const pictures = (props.also ?? conversation?.items ?? []).filter(
    (each) => each.kind === "image" && each.deletedAt === null && each.media?.state === "ready",
  );
  const [shownId, setShownId] = useState(props.messageId);
  const [isLarge, setLarge] = useState(false);
  const at = pictures.findIndex((each) => each.id === shownId);
  const shown = pictures[at];
  const step = (by: number) => {
    const next = pictures[at + by];
    if (next === undefined) return;
    setShownId(next.id);
    setLarge(false);
  };
  const { onClose } = props;
  const isGone = shown === undefined;
  useEffect(() => {
    if (isGone) onClose();
  }, [isGone, onClose]);
  if (shown === undefined) return null;
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.shade} />
        <Radix.Content
          className={styles.viewer}
          aria-describedby={undefined}
          onKeyDown={(event) => {
            if (event.key === "ArrowLeft") step(-1);
            else if (event.key === "ArrowRight") step(1);
            else if (event.key === "+" || event.key === "-") setLarge(event.key === "+");
          }}
        >
          <Head bubble={shown} isLarge={isLarge} onLarge={setLarge} />
          <div className={styles.stage}>
            <Shown bubble={shown} isLarge={isLarge} onToggle={() => setLarge(!isLarge)} />
            {at > 0 && (
              <IconButton
                className={cx(styles.step, styles.before)}
                label={t("inbox.previousPicture")}
                icon={<ChevronLeft size={28} />}
                onClick={() => step(-1)}
              />
            )}
            {at < pictures.length - 1 && (
              <IconButton
                className={cx(styles.step, styles.after)}
                label={t("inbox.nextPicture")}
                icon={<ChevronRight size={28} />}
                onClick={() => step(1)}
              />
            )}
          </div>
          {shown.body !== "" && (
            <div className={styles.caption}>
              <RichText body={shown.body} />
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Head(props: { bubble: Bubble; isLarge: boolean; onLarge: (isLarge: boolean) => void }) {
  const { t } = useText();
  const times = useTimes();
  const { bubble, isLarge } = props;
  const { url } = useMediaPlace(bubble);
  return (
    <header className={styles.head}>
      <Radix.Title className={styles.title}>
        <bdi>{bubble.fromMe ? t("inbox.you") : bubble.senderName}</bdi>
        <span className={styles.time}>{times.full(bubble.at)}</span>
      </Radix.Title>
      <IconButton
        label={t(isLarge ? "inbox.zoomOut" : "inbox.zoomIn")}
        icon={isLarge ? <ZoomOut size={21} /> : <ZoomIn size={21} />}
        onClick={() => props.onLarge(!isLarge)}
      />
      {url !== null && (
        <a
          className={styles.save}
          href={url}
          download={bubble.media?.fileName || "picture.jpg"}
          title={t("inbox.saveFile")}
        >
          <Download size={21} aria-hidden="true" />
          <span className="srOnly">{t("inbox.saveFile")}</span>
        </a>
      )}
      <Radix.Close asChild>
        <IconButton label={t("shell.close")} icon={<X size={22} />} />
      </Radix.Close>
    </header>
  );
}

function Shown(props: { bubble: Bubble; isLarge: boolean; onToggle: () => void }) {
  const { t } = useText();
  const { url } = useMediaPlace(props.bubble);
  if (url === null) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the zoom button does the same
    <img
      src={url}
      alt={props.bubble.body === "" ? t("inbox.kind.image") : props.bubble.body.slice(0, 120)}
      className={cx(styles.picture, props.isLarge && styles.large)}
      onClick={props.onToggle}
    />
  );
}
