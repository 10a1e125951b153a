-- name: want_files!
-- In the message's own transaction: whoever restarts finds what is still to be fetched.
INSERT INTO media_fetch (workspace_id, device_id, message_id, chat_id, at, due_at, urgency)
SELECT workspace_id, device_id, message_id, chat_id, at, :now, urgency
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :message_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[],
        :urgencies::smallint[])
    AS given (workspace_id, device_id, message_id, chat_id, at, urgency)
ON CONFLICT DO NOTHING;

-- name: ask_for_file^
-- Somebody waits in front of a screen, also for what was given up or removed before, or whose bytes are lost.
WITH asked AS (
    UPDATE message SET media_state = 'waiting', media_id = NULL
    WHERE workspace_id = :workspace_id AND id = :message_id
      AND media_ref IS NOT NULL AND (media_id IS NULL OR :is_lost) AND media_state <> 'too_large'
    RETURNING workspace_id, device_id, id, chat_id, at
)
INSERT INTO media_fetch (workspace_id, device_id, message_id, chat_id, at, due_at, urgency)
SELECT workspace_id, device_id, id, chat_id, at, :now, 0 FROM asked
ON CONFLICT (workspace_id, device_id, message_id) DO UPDATE SET due_at = excluded.due_at, urgency = 0, tries = 0
RETURNING workspace_id, device_id, message_id;

-- name: due_files
-- What these devices should fetch now, the most urgent first; `busy` is being fetched already. A few of each device,
-- so that one with many leaves room for the others.
SELECT wanted.workspace_id, wanted.device_id, wanted.message_id, wanted.chat_id, wanted.at, wanted.tries, message.media_ref,
    message.sender, message.wire_id, message.from_me, message.kind, message.details, chat.address AS chat
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN LATERAL (
    SELECT * FROM media_fetch
    WHERE media_fetch.workspace_id = held.workspace_id AND media_fetch.device_id = held.device_id
      AND media_fetch.due_at <= :now AND media_fetch.message_id <> ALL (:busy::uuid[])
    ORDER BY media_fetch.urgency, media_fetch.due_at
    LIMIT :most_a_device
) AS wanted ON true
JOIN chat ON chat.workspace_id = wanted.workspace_id AND chat.id = wanted.chat_id
JOIN message ON message.workspace_id = wanted.workspace_id AND message.chat_id = wanted.chat_id
    AND message.at = wanted.at AND message.id = wanted.message_id
WHERE message.media_ref IS NOT NULL
ORDER BY wanted.urgency, wanted.due_at
LIMIT :limit;

-- name: next_file_due$
-- When to look again.
SELECT min(media_fetch.due_at)
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN media_fetch USING (workspace_id, device_id)
WHERE media_fetch.due_at > :now;

-- name: file_on_devices$
-- Whether a chat of these devices shows the file, in a message or as its picture.
SELECT EXISTS (
    SELECT FROM message
    WHERE workspace_id = :workspace_id AND media_id = :media_id AND device_id = ANY (:device_ids::uuid[])
        AND deleted_at IS NULL
) OR EXISTS (
    SELECT FROM chat
    WHERE workspace_id = :workspace_id AND picture_id = :media_id AND device_id = ANY (:device_ids::uuid[])
);

-- name: end_fetch!
-- What came of it stands in the message.
DELETE FROM media_fetch
WHERE workspace_id = :workspace_id AND device_id = :device_id AND message_id = :message_id;

-- name: put_off_fetch!
-- Another try later.
UPDATE media_fetch SET due_at = :due_at, tries = tries + 1
WHERE workspace_id = :workspace_id AND device_id = :device_id AND message_id = :message_id;

-- name: settle_file$
-- A file that is here stays here, whoever else tried.
UPDATE message SET media_id = coalesce(media_id, :media_id), media_state = :state
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND at = :at AND id = :message_id AND media_id IS NULL
    AND words <> 'gone'
RETURNING id;
