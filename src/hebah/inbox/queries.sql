-- name: add_seen
-- Tells what was known. A transport delivers again until we acknowledge, and a network repeats itself besides. Keys go in
-- sorted so that two batches with the same messages wait for each other instead of deadlocking. Nearly always all of them
-- are new, which their number tells without comparing them.
WITH given AS (
    SELECT * FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :chats::text[], :senders::text[], :wire_ids::text[])
        AS row (workspace_id, device_id, chat, sender, wire_id)
),
fresh AS (
    INSERT INTO seen (workspace_id, device_id, chat, sender, wire_id, at)
    SELECT workspace_id, device_id, chat, sender, wire_id, :now
    FROM given
    ORDER BY workspace_id, device_id, chat, sender, wire_id
    ON CONFLICT DO NOTHING
    RETURNING workspace_id, device_id, chat, sender, wire_id
)
SELECT workspace_id, device_id, chat, sender, wire_id
FROM given
WHERE (SELECT count(*) FROM fresh) < cardinality(:wire_ids::text[])
    AND NOT EXISTS (
        SELECT FROM fresh
        WHERE (fresh.workspace_id, fresh.device_id, fresh.chat, fresh.sender, fresh.wire_id)
            = (given.workspace_id, given.device_id, given.chat, given.sender, given.wire_id)
    );

-- name: find_seen
-- The same message may have come under the address that its chat had before.
SELECT seen.workspace_id, seen.device_id, seen.chat, seen.sender, seen.wire_id
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :chats::text[], :senders::text[], :wire_ids::text[])
    AS given (workspace_id, device_id, chat, sender, wire_id)
JOIN seen USING (workspace_id, device_id, chat, sender, wire_id);

-- name: find_stored
-- Old messages come again when a number is linked anew, long after `seen` has forgotten them.
SELECT message.workspace_id, message.device_id, chat.address AS chat, message.wire_id
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :chats::text[], :wire_ids::text[])
    AS given (workspace_id, device_id, address, wire_id)
JOIN chat USING (workspace_id, device_id, address)
JOIN message ON message.workspace_id = chat.workspace_id AND message.device_id = chat.device_id
    AND message.wire_id = given.wire_id AND message.chat_id = chat.id;

-- name: find_undecrypted
-- Messages that could not be read when they came; a copy that can be read takes their place.
SELECT message.workspace_id, message.device_id, chat.address AS chat, message.wire_id,
    message.chat_id, message.at, message.id
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :chats::text[], :wire_ids::text[])
    AS given (workspace_id, device_id, address, wire_id)
JOIN chat USING (workspace_id, device_id, address)
JOIN message ON message.workspace_id = chat.workspace_id AND message.device_id = chat.device_id
    AND message.wire_id = given.wire_id AND message.chat_id = chat.id
WHERE message.kind = 'undecrypted';

-- name: lock_chats
-- Chats before messages, in one order, whoever writes.
SELECT chat.id
FROM chat
JOIN unnest(:workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[])
    AS given (workspace_id, device_id, address) USING (workspace_id, device_id, address)
ORDER BY chat.workspace_id, chat.device_id, chat.address
FOR NO KEY UPDATE OF chat;

-- name: lock_brought
-- Those into which files have brought messages.
SELECT workspace_id, device_id, address, id, brought_until
FROM chat
JOIN unnest(:workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[])
    AS given (workspace_id, device_id, address) USING (workspace_id, device_id, address)
WHERE chat.brought_until IS NOT NULL
ORDER BY chat.workspace_id, chat.device_id, chat.address
FOR NO KEY UPDATE OF chat;

-- name: upsert_chats
-- One row a chat and batch. Messages arrive in any order, so the newest by its own time stays on top. Tells whether
-- edits or deletions wait in the chat for a message, and whether files have brought some that arrivals may be.
INSERT INTO chat AS known
    (workspace_id, id, device_id, address, contact_id, last_at, last_message_id, preview, last_from_me, unread, name,
     last_kind, last_sender_name)
SELECT workspace_id, id, device_id, address, contact_id, last_at, last_message_id, preview, last_from_me, unread, name,
    last_kind, last_sender_name
FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :addresses::text[], :contact_ids::uuid[],
        :last_ats::timestamptz[], :last_message_ids::uuid[], :previews::text[], :last_from_me::boolean[],
        :unread::integer[], :names::text[], :last_kinds::text[], :last_sender_names::text[])
    AS given (workspace_id, id, device_id, address, contact_id, last_at, last_message_id, preview, last_from_me, unread,
        name, last_kind, last_sender_name)
ORDER BY workspace_id, device_id, address
ON CONFLICT (workspace_id, device_id, address) DO UPDATE
SET contact_id = coalesce(known.contact_id, excluded.contact_id),
    unread = known.unread + excluded.unread,
    name = CASE WHEN excluded.name = '' THEN known.name ELSE excluded.name END,
    last_at = greatest(known.last_at, excluded.last_at),
    last_message_id = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.last_message_id ELSE known.last_message_id END,
    preview = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.preview ELSE known.preview END,
    last_from_me = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.last_from_me ELSE known.last_from_me END,
    last_kind = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.last_kind ELSE known.last_kind END,
    last_sender_name = CASE WHEN (excluded.last_at, excluded.last_message_id) > (known.last_at, known.last_message_id)
        THEN excluded.last_sender_name ELSE known.last_sender_name END,
    last_deleted = known.last_deleted
        AND (excluded.last_at, excluded.last_message_id) < (known.last_at, known.last_message_id)
RETURNING workspace_id, device_id, address, id, EXISTS (
    SELECT FROM message_change
    WHERE message_change.workspace_id = known.workspace_id AND message_change.device_id = known.device_id
        AND message_change.chat = known.address AND message_change.waiting
) AS has_changes, known.name = '' AS is_nameless, known.brought_until;

-- name: add_messages!
-- The rows themselves; `seen` has let each through once. Most say words and nothing else, and go in with fewer columns.
-- Not a COPY, which would be quicker: nothing ends a session that waits for the rest of one, so that a process which stands
-- still in its midst would keep the locks of its transaction for good.
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

-- name: add_rich_messages!
-- Those that say more than words.
INSERT INTO message
    (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, time_doubtful, kind, body,
     media_id, status, outbox_id, sender_name, details, media_ref, media_state, thumbnail, raw, once)
SELECT workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, :now, time_doubtful, kind, body,
    media_id, status, outbox_id, sender_name, details, media_ref, media_state, thumbnail, raw, once
FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :chat_ids::uuid[], :wire_ids::text[],
        :senders::text[], :from_me::boolean[], :ats::timestamptz[], :doubtful::boolean[], :kinds::text[],
        :bodies::text[], :media_ids::uuid[], :statuses::text[], :outbox_ids::uuid[], :sender_names::text[],
        :details::jsonb[], :media_refs::bytea[], :media_states::text[], :thumbnails::bytea[], :raws::bytea[],
        :once::boolean[])
    AS given (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, time_doubtful, kind, body, media_id,
        status, outbox_id, sender_name, details, media_ref, media_state, thumbnail, raw, once);

-- name: replace_messages!
-- What could not be read before is what it says now; its place in the chat stays.
UPDATE message
SET kind = given.kind, body = given.body, sender_name = coalesce(given.sender_name, message.sender_name),
    details = given.details, media_ref = given.media_ref, media_state = given.media_state,
    thumbnail = given.thumbnail, raw = given.raw, once = given.once, words = words_now()
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[], :kinds::text[],
        :bodies::text[], :sender_names::text[], :details::jsonb[], :media_refs::bytea[], :media_states::text[],
        :thumbnails::bytea[], :raws::bytea[], :once::boolean[])
    AS given (workspace_id, chat_id, at, id, kind, body, sender_name, details, media_ref, media_state, thumbnail, raw,
        once)
WHERE message.workspace_id = given.workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
  AND message.id = given.id AND message.kind = 'undecrypted';

-- name: drop_undecrypted!
-- What could not be read was about another message, and is no line of the chat.
DELETE FROM message
USING unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[])
    AS given (workspace_id, chat_id, at, id)
WHERE message.workspace_id = given.workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
  AND message.id = given.id AND message.kind = 'undecrypted';

-- name: move_messages
-- What became of messages we sent: only forward on the ladder, locked in one order. When they went out is kept where
-- that was not in the minute in which they were said here, since a phone's export tells that minute. What is asked by
-- stands in subqueries: for few receipts every month was planned for anew, each time.
WITH given AS (
    SELECT * FROM unnest((SELECT :workspace_ids::uuid[]), (SELECT :device_ids::uuid[]), (SELECT :wire_ids::text[]),
        :statuses::text[], :outbox_ids::uuid[], :media_ids::uuid[], :sent_ats::timestamptz[])
        AS row (workspace_id, device_id, wire_id, status, outbox_id, media_id, sent_at)
),
behind AS (
    SELECT message.workspace_id, message.chat_id, message.at, message.id, given.status, given.outbox_id, given.media_id,
        CASE WHEN date_trunc('minute', given.sent_at) <> date_trunc('minute', message.at) THEN given.sent_at END AS sent_at
    FROM message
    JOIN given USING (workspace_id, device_id, wire_id)
    WHERE message.from_me
      AND (message.status IS NULL
           OR array_position(:ladder::text[], message.status) < array_position(:ladder::text[], given.status)
           OR (message.outbox_id IS NULL AND given.outbox_id IS NOT NULL)
           OR date_trunc('minute', given.sent_at) <> date_trunc('minute', coalesce(message.sent_at, message.at)))
    ORDER BY message.workspace_id, message.device_id, message.wire_id
    FOR NO KEY UPDATE OF message
)
UPDATE message
SET status = CASE WHEN message.status IS NULL
        OR array_position(:ladder::text[], message.status) < array_position(:ladder::text[], behind.status)
        THEN behind.status ELSE message.status END,
    outbox_id = coalesce(message.outbox_id, behind.outbox_id),
    media_id = CASE WHEN message.words = 'gone' THEN NULL ELSE coalesce(message.media_id, behind.media_id) END,
    sent_at = coalesce(behind.sent_at, message.sent_at)
FROM behind
WHERE message.workspace_id = behind.workspace_id AND message.chat_id = behind.chat_id AND message.at = behind.at
  AND message.id = behind.id
RETURNING message.workspace_id, message.device_id, message.id;

-- name: read_until
-- Whoever has read a message has read what stands above it; what came after stays unread. Only chats that are locked
-- already: one that somebody has begun since could only be locked out of order.
WITH given AS (
    SELECT * FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[], :wire_ids::text[])
        AS row (workspace_id, device_id, address, wire_id)
),
reached AS (
    SELECT chat.workspace_id, chat.id, greatest(chat.read_until, max(message.at)) AS until
    FROM given
    JOIN chat USING (workspace_id, device_id, address)
    JOIN message ON message.workspace_id = chat.workspace_id AND message.device_id = chat.device_id
        AND message.wire_id = given.wire_id AND message.chat_id = chat.id
    WHERE chat.id = ANY (:locked::uuid[])
    GROUP BY chat.workspace_id, chat.id, chat.read_until
)
UPDATE chat
SET read_until = reached.until,
    unread = least(chat.unread, (
        SELECT count(*) FROM message
        WHERE message.workspace_id = reached.workspace_id AND message.chat_id = reached.id
            AND message.at > reached.until AND NOT message.from_me AND message.kind <> 'system'
    ))
FROM reached
WHERE chat.workspace_id = reached.workspace_id AND chat.id = reached.id
    AND (chat.unread > 0 OR chat.read_until IS DISTINCT FROM reached.until)
RETURNING chat.workspace_id, chat.device_id, chat.id;

-- name: top_messages
-- What the list of chats should show of these chats now.
SELECT chat.workspace_id, chat.id AS chat_id, top.*
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[]) AS given (workspace_id, id)
JOIN chat USING (workspace_id, id)
JOIN LATERAL (
    SELECT message.at, message.id, message.kind, message.body, message.details, message.from_me, message.sender_name,
        message.deleted_at
    FROM message
    WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
    ORDER BY message.at DESC, message.id DESC
    LIMIT 1
) AS top ON true;

-- name: write_tops!
-- After something in the chat has changed.
UPDATE chat
SET last_at = given.at, last_message_id = given.message_id, last_kind = given.kind, preview = given.preview,
    last_from_me = given.from_me, last_sender_name = given.sender_name, last_deleted = given.deleted
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :message_ids::uuid[], :kinds::text[],
        :previews::text[], :from_me::boolean[], :sender_names::text[], :deleted::boolean[])
    AS given (workspace_id, chat_id, at, message_id, kind, preview, from_me, sender_name, deleted)
WHERE chat.workspace_id = given.workspace_id AND chat.id = given.chat_id;

-- name: add_changes!
-- Append only. Reactions are added up when they are read; an edit or a deletion waits until its message has it.
INSERT INTO message_change
    (workspace_id, device_id, target_wire_id, id, chat, kind, sender, sender_name, wire_id, body, at, received_at,
     waiting)
SELECT workspace_id, device_id, target_wire_id, id, chat, kind, sender, sender_name, wire_id, body, at, :now,
    kind <> 'reaction'
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :target_wire_ids::text[], :ids::uuid[], :chats::text[],
        :kinds::text[], :senders::text[], :sender_names::text[], :wire_ids::text[], :bodies::text[],
        :ats::timestamptz[])
    AS given (workspace_id, device_id, target_wire_id, id, chat, kind, sender, sender_name, wire_id, body, at);

-- name: find_changes
-- Changes of these messages that have not been looked at: those that waited, and those of this batch. People are told
-- apart by what they are called now.
WITH change AS MATERIALIZED (
    SELECT message_change.*
    FROM message_change
    JOIN (SELECT DISTINCT * FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :wire_ids::text[])
            AS row (workspace_id, device_id, target_wire_id)) AS given
        USING (workspace_id, device_id, target_wire_id)
    WHERE message_change.waiting OR message_change.id = ANY (:fresh::uuid[])
)
SELECT change.id AS change_id, change.workspace_id, change.device_id, change.target_wire_id, change.chat, change.kind,
    change.body, change.at, message.chat_id, message.at AS message_at, message.id AS message_id,
    coalesce(actor.phone, change.sender) AS actor,
    coalesce(author.phone, message.sender) AS author,
    message.edited_at, message.deleted_at
FROM change
JOIN chat ON chat.workspace_id = change.workspace_id AND chat.device_id = change.device_id
    AND chat.address = change.chat
JOIN message ON message.workspace_id = change.workspace_id AND message.device_id = change.device_id
    AND message.wire_id = change.target_wire_id AND message.chat_id = chat.id
LEFT JOIN alias AS actor ON actor.workspace_id = change.workspace_id
    AND change.sender LIKE 'lid:%' AND actor.lid = substr(change.sender, 5)
LEFT JOIN alias AS author ON author.workspace_id = change.workspace_id
    AND message.sender LIKE 'lid:%' AND author.lid = substr(message.sender, 5);

-- name: change_messages!
-- The latest words stand; a deletion leaves them for the screen to hide.
UPDATE message
SET body = coalesce(given.body, message.body), edited_at = given.edited_at, deleted_at = given.deleted_at,
    words = CASE WHEN given.body IS NULL THEN message.words ELSE words_now() END
FROM unnest(:workspace_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[], :bodies::text[],
        :edited_ats::timestamptz[], :deleted_ats::timestamptz[])
    AS given (workspace_id, chat_id, at, id, body, edited_at, deleted_at)
WHERE message.workspace_id = given.workspace_id AND message.chat_id = given.chat_id AND message.at = given.at
  AND message.id = given.id;

-- name: end_waiting!
-- These changes have found their message, whether they could change it or not.
UPDATE message_change SET waiting = false
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :target_wire_ids::text[], :ids::uuid[])
    AS given (workspace_id, device_id, target_wire_id, id)
WHERE message_change.workspace_id = given.workspace_id AND message_change.device_id = given.device_id
  AND message_change.target_wire_id = given.target_wire_id AND message_change.id = given.id
  AND message_change.waiting;

-- name: find_aliases
-- Who is known by another address too.
SELECT alias.workspace_id, alias.lid, alias.phone
FROM unnest(:workspace_ids::uuid[], :lids::text[]) AS given (workspace_id, lid)
JOIN alias USING (workspace_id, lid);

-- name: find_lids
-- The hidden numbers behind telephone numbers.
SELECT alias.workspace_id, alias.lid, alias.phone
FROM unnest(:workspace_ids::uuid[], :phones::text[]) AS given (workspace_id, phone)
JOIN alias USING (workspace_id, phone);

-- name: add_aliases!
-- The newest word counts: people change their number and keep their LID.
INSERT INTO alias (workspace_id, lid, phone, learned_at)
SELECT workspace_id, lid, phone, :now
FROM unnest(:workspace_ids::uuid[], :lids::text[], :phones::text[]) AS given (workspace_id, lid, phone)
ORDER BY workspace_id, lid
ON CONFLICT (workspace_id, lid) DO UPDATE SET phone = excluded.phone, learned_at = excluded.learned_at;

-- name: erase_messages!
-- The history of a device whose people chose not to keep it.
DELETE FROM message WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: erase_changes!
-- With the messages they are about.
DELETE FROM message_change WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: erase_fetches!
-- Nobody needs the files of erased messages.
DELETE FROM media_fetch WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: erase_packets!
-- Nor older messages than those.
DELETE FROM history_packet WHERE workspace_id = :workspace_id AND device_id = :device_id;

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
