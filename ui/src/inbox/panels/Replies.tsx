import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, Dialog, IconButton, Notice, TextArea, TextInput, useAction } from "../../design";
import { http } from "../../http";
import { useMay } from "../../shell";
import { fieldWords, useText } from "../../text";
import type { CannedReply } from "../api";
import { useCannedReplies } from "../team";
import styles from "./Lists.module.css";

const KEY = [["canned-replies"]];

/** The team's ready answers, offered in the composer behind `/`. */
export default function Replies({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const replies = useCannedReplies(true);
  const may = useMay();
  const canEdit = may("inbox:team");
  const [edited, setEdited] = useState<CannedReply | null>(null);
  const remove = useAction({ run: (id: string) => http.delete(`/api/canned-replies/${id}`), changes: KEY });
  return (
    <Dialog open onClose={onClose} title={t("inbox.replies")} description={t("inbox.repliesHint")}>
      {!canEdit && <Notice>{t("inbox.teamOnly")}</Notice>}
      {replies.length === 0 && <p className={styles.none}>{t("inbox.noReplies")}</p>}
      <ul className={styles.list}>
        {replies.map((reply) => (
          <li key={reply.id} className={styles.reply}>
            <bdi className={styles.shortcut}>/{reply.shortcut}</bdi>
            <bdi className={styles.body}>{reply.body}</bdi>
            {canEdit && (
              <span className={styles.tools}>
                <IconButton
                  label={t("inbox.editReply", { name: reply.shortcut })}
                  icon={<Pencil size={17} />}
                  onClick={() => setEdited(reply)}
                />
                <IconButton
                  label={t("inbox.deleteReply", { name: reply.shortcut })}
                  icon={<Trash2 size={17} />}
                  onClick={() => remove.mutate(reply.id)}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
      {canEdit && <Form key={edited?.id ?? "new"} reply={edited} onDone={() => setEdited(null)} />}
    </Dialog>
  );
}

function Form({ reply, onDone }: { reply: CannedReply | null; onDone: () => void }) {
  const text = useText();
  const { t } = text;
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [body, setBody] = useState(reply?.body ?? "");
  const facts = { shortcut: shortcut.trim().replace(/^\//, ""), body: body.trim() };
  const save = useAction({
    run: () =>
      reply === null ? http.post("/api/canned-replies", facts) : http.patch(`/api/canned-replies/${reply.id}`, facts),
    changes: KEY,
    done: () => {
      setShortcut("");
      setBody("");
      onDone();
    },
  });
  const isReady = facts.shortcut !== "" && facts.body !== "";
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) save.mutate();
      }}
    >
      <TextInput
        label={t("inbox.shortcut")}
        hint={t("inbox.shortcutHint")}
        value={shortcut}
        onChange={(value) => setShortcut(value.replace(/\s/g, "-"))}
        maxLength={40}
        error={fieldWords(text, save.error, "shortcut")}
      />
      <TextArea label={t("inbox.replyBody")} rows={3} value={body} onChange={setBody} />
      <Button type="submit" busy={save.isPending} disabled={!isReady}>
        {t(reply === null ? "inbox.add" : "shell.save")}
      </Button>
    </form>
  );
}
