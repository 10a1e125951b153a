-- name: add_seen
-- What is new. A transport delivers again until we acknowledge, and a network repeats itself besides. Keys go in sorted
-- so that two batches with the same messages wait for each other instead of deadlocking.
INSERT INTO seen (workspace_id, device_id, chat, sender, wire_id, at)
SELECT workspace_id, device_id, chat, sender, wire_id, :now
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :chats::text[], :senders::text[], :wire_ids::text[])
    AS given (workspace_id, device_id, chat, sender, wire_id)
ORDER BY workspace_id, device_id, chat, sender, wire_id
ON CONFLICT DO NOTHING
RETURNING workspace_id, device_id, chat, sender, wire_id;

-- name: upsert_chats
-- One row a chat and batch. Messages arrive in any order, so the newest by its own time stays on top.
INSERT INTO chat AS known
    (workspace_id, id, device_id, address, contact_id, last_at, last_message_id, preview, last_from_me, unread)
SELECT workspace_id, id, device_id, address, contact_id, last_at, last_message_id, preview, last_from_me, unread
FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :addresses::text[], :contact_ids::uuid[],
        :last_ats::timestamptz[], :last_message_ids::uuid[], :previews::text[], :last_from_me::boolean[],
        :unread::integer[])
    AS given (workspace_id, id, device_id, address, contact_id, last_at, last_message_id, preview, last_from_me, unread)
ORDER BY workspace_id, device_id, address
ON CONFLICT (workspace_id, device_id, address) DO UPDATE
SET contact_id = coalesce(known.contact_id, excluded.contact_id),
    unread = known.unread + excluded.unread,
    last_at = greatest(known.last_at, excluded.last_at),
    last_message_id = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.last_message_id ELSE known.last_message_id END,
    preview = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.preview ELSE known.preview END,
    last_from_me = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.last_from_me ELSE known.last_from_me END
RETURNING workspace_id, device_id, address, id;

-- name: add_messages!
-- The rows themselves; `seen` has let each through once.
INSERT INTO message
    (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, time_doubtful, kind, body,
     media_id, status, outbox_id)
SELECT workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, :now, time_doubtful, kind, body,
    media_id, status, outbox_id
FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :chat_ids::uuid[], :wire_ids::text[],
        :senders::text[], :from_me::boolean[], :ats::timestamptz[], :doubtful::boolean[], :kinds::text[],
        :bodies::text[], :media_ids::uuid[], :statuses::text[], :outbox_ids::uuid[])
    AS given (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, time_doubtful, kind, body, media_id,
        status, outbox_id);

-- name: move_messages
-- What became of messages we sent: only forward on the ladder, locked in one order.
WITH given AS (
    SELECT * FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :wire_ids::text[], :statuses::text[],
        :outbox_ids::uuid[], :media_ids::uuid[])
        AS row (workspace_id, device_id, wire_id, status, outbox_id, media_id)
),
behind AS (
    SELECT message.workspace_id, message.chat_id, message.at, message.id, given.status, given.outbox_id, given.media_id
    FROM message
    JOIN given USING (workspace_id, device_id, wire_id)
    WHERE message.from_me
      AND (message.status IS NULL
           OR array_position(:ladder::text[], message.status) < array_position(:ladder::text[], given.status)
           OR (message.outbox_id IS NULL AND given.outbox_id IS NOT NULL))
    ORDER BY message.workspace_id, message.device_id, message.wire_id
    FOR NO KEY UPDATE OF message
)
UPDATE message
SET status = CASE WHEN message.status IS NULL
        OR array_position(:ladder::text[], message.status) < array_position(:ladder::text[], behind.status)
        THEN behind.status ELSE message.status END,
    outbox_id = coalesce(message.outbox_id, behind.outbox_id),
    media_id = coalesce(message.media_id, behind.media_id)
FROM behind
WHERE message.workspace_id = behind.workspace_id AND message.chat_id = behind.chat_id AND message.at = behind.at
  AND message.id = behind.id
RETURNING message.workspace_id, message.device_id, message.id;

-- name: erase_messages!
-- The history of a device whose people chose not to keep it.
DELETE FROM message WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: erase_chats!
-- After its messages.
DELETE FROM chat WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: erase_seen!
-- The wire ids of an erased history are history as well.
DELETE FROM seen WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: forget_seen!
-- In bites, so that no vacuum and no receiver waits for a long delete.
DELETE FROM seen
WHERE (workspace_id, device_id, chat, sender, wire_id) IN (
    SELECT workspace_id, device_id, chat, sender, wire_id FROM seen WHERE at < :before ORDER BY at LIMIT :limit
);

-- name: recent_chats
-- The chat list of a device, newest first; the key of the page is (last_at, id).
SELECT * FROM chat
WHERE workspace_id = :workspace_id AND device_id = :device_id
  AND (:before_at::timestamptz IS NULL OR (last_at, id) < (:before_at::timestamptz, :before_id::uuid))
ORDER BY last_at DESC, id DESC
LIMIT :limit;

-- name: chat_messages
-- One chat, newest first; the key of the page is (at, id).
SELECT * FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id
  AND (:before_at::timestamptz IS NULL OR (at, id) < (:before_at::timestamptz, :before_id::uuid))
ORDER BY at DESC, id DESC
LIMIT :limit;
