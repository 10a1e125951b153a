-- name: due_marks
-- What somebody has read here and WhatsApp does not know yet, one chat a row; `busy` chats are being told.
SELECT mark.workspace_id, mark.device_id, mark.chat_id, mark.until, chat.address
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN LATERAL (
    SELECT * FROM read_mark
    WHERE read_mark.workspace_id = held.workspace_id AND read_mark.device_id = held.device_id
      AND read_mark.at <= :now AND read_mark.chat_id <> ALL (:busy::uuid[])
    ORDER BY read_mark.at
    LIMIT 1
) AS mark ON true
JOIN chat ON chat.workspace_id = mark.workspace_id AND chat.id = mark.chat_id
ORDER BY mark.at
LIMIT :limit;

-- name: next_mark_due$
-- When to look again.
SELECT min(read_mark.at)
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN read_mark USING (workspace_id, device_id)
WHERE read_mark.at > :now;

-- name: newly_read
-- The messages of others that the mark is about, the newest of very many.
SELECT message.wire_id, message.sender, message.at
FROM message
JOIN chat ON chat.workspace_id = message.workspace_id AND chat.id = message.chat_id
WHERE message.workspace_id = :workspace_id AND message.chat_id = :chat_id AND NOT message.from_me
  AND message.kind <> 'system'
  AND message.at <= :until AND (chat.read_told_until IS NULL OR message.at > chat.read_told_until)
ORDER BY message.at DESC, message.id DESC
LIMIT :limit;

-- name: note_told!
-- The next mark of the chat begins here: at a message, because one with an earlier time may still be on its way.
UPDATE chat SET read_told_until = greatest(read_told_until, :told_until)
WHERE workspace_id = :workspace_id AND id = :chat_id;

-- name: end_mark!
-- Unless somebody has read on in the meantime.
DELETE FROM read_mark
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat_id = :chat_id AND until <= :until;

-- name: put_off_mark!
-- Another try later.
UPDATE read_mark SET at = :due_at
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat_id = :chat_id;
