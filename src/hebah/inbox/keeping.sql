-- name: expiring_workspaces
-- Those that do not keep everything for ever, and for how many days they do.
SELECT id, keep_files_days, keep_messages_days FROM workspace
WHERE keep_files_days IS NOT NULL OR keep_messages_days IS NOT NULL
ORDER BY id;

-- name: lock_chats_by_id
-- Chats before messages, in the order in which receivers lock them.
SELECT chat.id FROM chat
JOIN (SELECT DISTINCT * FROM unnest(:workspace_ids::uuid[], :ids::uuid[]) AS row (workspace_id, id)) AS given
    USING (workspace_id, id)
ORDER BY chat.workspace_id, chat.device_id, chat.address
FOR NO KEY UPDATE OF chat;

-- name: expired_messages
-- The oldest of each chat, some at a time; what still waits to be sent has not happened yet.
SELECT old.*
FROM chat
CROSS JOIN LATERAL (
    SELECT message.device_id, message.chat_id, message.at, message.id, message.wire_id, message.outbox_id
    FROM message
    WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id AND message.at < :before
        AND message.status IS DISTINCT FROM 'queued'
    ORDER BY message.at
    LIMIT :limit
) AS old
WHERE chat.workspace_id = :workspace_id
LIMIT :limit;

-- name: count_expired_messages$
-- What `expired_messages` would find in the end.
SELECT count(*) FROM message
WHERE workspace_id = :workspace_id AND at < :before AND status IS DISTINCT FROM 'queued';

-- name: delete_messages!
-- By their whole key, so that each is found in its month.
DELETE FROM message
USING unnest(:chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[]) AS given (chat_id, at, id)
WHERE message.workspace_id = :workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
    AND message.id = given.id;

-- name: delete_changes!
-- With the messages they were about.
DELETE FROM message_change
USING unnest(:device_ids::uuid[], :wire_ids::text[]) AS given (device_id, wire_id)
WHERE message_change.workspace_id = :workspace_id AND message_change.device_id = given.device_id
    AND message_change.target_wire_id = given.wire_id;

-- name: delete_fetches!
-- Nobody needs the files of messages that are gone.
DELETE FROM media_fetch
USING unnest(:workspace_ids::uuid[], :device_ids::uuid[], :ids::uuid[]) AS given (workspace_id, device_id, id)
WHERE media_fetch.workspace_id = given.workspace_id AND media_fetch.device_id = given.device_id
    AND media_fetch.message_id = given.id;

-- name: thin_chats
-- A chat without a message is no line of the list, and keeps its notes and labels; nothing unread is left of what went.
UPDATE chat
SET unread = least(chat.unread, (
        SELECT count(*) FROM message
        WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id AND NOT message.from_me
    )),
    last_message_id = CASE WHEN top.is_empty THEN chat.id ELSE chat.last_message_id END,
    preview = CASE WHEN top.is_empty THEN '' ELSE chat.preview END,
    last_sender_name = CASE WHEN top.is_empty THEN '' ELSE chat.last_sender_name END,
    last_deleted = chat.last_deleted AND NOT top.is_empty
FROM (
    SELECT given.id, NOT EXISTS (
        SELECT FROM message WHERE message.workspace_id = :workspace_id AND message.chat_id = given.id
    ) AS is_empty
    FROM unnest(:ids::uuid[]) AS given (id)
) AS top
WHERE chat.workspace_id = :workspace_id AND chat.id = top.id
RETURNING chat.device_id, chat.id;

-- name: unneeded_files
-- Files that nothing needs any more: no message from the instant on (without one, no message at all), nothing that still
-- waits to be sent, no picture of a chat, no content and no draft of a campaign. Of `ids`, or the longest unused of all.
SELECT media.id FROM media
WHERE media.workspace_id = :workspace_id
    AND (:before::timestamptz IS NULL OR media.used_at < :before::timestamptz)
    AND (:ids::uuid[] IS NULL OR media.id = ANY (:ids::uuid[]))
    AND NOT EXISTS (
        SELECT FROM message
        WHERE message.workspace_id = media.workspace_id AND message.media_id = media.id
            AND (:before::timestamptz IS NULL OR message.at >= :before::timestamptz)
    )
    AND NOT EXISTS (
        SELECT FROM outbox
        WHERE outbox.workspace_id = media.workspace_id AND outbox.media_id = media.id
            AND outbox.state IN ('queued', 'dispatching')
    )
    AND NOT EXISTS (
        SELECT FROM chat WHERE chat.workspace_id = media.workspace_id AND chat.picture_id = media.id
    )
    AND NOT EXISTS (
        SELECT FROM content WHERE content.workspace_id = media.workspace_id AND content.media_id = media.id
    )
    AND NOT EXISTS (
        SELECT FROM campaign WHERE campaign.workspace_id = media.workspace_id AND campaign.media_id = media.id
    )
ORDER BY media.used_at
LIMIT :limit
FOR UPDATE SKIP LOCKED;

-- name: count_unneeded_files^
-- What `unneeded_files` would find in the end, for a number on the screen.
SELECT count(*) AS files, coalesce(sum(media.size), 0)::bigint AS bytes FROM media
WHERE media.workspace_id = :workspace_id AND media.used_at < :before
    AND NOT EXISTS (
        SELECT FROM message
        WHERE message.workspace_id = media.workspace_id AND message.media_id = media.id AND message.at >= :before
    )
    AND NOT EXISTS (
        SELECT FROM outbox
        WHERE outbox.workspace_id = media.workspace_id AND outbox.media_id = media.id
            AND outbox.state IN ('queued', 'dispatching')
    )
    AND NOT EXISTS (
        SELECT FROM chat WHERE chat.workspace_id = media.workspace_id AND chat.picture_id = media.id
    )
    AND NOT EXISTS (
        SELECT FROM content WHERE content.workspace_id = media.workspace_id AND content.media_id = media.id
    )
    AND NOT EXISTS (
        SELECT FROM campaign WHERE campaign.workspace_id = media.workspace_id AND campaign.media_id = media.id
    );

-- name: release_sent!
-- What was sent long ago keeps everything but its file.
UPDATE outbox SET media_id = NULL
WHERE workspace_id = :workspace_id AND media_id = ANY (:ids::uuid[]) AND state NOT IN ('queued', 'dispatching');

-- name: release_messages
-- A message says what its file was, though it is gone: name, size and form, from the store where it had them not itself.
UPDATE message
SET media_id = NULL, media_state = 'removed', thumbnail = NULL,
    details = coalesce(message.details, '{}') || jsonb_build_object('file',
        jsonb_strip_nulls(jsonb_build_object('width', media.width, 'height', media.height))
        || coalesce(message.details -> 'file', '{}')
        || jsonb_build_object(
            'mime', media.mime, 'size', media.size,
            'name', coalesce(nullif(message.details -> 'file' ->> 'name', ''), media.file_name)
        ))
FROM media
WHERE media.workspace_id = :workspace_id AND media.id = ANY (:ids::uuid[])
    AND message.workspace_id = media.workspace_id AND message.media_id = media.id
RETURNING message.workspace_id, message.device_id, message.id;
