-- name: anything_passes$
-- Where chat storage is on there is nothing, and one look at three empty indexes says so.
SELECT EXISTS (SELECT FROM outbox WHERE words = 'passing' AND state NOT IN ('queued', 'dispatching'))
    OR EXISTS (SELECT FROM message WHERE words = 'passing' AND received_at < :before)
    OR EXISTS (SELECT FROM message_change WHERE words = 'passing' AND received_at < :before);

-- name: passing_messages
-- Words that were not to stay and have been shown to whoever was there. What still waits to be sent keeps its words.
SELECT workspace_id, device_id, chat_id, at, id, media_id FROM message
WHERE words = 'passing' AND received_at < :before AND status IS DISTINCT FROM 'queued'
ORDER BY received_at
LIMIT :limit;

-- name: forget_messages!
-- Who, when, of which kind and in answer to what stays; anything that was said goes.
UPDATE message
SET words = 'gone', body = NULL, media_ref = NULL, media_state = NULL, media_id = NULL, thumbnail = NULL, raw = NULL,
    details = CASE WHEN message.details ? 'quote'
        THEN jsonb_build_object('quote', (message.details -> 'quote') || '{"body": ""}') END
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[])
    AS given (workspace_id, chat_id, at, id)
WHERE message.workspace_id = given.workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
  AND message.id = given.id AND message.words = 'passing';

-- name: forget_previews!
-- The list of chats shows no words of them either.
UPDATE chat SET preview = ''
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ids::uuid[]) AS given (workspace_id, chat_id, id)
WHERE chat.workspace_id = given.workspace_id AND chat.id = given.chat_id AND chat.last_message_id = given.id;

-- name: forget_changes!
-- A reaction is nothing but what it says. Of an edit its time stays, in the message too; a deletion has no words.
WITH passing AS (
    SELECT workspace_id, device_id, target_wire_id, id FROM message_change
    WHERE words = 'passing' AND received_at < :before
    LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
),
dropped AS (
    DELETE FROM message_change USING passing
    WHERE message_change.workspace_id = passing.workspace_id AND message_change.device_id = passing.device_id
        AND message_change.target_wire_id = passing.target_wire_id AND message_change.id = passing.id
        AND message_change.kind = 'reaction'
)
UPDATE message_change
SET words = 'gone', body = '', waiting = message_change.waiting AND message_change.kind = 'deletion'
FROM passing
WHERE message_change.workspace_id = passing.workspace_id AND message_change.device_id = passing.device_id
    AND message_change.target_wire_id = passing.target_wire_id AND message_change.id = passing.id
    AND message_change.kind <> 'reaction';
