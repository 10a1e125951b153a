import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton, TextArea, useAction } from "../../design";
import { http } from "../../http";
import { useLive } from "../../live";
import { useText } from "../../text";
import { useTimes } from "../../time";
import type { ChatView, NoteView } from "../api";
import styles from "./Notes.module.css";

/** What the team tells itself about a chat; nothing of it leaves the house. */
export function Notes({ chat }: { chat: ChatView }) {
  const { t } = useText();
  const times = useTimes();
  const [body, setBody] = useState("");
  const chatId = chat.id;
  const key = ["chat-notes", chatId];
  useLive(chat.deviceId, ["notes_changed"], [key]);
  const notes = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => http.get<{ items: NoteView[] }>(`/api/chats/${chatId}/notes`, { signal }),
    staleTime: 5000,
  });
  const add = useAction({
    run: () => http.post(`/api/chats/${chatId}/notes`, { body: body.trim() }),
    changes: [key],
    done: () => setBody(""),
  });
  const remove = useAction({
    run: (id: string) => http.delete(`/api/chats/${chatId}/notes/${id}`),
    changes: [key],
  });
  return (
    <section className={styles.notes}>
      <h3>{t("inbox.notes")}</h3>
      <ul className={styles.list}>
        {notes.data?.items.map((note) => (
          <li key={note.id} className={styles.note}>
            <p className={styles.body} dir="auto">
              {note.body}
            </p>
            <span className={styles.by}>
              <bdi>{note.byName}</bdi> · {times.full(note.at)}
            </span>
            <IconButton
              size="small"
              className={styles.out}
              label={t("inbox.deleteNote")}
              icon={<Trash2 size={15} />}
              onClick={() => remove.mutate(note.id)}
            />
          </li>
        ))}
      </ul>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (body.trim() !== "") add.mutate();
        }}
      >
        <TextArea label={t("inbox.newNote")} hint={t("inbox.noteHint")} rows={2} value={body} onChange={setBody} />
        <Button type="submit" size="small" busy={add.isPending} disabled={body.trim() === ""}>
          {t("inbox.addNote")}
        </Button>
      </form>
    </section>
  );
}
