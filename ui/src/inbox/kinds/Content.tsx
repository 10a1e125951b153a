import { Ban, LockKeyhole, MessageCircleOff, TimerReset } from "lucide-react";
import { useT } from "../../text";
import { lazily } from "../parts/lazily";
import type { Bubble } from "../store/conversation";
import { estimate } from "../thread/layout";
import { bigEmoji } from "../words/emoji";
import { RichText } from "../words/RichText";
import styles from "./Content.module.css";
import { DocumentFile } from "./DocumentFile";
import { Picture } from "./Picture";
import { Sound } from "./Sound";
import { StickerPicture } from "./StickerPicture";

const Seldom = lazily(
  () => import("./Seldom"),
  ({ bubble }: { bubble: Bubble }) => <div style={{ height: estimate({ ...bubble, body: "" }) - 26 }} />,
  [],
);

/** What a message says, by its kind; what cannot be shown says so. */
export function Content({ bubble }: { bubble: Bubble }) {
  const t = useT();
  if (bubble.deletedAt !== null) {
    return (
      <p className={styles.gone}>
        <Ban size={16} aria-hidden="true" />
        {t(bubble.fromMe ? "inbox.deletedByUs" : "inbox.deleted")}
      </p>
    );
  }
  if (!bubble.kept && bubble.kind !== "undecrypted") {
    return (
      <p className={styles.gone}>
        <MessageCircleOff size={16} aria-hidden="true" />
        {t(`inbox.kind.${bubble.kind}`)}: {t("inbox.notKept")}
      </p>
    );
  }
  switch (bubble.kind) {
    case "text":
      return <Words bubble={bubble} />;
    case "undecrypted":
      return (
        <p className={styles.gone}>
          <LockKeyhole size={16} aria-hidden="true" />
          {t("inbox.waitingForMessage")}
        </p>
      );
    case "unknown":
    case "system":
    case "reaction":
    case "edit":
    case "deletion":
      return (
        <p className={styles.gone}>
          <MessageCircleOff size={16} aria-hidden="true" />
          {t("inbox.cannotShow")}
        </p>
      );
    case "location":
    case "contacts":
    case "poll":
      return <Seldom bubble={bubble} />;
    default:
      return (
        <>
          {bubble.once && (
            <p className={styles.once}>
              <TimerReset size={15} aria-hidden="true" />
              {t("inbox.viewOnce")}
            </p>
          )}
          <Media bubble={bubble} />
          {bubble.body !== "" && bubble.kind !== "sticker" && <RichText body={bubble.body} />}
        </>
      );
  }
}

function Words({ bubble }: { bubble: Bubble }) {
  const isBig = bubble.quote === null && bigEmoji(bubble.body) > 0;
  return isBig ? <p className={styles.big}>{bubble.body.trim()}</p> : <RichText body={bubble.body} />;
}

function Media({ bubble }: { bubble: Bubble }) {
  switch (bubble.kind) {
    case "image":
      return <Picture bubble={bubble} />;
    case "video":
      return <Seldom bubble={bubble} />;
    case "voice":
    case "audio":
      return <Sound bubble={bubble} />;
    case "sticker":
      return <StickerPicture bubble={bubble} />;
    default:
      return <DocumentFile bubble={bubble} />;
  }
}
