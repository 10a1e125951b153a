import { Check, Mic, Paperclip, SendHorizontal, Smile } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "../../design";
import { useText } from "../../text";
import { lazily } from "../parts/lazily";
import { useUi } from "../parts/ui";
import { newEntry, quoteOf } from "../sending/write";
import { useInbox } from "../store/context";
import { canSend } from "../team";
import { type About, NOTHING_OFFERED, useThread } from "../thread/context";
import { isEditable } from "../thread/editable";
import { useMessageActions } from "../thread/useMessageActions";
import { AboutBar } from "./AboutBar";
import { Canned, useCanned } from "./Canned";
import styles from "./Composer.module.css";
import { Notices } from "./Notices";
import { TypingSignals } from "./typing";

const EmojiPanel = lazily(() => import("./EmojiPanel"));
const Recorder = lazily(() => import("./Recorder"));
const AttachSheet = lazily(() => import("./AttachSheet"));
const TALLEST_PX = 168;

/** Where a message is written. */
export function Composer() {
  const { t } = useText();
  const { chat, can, offered, offer } = useThread();
  const [isRecording, setRecording] = useState(false);
  if (!can.reply) return <p className={styles.closed}>{t("inbox.readOnly")}</p>;
  if (chat.closed === "left" || chat.closed === "admins_write") {
    return <p className={styles.closed}>{t(`inbox.closed.${chat.closed}`)}</p>;
  }
  return (
    <div className={styles.dock}>
      <Notices />
      {isRecording ? <Recorder onClose={() => setRecording(false)} /> : <Writing onRecord={() => setRecording(true)} />}
      {offered.files.length > 0 && <AttachSheet offered={offered} onClose={() => offer(NOTHING_OFFERED)} />}
    </div>
  );
}

function Writing({ onRecord }: { onRecord: () => void }) {
  const { t } = useText();
  const inbox = useInbox();
  const thread = useThread();
  const { chat, can, about, setAbout, offer } = thread;
  const { edit } = useMessageActions();
  const box = useRef<HTMLTextAreaElement>(null);
  const [words, setWords] = useWords(chat.id, about);
  const [isEmojiOpen, setEmojiOpen] = useState(false);
  const canTyping = useRef(can.typing);
  canTyping.current = can.typing;
  const signals = useMemo(() => new TypingSignals(chat.id, () => canTyping.current), [chat.id]);
  useEffect(() => () => signals.pause(), [signals]);
  const canned = useCanned(words, (body) => {
    setWords(body);
    box.current?.focus();
  });
  const { openMenu } = useUi();
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null || words === null) return;
    current.style.height = "auto";
    current.style.height = `${Math.min(TALLEST_PX, current.scrollHeight)}px`;
  }, [words]);
  useEffect(() => {
    // Phones would open their keyboard over what is being read.
    if (about !== null || window.matchMedia("(pointer: fine)").matches) box.current?.focus({ preventScroll: true });
  }, [about]);

  const finish = () => {
    const body = words.trim();
    if (body === "") return;
    signals.pause();
    if (about?.kind === "edit") {
      if (body !== about.bubble.body) edit(about.bubble, body);
    } else {
      inbox.queue.add(newEntry(chat, body, about === null ? null : quoteOf(about.bubble), null));
      setWords("");
    }
    setAbout(null);
  };
  const editLast = () => {
    const items = inbox.store.conversation(chat.id)?.items ?? [];
    const last = items.findLast((each) => each.fromMe && each.kind !== "system");
    if (last === undefined || !isEditable(last)) return false;
    setAbout({ kind: "edit", bubble: last });
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (canned.onKey(event.key)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      finish();
    } else if (event.key === "ArrowUp" && words === "" && about === null) {
      if (editLast()) event.preventDefault();
    } else if (event.key === "Escape" && (isEmojiOpen || about !== null)) {
      event.preventDefault();
      if (isEmojiOpen) setEmojiOpen(false);
      else setAbout(null);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    offer({ files });
  };
  const insert = (emoji: string) => {
    const { current } = box;
    const start = current?.selectionStart ?? words.length;
    const end = current?.selectionEnd ?? words.length;
    setWords(words.slice(0, start) + emoji + words.slice(end));
    requestAnimationFrame(() => {
      current?.focus();
      current?.setSelectionRange(start + emoji.length, start + emoji.length);
    });
  };
  const voiceRefusal = voiceRefused(canSend(can, "voice"));
  return (
    <>
      {isEmojiOpen && (
        <EmojiPanel
          onPick={insert}
          onClose={() => {
            setEmojiOpen(false);
            box.current?.focus();
          }}
        />
      )}
      <Canned canned={canned} />
      {about !== null && <AboutBar about={about} onClose={() => setAbout(null)} />}
      <div className={styles.bar}>
        <IconButton
          label={t("inbox.emoji")}
          aria-expanded={isEmojiOpen}
          icon={<Smile size={22} />}
          onClick={() => setEmojiOpen(!isEmojiOpen)}
        />
        {about?.kind !== "edit" && (
          <IconButton
            label={t("inbox.attach")}
            aria-haspopup="menu"
            icon={<Paperclip size={21} />}
            onClick={(event) => openMenu({ kind: "attach", thread, at: above(event.currentTarget) })}
          />
        )}
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          className={styles.box}
          value={words}
          maxLength={65_536}
          enterKeyHint="send"
          aria-label={t("inbox.writeIn", { name: chat.name })}
          placeholder={t("inbox.write")}
          aria-autocomplete="list"
          {...canned.wires}
          onChange={(event) => {
            setWords(event.target.value);
            if (event.target.value !== "" && about?.kind !== "edit") signals.say("typing");
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {words.trim() === "" && about?.kind !== "edit" ? (
          <IconButton
            label={voiceRefusal === null ? t("inbox.recordVoice") : `${t("inbox.recordVoice")}: ${t(voiceRefusal)}`}
            icon={<Mic size={22} />}
            disabled={voiceRefusal !== null}
            onClick={onRecord}
          />
        ) : (
          <IconButton
            look="primary"
            // A phone's keyboard stays open for the next message.
            onPointerDown={(event) => event.preventDefault()}
            label={t(about?.kind === "edit" ? "inbox.saveEdit" : "inbox.send")}
            icon={about?.kind === "edit" ? <Check size={21} /> : <SendHorizontal size={21} />}
            onClick={finish}
          />
        )}
      </div>
    </>
  );
}

/** The words of the draft, or of the message that is edited. */
function useWords(chatId: string, about: About): [string, (words: string) => void] {
  const { drafts, store } = useInbox();
  const [draft, setDraft] = useState(() => drafts.read(chatId));
  const editing = about?.kind === "edit" ? about.bubble : null;
  const [edited, setEdited] = useState("");
  const [editedId, setEditedId] = useState<string | null>(null);
  if ((editing?.id ?? null) !== editedId) {
    setEditedId(editing?.id ?? null);
    setEdited(editing?.body ?? "");
  }
  useEffect(
    // A draft kept by the browser is read after the page has begun.
    () => store.signals.subscribe(`draft:${chatId}`, () => setDraft(drafts.read(chatId))),
    [store, drafts, chatId],
  );
  if (editing !== null) return [edited, setEdited];
  const write = (words: string) => {
    setDraft(words);
    drafts.write(chatId, words);
  };
  return [draft, write];
}

/** The place of a menu that stands over its button. */
function above(button: HTMLElement) {
  const box = button.getBoundingClientRect();
  return { x: box.left, y: box.top, back: button };
}

function voiceRefused(isOffered: boolean): "inbox.cannot.voice" | "inbox.needsHttps" | null {
  if (!isOffered) return "inbox.cannot.voice";
  const hasRecorder = typeof MediaRecorder !== "undefined" && navigator.mediaDevices !== undefined;
  return hasRecorder ? null : "inbox.needsHttps";
}
