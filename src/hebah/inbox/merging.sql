-- name: mergeable
-- Chats under a hidden number whose phone is known by now.
SELECT chat.workspace_id, chat.id, chat.device_id, chat.address, chat.name, alias.phone
FROM chat
JOIN alias ON alias.workspace_id = chat.workspace_id AND alias.lid = substr(chat.address, 5)
WHERE chat.address LIKE 'lid:%'
ORDER BY chat.workspace_id, chat.device_id, chat.address
LIMIT :limit;

-- name: hold_place$
-- The place of the phone among the chats of the device, unless there is a chat: nobody begins one there, or waits for the
-- hidden one while we wait for theirs, before that has moved in.
INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id)
VALUES (:workspace_id, :id, :device_id, :phone, :now, :id)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: lock_both
-- In the order in which receivers lock chats.
SELECT id, address FROM chat
WHERE workspace_id = :workspace_id AND device_id = :device_id AND address = ANY (:addresses::text[])
ORDER BY workspace_id, device_id, address
FOR UPDATE;

-- name: lock_seen
-- Before the chats, as receivers do.
SELECT wire_id FROM seen
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat = ANY (:addresses::text[])
ORDER BY workspace_id, device_id, chat, sender, wire_id
FOR UPDATE;

-- name: know_seen!
-- What was seen under the hidden number has been seen.
INSERT INTO seen (workspace_id, device_id, chat, sender, wire_id, at)
SELECT workspace_id, device_id, :phone, CASE WHEN sender = :address THEN :phone ELSE sender END, wire_id, at
FROM seen
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat = :address
ON CONFLICT DO NOTHING;

-- name: forget_seen_of!
-- Known by the other address now.
DELETE FROM seen WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat = :address;

-- name: rename_chat!
-- Nobody has written under the phone yet: the chat is the same, its address is better.
UPDATE chat SET address = :phone, contact_id = :contact_id, name = ''
WHERE workspace_id = :workspace_id AND id = :source;

-- name: drop_doubles!
-- The same message under both addresses is one message.
DELETE FROM message
WHERE workspace_id = :workspace_id AND chat_id = :source
    AND wire_id IN (SELECT wire_id FROM message AS kept WHERE kept.workspace_id = :workspace_id AND kept.chat_id = :target);

-- name: drop_brought_doubles!
-- What a file has brought into one of the chats and a link has delivered into the other is one message: the delivered one
-- stays, with the bytes of its file if only the other had them. As many as there are alike on both sides in a minute.
WITH line AS (
    SELECT chat_id, at, id, archive_id IS NOT NULL AS is_brought, media_id, from_me, body,
        CASE WHEN kind = ANY (:file_kinds::text[]) THEN 'file' ELSE kind END AS sort,
        date_trunc('minute', coalesce(sent_at, at)) AS minute
    FROM message
    WHERE workspace_id = :workspace_id AND chat_id IN (:source, :target) AND kind <> 'system' AND deleted_at IS NULL
        AND at < (SELECT max(brought_until) FROM chat WHERE workspace_id = :workspace_id AND id IN (:source, :target))
            + interval '1 minute'
), counted AS (
    SELECT *, row_number() OVER (
        PARTITION BY chat_id, is_brought, from_me, minute, sort, body ORDER BY at, id
    ) AS nth
    FROM line
), pair AS (
    SELECT brought.chat_id, brought.at, brought.id, brought.media_id,
        told.chat_id AS told_chat_id, told.at AS told_at, told.id AS told_id
    FROM counted AS brought
    JOIN counted AS told USING (from_me, minute, sort, body, nth)
    WHERE brought.is_brought AND NOT told.is_brought AND brought.chat_id <> told.chat_id
), kept AS (
    UPDATE message SET media_id = pair.media_id, media_state = NULL
    FROM pair
    WHERE message.workspace_id = :workspace_id AND message.chat_id = pair.told_chat_id AND message.at = pair.told_at
        AND message.id = pair.told_id AND message.media_id IS NULL AND pair.media_id IS NOT NULL
)
DELETE FROM message
USING pair
WHERE message.workspace_id = :workspace_id AND message.chat_id = pair.chat_id AND message.at = pair.at
    AND message.id = pair.id;

-- name: move_messages_over!
-- Each keeps its time, so the order stays.
UPDATE message SET chat_id = :target, sender = CASE WHEN sender = :address THEN :phone ELSE sender END
WHERE workspace_id = :workspace_id AND chat_id = :source;

-- name: move_changes!
-- Reactions, edits and deletions go with their messages.
UPDATE message_change SET chat = :phone, sender = CASE WHEN sender = :address THEN :phone ELSE sender END
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat = :address;

-- name: move_fetches!
-- Files that are still to be fetched.
UPDATE media_fetch SET chat_id = :target WHERE workspace_id = :workspace_id AND chat_id = :source;

-- name: move_outbox!
-- What waits to be said there.
UPDATE outbox SET chat_id = :target WHERE workspace_id = :workspace_id AND chat_id = :source;

-- name: move_labels!
-- A label on either is a label on both.
INSERT INTO chat_label (workspace_id, chat_id, label_id)
SELECT workspace_id, :target, label_id FROM chat_label WHERE workspace_id = :workspace_id AND chat_id = :source
ON CONFLICT DO NOTHING;

-- name: move_notes!
-- Nothing that colleagues noted is lost.
UPDATE chat_note SET chat_id = :target WHERE workspace_id = :workspace_id AND chat_id = :source;

-- name: join_chats!
-- What people keep of a chat, from whichever has it.
UPDATE chat AS kept
SET unread = kept.unread + gone.unread,
    assigned_to = coalesce(kept.assigned_to, gone.assigned_to),
    pinned_at = coalesce(kept.pinned_at, gone.pinned_at),
    read_until = least(kept.read_until, gone.read_until),
    contact_id = coalesce(kept.contact_id, :contact_id::uuid),
    brought_until = greatest(kept.brought_until, gone.brought_until)
FROM chat AS gone
WHERE kept.workspace_id = :workspace_id AND kept.id = :target AND gone.workspace_id = :workspace_id AND gone.id = :source;

-- name: drop_chat!
-- Empty by now.
DELETE FROM chat WHERE workspace_id = :workspace_id AND id = :source;

-- name: stopped_hidden^
-- Whoever said stop while their number was hidden is suppressed under that, whatever is kept of their words.
SELECT word FROM suppression
WHERE workspace_id = :workspace_id
    AND address_hash = sha256(convert_to((:workspace_id::uuid)::text || ':' || :address, 'UTF8'));

-- name: short_words
-- What somebody wrote while their number was hidden, as far as it could be a word that means stop.
SELECT body FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND NOT from_me AND kind = 'text' AND length(body) <= 40;
