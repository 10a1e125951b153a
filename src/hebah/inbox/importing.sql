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

-- name: lookalikes
-- Messages with the same words, or of the same sort, that the chat has from the same side in that minute, wherever they
-- came from, or with the words that a file has for a message of a kind of its own. Of ours it is the minute in which they
-- went out, which may be days after they were said here: the 31 days only spare a look into every month. A deleted message is recognised by its
-- place alone. Looked for one by one: a join would read whole chats.
SELECT given.place::integer AS place, given.chat_id, stored.*
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :from_me::boolean[], :minutes::timestamptz[], :sorts::text[],
        :bodies::text[], :kinds::text[], :gone::boolean[], :wordings::text[])
    WITH ORDINALITY AS given (workspace_id, chat_id, from_me, minute, sort, body, kind, gone, wording, place)
CROSS JOIN LATERAL (
    SELECT message.at, message.id, message.archive_id, message.kind, message.media_id IS NOT NULL AS has_file,
        message.details,
        CASE WHEN given.kind <> '' THEN message.body END AS body,
        CASE WHEN message.at_second IS NULL THEN date_trunc('second', message.said_at)
            WHEN message.at_second >= 0 THEN message.at + make_interval(secs => message.at_second) END AS second
    FROM (
        SELECT *, at AS said_at FROM message
        WHERE workspace_id = given.workspace_id AND chat_id = given.chat_id AND sent_at IS NULL
          AND at >= given.minute AND at < given.minute + interval '1 minute'
        UNION ALL
        SELECT *, sent_at FROM message
        WHERE given.from_me AND workspace_id = given.workspace_id AND chat_id = given.chat_id
          AND sent_at >= given.minute AND sent_at < given.minute + interval '1 minute'
          AND at >= given.minute - interval '31 days' AND at < given.minute + interval '31 days'
    ) AS message
    WHERE message.from_me = given.from_me AND (NOT :of_files OR message.archive_id IS NOT NULL)
      AND (message.kind = given.kind
        OR (given.gone AND message.deleted_at IS NOT NULL)
        OR (given.wording <> '' AND message.kind = 'text'
            AND btrim(translate(coalesce(message.body, ''), :unseen, :seen), :blanks) ~ given.wording)
        OR (NOT given.gone AND given.wording = ''
            AND given.body = btrim(translate(coalesce(message.body, ''), :unseen, :seen), :blanks)
            AND given.sort = CASE WHEN message.kind = ANY (:file_kinds::text[]) THEN 'file'
                WHEN message.kind = 'system' THEN 'system' ELSE 'words' END))
) AS stored
ORDER BY given.place, stored.at, stored.id;

-- name: keep_seconds!
-- Of messages whose file told the minute only. Where they stand in the chat stays: it is the order of their file.
UPDATE message SET at_second = given.second
FROM unnest(:chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[], :seconds::smallint[]) AS given (chat_id, at, id, second)
WHERE message.workspace_id = :workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
  AND message.id = given.id AND message.at_second = -1;

-- name: adopt!
-- What a file has brought and a phone then tells too is one message. It is WhatsApp's own from now on: it says what
-- WhatsApp says, can be answered, and stays when the file is taken back. A file that is here already is not fetched.
UPDATE message
SET wire_id = given.wire_id, sender = given.sender, archive_id = NULL,
    at_second = CASE WHEN message.at_second IS NOT NULL THEN given.second END,
    kind = given.kind, body = given.body, sender_name = coalesce(given.sender_name, message.sender_name),
    details = CASE WHEN message.media_id IS NULL THEN given.details
        ELSE coalesce(given.details, '{}') || jsonb_build_object('file',
            coalesce(given.details -> 'file', '{}') || coalesce(message.details -> 'file', '{}')) END,
    media_id = coalesce(message.media_id, given.media_id),
    media_ref = given.media_ref,
    media_state = CASE WHEN message.media_id IS NULL THEN given.media_state ELSE message.media_state END,
    thumbnail = given.thumbnail, raw = given.raw, once = given.once,
    status = given.status, outbox_id = given.outbox_id, words = words_now()
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[], :wire_ids::text[],
        :senders::text[], :seconds::smallint[], :kinds::text[], :bodies::text[], :sender_names::text[],
        :details::jsonb[], :media_ids::uuid[], :media_refs::bytea[], :media_states::text[], :thumbnails::bytea[],
        :raws::bytea[], :once::boolean[], :statuses::text[], :outbox_ids::uuid[])
    AS given (workspace_id, chat_id, at, id, wire_id, sender, second, kind, body, sender_name, details, media_id,
        media_ref, media_state, thumbnail, raw, once, status, outbox_id)
WHERE message.workspace_id = given.workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
  AND message.id = given.id;

-- name: note_brought!
-- Up to when arrivals may be what a file has brought; whatever is newer is not compared.
UPDATE chat SET brought_until = greatest(chat.brought_until, given.until)
FROM unnest(:chat_ids::uuid[], :untils::timestamptz[]) AS given (chat_id, until)
WHERE chat.workspace_id = :workspace_id AND chat.id = given.chat_id;

-- name: add_old_messages
-- The same message of the same file is the same row, however often it is tried. The index of words goes by ids, which are
-- as old as what was said: it would never come by here, so it is told.
WITH added AS (
    INSERT INTO message
        (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, kind, body, media_id, status,
         sender_name, details, media_state, edited_at, deleted_at, archive_id, at_second)
    SELECT :workspace_id, id, :device_id, chat_id, wire_id, sender, from_me, at, :now, kind, body, media_id, status,
        sender_name, details, media_state, edited_at, deleted_at, :archive_id, at_second
    FROM unnest(:ids::uuid[], :chat_ids::uuid[], :wire_ids::text[], :senders::text[], :from_me::boolean[],
            :ats::timestamptz[], :kinds::text[], :bodies::text[], :media_ids::uuid[], :statuses::text[],
            :sender_names::text[], :details::jsonb[], :media_states::text[], :edited_ats::timestamptz[],
            :deleted_ats::timestamptz[], :at_seconds::smallint[])
        AS given (id, chat_id, wire_id, sender, from_me, at, kind, body, media_id, status, sender_name, details,
            media_state, edited_at, deleted_at, at_second)
    ON CONFLICT DO NOTHING
    RETURNING workspace_id, chat_id, at, id, body
), unworded AS (
    INSERT INTO message_reworded (workspace_id, chat_id, at, id)
    SELECT workspace_id, chat_id, at, id FROM added WHERE body <> ''
    ON CONFLICT DO NOTHING
)
SELECT id, chat_id, at FROM added;

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
