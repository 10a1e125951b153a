import { FileText, Headphones, Plus, Trash2, Video } from "lucide-react";
import { useRef, useState } from "react";
import { Button, cx, Dialog, IconButton, TextArea } from "../../design";
import { sizeWords, useText } from "../../text";
import { newEntry, quoteOf } from "../sending/write";
import { useInbox } from "../store/context";
import { type Offered, useThread } from "../thread/context";
import styles from "./AttachSheet.module.css";
import { type Item, useItems } from "./items";

/** Files before they are sent: seen, captioned, taken out, then sent in order. */
export default function AttachSheet({ offered, onClose }: { offered: Offered; onClose: () => void }) {
  const text = useText();
  const { t } = text;
  const inbox = useInbox();
  const { chat, can, about, setAbout } = useThread();
  const items = useItems(offered, can);
  const [shownId, setShownId] = useState<number | null>(null);
  const caption = useRef<HTMLTextAreaElement>(null);
  const shown = items.all.find((item) => item.id === shownId) ?? items.all[0];
  const sendable = items.all.filter((item) => item.ready !== null);
  const isBusy = items.all.some((item) => item.ready === null && item.refusal === null);
  const send = () => {
    const quote = about?.kind === "reply" ? quoteOf(about.bubble) : null;
    for (const [index, item] of sendable.entries())
      inbox.queue.add(
        newEntry(chat, hasCaption(item) ? item.caption.trim() : "", index === 0 ? quote : null, item.ready),
      );
    setAbout(null);
    onClose();
  };
  const more = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.onchange = () => items.add([...(input.files ?? [])]);
    input.click();
  };
  if (shown === undefined) return null;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t("inbox.attachTitle", { count: items.all.length, name: chat.name })}
      onSubmit={() => !isBusy && sendable.length > 0 && send()}
      actions={
        <>
          <Button onClick={onClose}>{t("shell.cancel")}</Button>
          <Button look="primary" type="submit" busy={isBusy} disabled={sendable.length === 0}>
            {t("inbox.sendFiles", { count: sendable.length })}
          </Button>
        </>
      }
    >
      <Preview item={shown} />
      {hasCaption(shown) && (
        <TextArea
          key={shown.id}
          ref={caption}
          label={t("inbox.caption")}
          rows={2}
          value={shown.caption}
          onChange={(words) => items.caption(shown.id, words)}
          autoFocus
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (!isBusy && sendable.length > 0) send();
          }}
        />
      )}
      <ul className={styles.strip} aria-label={t("inbox.chosenFiles")}>
        {items.all.map((item) => (
          <li key={item.id} className={styles.cell}>
            <button
              type="button"
              className={cx(styles.thumb, item.id === shown.id && styles.on)}
              aria-pressed={item.id === shown.id}
              aria-label={item.file.name}
              onClick={() => setShownId(item.id)}
            >
              <Small item={item} />
            </button>
            <IconButton
              size="small"
              className={styles.out}
              label={t("inbox.takeOut", { name: item.file.name })}
              icon={<Trash2 size={15} />}
              onClick={() => (items.all.length === 1 ? onClose() : items.remove(item.id))}
            />
          </li>
        ))}
        <li>
          <button type="button" className={styles.thumb} aria-label={t("inbox.addFiles")} onClick={more}>
            <Plus size={22} aria-hidden="true" />
          </button>
        </li>
      </ul>
    </Dialog>
  );
}

/** Sounds have no words of their own. */
function hasCaption(item: Item): boolean {
  return item.ready !== null && item.ready.kind !== "audio";
}

/** How a file can be shown before it is sent. */
function lookOf(item: Item): "picture" | "video" | "sound" | "sheet" {
  if (item.refusal !== null || item.ready?.kind === "document") return "sheet";
  const family = item.file.type.split("/")[0];
  return family === "image" ? "picture" : family === "video" ? "video" : family === "audio" ? "sound" : "sheet";
}

function Small({ item }: { item: Item }) {
  const look = lookOf(item);
  if (look === "picture") return <img src={item.url} alt="" className={styles.tiny} />;
  const Sign = look === "video" ? Video : look === "sound" ? Headphones : FileText;
  return <Sign size={22} aria-hidden="true" />;
}

function Shown({ item }: { item: Item }) {
  const { file, url } = item;
  switch (lookOf(item)) {
    case "picture":
      return <img src={url} alt={file.name} className={styles.picture} />;
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: people's own videos have no captions
      return <video src={url} controls className={styles.picture} aria-label={file.name} />;
    case "sound":
      // biome-ignore lint/a11y/useMediaCaption: nor have their sounds
      return <audio src={url} controls aria-label={file.name} />;
    default:
      return (
        <span className={styles.sheet}>
          <FileText size={56} aria-hidden="true" />
        </span>
      );
  }
}

function Preview({ item }: { item: Item }) {
  const text = useText();
  const { t } = text;
  const before = sizeWords(text.locale, item.file.size);
  const after = item.ready === null ? null : sizeWords(text.locale, item.ready.file.size);
  return (
    <figure className={styles.preview}>
      <Shown item={item} />
      <figcaption className={styles.facts}>
        <bdi>{item.file.name}</bdi>{" "}
        {item.refusal !== null ? (
          <span className={styles.stop} role="alert">
            {t(item.refusal)}
          </span>
        ) : item.ready === null ? (
          t("inbox.makingSmall")
        ) : after === before ? (
          before
        ) : (
          `${before} → ${after}`
        )}
        {item.hint !== null && <> · {t(item.hint)}</>}
      </figcaption>
    </figure>
  );
}
