-- name: plan_anew!
-- A plan that was made while there were few messages reads all of them once there are many.
SET LOCAL plan_cache_mode = force_custom_plan;

-- name: begin_chats
-- Made where there is none and locked from here on, so that two files with the same messages wait for each other. A chat
-- whose own id stands for its newest message has none yet.
INSERT INTO chat AS known (workspace_id, id, device_id, address, contact_id, last_at, last_message_id)
SELECT :workspace_id, id, :device_id, address, contact_id, :now, id
FROM unnest(:ids::uuid[], :addresses::text[], :contact_ids::uuid[]) AS given (id, address, contact_id)
ORDER BY address
ON CONFLICT (workspace_id, device_id, address) DO UPDATE SET contact_id = coalesce(known.contact_id, excluded.contact_id)
RETURNING id, address;

-- name: chats_at
-- Those that are there already.
SELECT id, address FROM chat
WHERE workspace_id = :workspace_id AND device_id = :device_id AND address = ANY (:addresses::text[]);

-- name: count_equal
-- How many messages with the same words, or the same sort of thing, the chat has from the same side in that minute or
-- second, wherever they came from. A deleted message is recognised by its place alone.
SELECT given.place, stored.equal
FROM unnest(:places::integer[], :chat_ids::uuid[], :from_me::boolean[], :ats::timestamptz[], :untils::timestamptz[],
        :sorts::text[], :kinds::text[], :bodies::text[], :gone::boolean[])
    AS given (place, chat_id, from_me, at, until, sort, kind, body, gone)
JOIN LATERAL (
    -- Counted one by one: a join would read the whole chat for every batch.
    SELECT count(*) AS equal
    FROM message
    WHERE message.workspace_id = :workspace_id AND message.chat_id = given.chat_id
      AND message.at >= given.at AND message.at < given.until AND message.from_me = given.from_me
      AND (message.kind = given.kind
        OR (given.gone AND message.deleted_at IS NOT NULL)
        OR (NOT given.gone
            AND given.body = btrim(translate(coalesce(message.body, ''), :unseen, :seen), :blanks)
            AND given.sort = CASE WHEN message.kind = ANY (:file_kinds::text[]) THEN 'file'
                WHEN message.kind = 'system' THEN 'system' ELSE 'words' END))
) AS stored ON stored.equal > 0;

-- name: adopt_archived
-- What a file has brought and the phone then tells too is one message. It is WhatsApp's own from now on: it can be
-- answered, and stays when the file is taken back. Of equal ones in a minute, the first told is the first stored.
WITH given AS (
    SELECT given.*, chat.id AS chat_id, date_trunc('minute', given.at, 'UTC') AS minute,
        row_number() OVER (
            PARTITION BY chat.id, given.from_me, given.sort, given.body, date_trunc('minute', given.at, 'UTC')
            ORDER BY given.at, given.place
        ) AS nth
    FROM unnest(:places::integer[], :workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[],
            :from_me::boolean[], :ats::timestamptz[], :sorts::text[], :bodies::text[], :wire_ids::text[], :senders::text[])
        AS given (place, workspace_id, device_id, address, from_me, at, sort, body, wire_id, sender)
    JOIN chat USING (workspace_id, device_id, address)
),
found AS (
    SELECT given.place, given.wire_id, given.sender, stored.*
    FROM given
    JOIN LATERAL (
        SELECT message.workspace_id, message.chat_id, message.at, message.id,
            row_number() OVER (ORDER BY message.at, message.id) AS nth
        FROM message
        WHERE message.workspace_id = given.workspace_id AND message.chat_id = given.chat_id
          AND message.at >= given.minute AND message.at < given.minute + interval '1 minute'
          AND message.archive_id IS NOT NULL AND message.from_me = given.from_me
          AND given.body = btrim(translate(coalesce(message.body, ''), :unseen, :seen), :blanks)
          AND given.sort = CASE WHEN message.kind = ANY (:file_kinds::text[]) THEN 'file'
              WHEN message.kind = 'system' THEN 'system' ELSE 'words' END
    ) AS stored ON stored.nth = given.nth
)
UPDATE message SET wire_id = found.wire_id, sender = found.sender, archive_id = NULL
FROM found
WHERE message.workspace_id = found.workspace_id AND message.chat_id = found.chat_id AND message.at = found.at
  AND message.id = found.id
RETURNING found.place;

-- name: add_old_messages
-- The same message of the same file is the same row, however often it is tried.
INSERT INTO message
    (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, kind, body, media_id, status,
     sender_name, details, media_state, edited_at, deleted_at, archive_id)
SELECT :workspace_id, id, :device_id, chat_id, wire_id, sender, from_me, at, :now, kind, body, media_id, status,
    sender_name, details, media_state, edited_at, deleted_at, :archive_id
FROM unnest(:ids::uuid[], :chat_ids::uuid[], :wire_ids::text[], :senders::text[], :from_me::boolean[],
        :ats::timestamptz[], :kinds::text[], :bodies::text[], :media_ids::uuid[], :statuses::text[],
        :sender_names::text[], :details::jsonb[], :media_states::text[], :edited_ats::timestamptz[],
        :deleted_ats::timestamptz[])
    AS given (id, chat_id, wire_id, sender, from_me, at, kind, body, media_id, status, sender_name, details,
        media_state, edited_at, deleted_at)
ON CONFLICT DO NOTHING
RETURNING id, chat_id;

-- name: chats_of_archive
-- Whose messages would go, locked before them.
SELECT id FROM chat
WHERE workspace_id = :workspace_id AND id IN (
    SELECT chat_id FROM message WHERE workspace_id = :workspace_id AND archive_id = :archive_id LIMIT :limit
)
ORDER BY workspace_id, device_id, address
FOR NO KEY UPDATE;

-- name: remove_old_messages
-- In bites, so that nobody waits long for the chats.
DELETE FROM message
WHERE (workspace_id, chat_id, at, id) IN (
    SELECT workspace_id, chat_id, at, id FROM message
    WHERE workspace_id = :workspace_id AND archive_id = :archive_id AND chat_id = ANY (:chat_ids::uuid[])
    LIMIT :limit
)
RETURNING id, device_id, chat_id, media_id;

-- name: empty_chats
-- Left without a message: in no list, as before.
UPDATE chat
SET last_message_id = id, preview = '', last_kind = 'text', last_from_me = false, last_sender_name = '',
    last_deleted = false, unread = 0
WHERE workspace_id = :workspace_id AND id = ANY (:chat_ids::uuid[])
  AND NOT EXISTS (SELECT FROM message WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id)
RETURNING id;
