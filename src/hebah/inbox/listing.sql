-- name: newest_of_all
-- Places in the list over every device of a workspace, by the index of the newest.
SELECT id, last_at
FROM chat
WHERE workspace_id = :workspace_id
    AND (last_at, id) < (:before_at::timestamptz, :before_id::uuid)
    AND last_message_id <> id AND (archived_at IS NOT NULL) = :archived AND (:archived OR pinned_at IS NULL OR :flat)
    AND (NOT :unread OR unread > 0)
    AND (NOT :unassigned OR assigned_to IS NULL)
    AND (:assigned_to::uuid IS NULL OR assigned_to = :assigned_to)
ORDER BY last_at DESC, id DESC
LIMIT :limit;

-- name: newest_of_devices
-- The same for some devices: a few newest of each, then the newest of those, so that no plan reads the others.
SELECT newest.id, newest.last_at, wanted.device_id
FROM unnest(:device_ids::uuid[]) AS wanted (device_id)
CROSS JOIN LATERAL (
    SELECT chat.id, chat.last_at
    FROM chat
    WHERE chat.workspace_id = :workspace_id AND chat.device_id = wanted.device_id
        AND (last_at, id) < (:before_at::timestamptz, :before_id::uuid)
        AND last_message_id <> id AND (archived_at IS NOT NULL) = :archived AND (:archived OR pinned_at IS NULL OR :flat)
        AND (NOT :unread OR unread > 0)
        AND (NOT :unassigned OR assigned_to IS NULL)
        AND (:assigned_to::uuid IS NULL OR assigned_to = :assigned_to)
    ORDER BY chat.last_at DESC, chat.id DESC
    LIMIT :few
) AS newest
ORDER BY newest.last_at DESC, newest.id DESC
LIMIT :limit;

-- name: recent_named
-- By name or number among the newest chats, which is where a frequent name fills a page.
SELECT chat.id, chat.last_at
FROM (
    SELECT * FROM chat
    WHERE workspace_id = :workspace_id AND (last_at, id) < (:before_at::timestamptz, :before_id::uuid)
    ORDER BY last_at DESC, id DESC
    LIMIT :walked
) AS chat
WHERE (:device_ids::uuid[] IS NULL OR device_id = ANY (:device_ids::uuid[]))
    AND last_message_id <> id AND (archived_at IS NOT NULL) = :archived
    AND (NOT :unread OR unread > 0)
    AND (NOT :unassigned OR assigned_to IS NULL)
    AND (:assigned_to::uuid IS NULL OR assigned_to = :assigned_to)
    AND (:label_id::uuid IS NULL OR EXISTS (
        SELECT FROM chat_label
        WHERE chat_label.workspace_id = chat.workspace_id AND chat_label.chat_id = chat.id
            AND chat_label.label_id = :label_id
    ))
    AND (strpos(lower(name), :q::text) > 0
        OR (:digits::text <> '' AND strpos(address, :digits) > 0)
        OR strpos(lower((
            SELECT contact.name FROM contact
            WHERE contact.workspace_id = chat.workspace_id AND contact.id = chat.contact_id
        )), :q::text) > 0)
ORDER BY chat.last_at DESC, chat.id DESC
LIMIT :limit;

-- name: newest_named
-- By name or number, whichever the indexes of names lead to. All of them first: a plan that sees the limit would rather
-- walk through every chat and hope. What is asked for stands in subqueries, so that it is nothing a plan is made for.
WITH person AS (
    SELECT id FROM contact
    WHERE workspace_id = :workspace_id AND name <> '' AND letter_pairs(name) @> (SELECT letter_pairs(:q::text))
        AND strpos(lower(name), :q::text) > 0
),
named (id) AS MATERIALIZED (
    -- Person by person: PostgreSQL expects to find a third of all people, and would read every chat for them.
    SELECT unnest(ARRAY(
        SELECT chat.id FROM chat WHERE chat.workspace_id = :workspace_id AND chat.contact_id = person.id
    ))
    FROM person
    UNION
    SELECT id FROM chat
    WHERE workspace_id = :workspace_id AND name <> '' AND strpos(lower(name), :q::text) > 0
    UNION
    SELECT id FROM chat
    WHERE :digits::text <> '' AND workspace_id = :workspace_id AND strpos(address, :digits::text) > 0
),
found AS MATERIALIZED (
    SELECT chat.id, chat.last_at
    FROM named
    JOIN chat ON chat.workspace_id = :workspace_id AND chat.id = named.id
    WHERE (last_at, chat.id) < (:before_at::timestamptz, :before_id::uuid)
        AND (:device_ids::uuid[] IS NULL OR device_id = ANY (:device_ids::uuid[]))
        AND last_message_id <> chat.id AND (archived_at IS NOT NULL) = :archived
        AND (NOT :unread OR unread > 0)
        AND (NOT :unassigned OR assigned_to IS NULL)
        AND (:assigned_to::uuid IS NULL OR assigned_to = :assigned_to)
        AND (:label_id::uuid IS NULL OR EXISTS (
            SELECT FROM chat_label
            WHERE chat_label.workspace_id = chat.workspace_id AND chat_label.chat_id = chat.id
                AND chat_label.label_id = :label_id
        ))
)
SELECT id, last_at FROM found ORDER BY last_at DESC, id DESC LIMIT :limit;

-- name: newest_labelled
-- By label alone: labels keep their chats in the order of the list.
SELECT chat.id, chat.last_at
FROM chat_label
JOIN chat ON chat.workspace_id = chat_label.workspace_id AND chat.id = chat_label.chat_id
WHERE chat_label.workspace_id = :workspace_id AND chat_label.label_id = :label_id
    AND (chat_label.last_at, chat_label.chat_id) < (:before_at::timestamptz, :before_id::uuid)
    AND (:device_ids::uuid[] IS NULL OR device_id = ANY (:device_ids::uuid[]))
    AND last_message_id <> chat.id AND (archived_at IS NOT NULL) = :archived
    AND (NOT :unread OR unread > 0)
    AND (NOT :unassigned OR assigned_to IS NULL)
    AND (:assigned_to::uuid IS NULL OR assigned_to = :assigned_to)
ORDER BY chat_label.last_at DESC, chat_label.chat_id DESC
LIMIT :limit;

-- name: pinned
-- Those that people keep at the top.
SELECT id FROM chat
WHERE workspace_id = :workspace_id AND pinned_at IS NOT NULL AND archived_at IS NULL
    AND (:device_ids::uuid[] IS NULL OR device_id = ANY (:device_ids::uuid[]))
ORDER BY pinned_at DESC, id
LIMIT :limit;

-- name: without_picture
-- Whose picture is not known, or not any more.
SELECT id FROM chat
WHERE workspace_id = :workspace_id AND id = ANY (:ids::uuid[]) AND (picture_until IS NULL OR picture_until <= :now);

-- name: counts^
-- How many chats each filter would show, told no further than anybody reads.
SELECT
    least(coalesce(sum(unread), 0), :most)::integer AS unread,
    least(coalesce(sum(unassigned), 0), :most)::integer AS unassigned,
    least(coalesce(sum(archived), 0), :most)::integer AS archived,
    (
        SELECT least(coalesce(sum(assigned), 0), :most)::integer
        FROM chat_tally_of_user
        WHERE workspace_id = :workspace_id AND user_id = :user_id
            AND (:device_ids::uuid[] IS NULL OR device_id = ANY (:device_ids::uuid[]))
    ) AS mine
FROM chat_tally
WHERE workspace_id = :workspace_id AND (:device_ids::uuid[] IS NULL OR device_id = ANY (:device_ids::uuid[]));

-- name: messages_around
-- Both sides of a place in a chat, such as a hit of a search.
(
    SELECT * FROM message
    WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND (at, id) <= (:at, :id)
    ORDER BY at DESC, id DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT * FROM message
    WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND (at, id) > (:at, :id)
    ORDER BY at, id
    LIMIT :limit
);

-- name: messages_after
-- Onwards from a place in a chat, oldest first.
SELECT * FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND (at, id) > (:at, :id)
ORDER BY at, id
LIMIT :limit;

-- name: lock_chat^
-- Before anything is said, read or put away in it.
SELECT id, device_id, address, contact_id, unread, last_at, archived_at, muted_until, pinned_at, closed
FROM chat WHERE workspace_id = :workspace_id AND id = :id FOR NO KEY UPDATE;

-- name: find_chat^
-- Where it is.
SELECT id, device_id, address, contact_id FROM chat WHERE workspace_id = :workspace_id AND id = :id;

-- name: find_message^
-- One message, to answer, change or fetch it.
SELECT message.*, message.words <> 'gone' AS keeps_words, chat.address, device.phone AS own_phone
FROM message
JOIN chat ON chat.workspace_id = message.workspace_id AND chat.id = message.chat_id
JOIN device ON device.workspace_id = message.workspace_id AND device.id = message.device_id
WHERE message.workspace_id = :workspace_id AND message.id = :id;

-- name: keep_chat!
-- What people do with a chat in their list.
UPDATE chat
SET pinned_at = :pinned_at::timestamptz, archived_at = :archived_at::timestamptz, muted_until = :muted_until::timestamptz
WHERE workspace_id = :workspace_id AND id = :id;

-- name: mark_chat_read!
-- Read up to an instant; what came later stays unread.
UPDATE chat
SET read_until = greatest(read_until, :until::timestamptz),
    unread = (
        SELECT count(*) FROM (
            SELECT FROM message
            WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
                AND message.at > :until::timestamptz AND NOT message.from_me AND message.kind <> 'system'
            LIMIT 999
        ) AS later
    )
WHERE workspace_id = :workspace_id AND id = :id;

-- name: mark_chat_unread!
-- Somebody wants to come back to it.
UPDATE chat SET unread = greatest(unread, 1) WHERE workspace_id = :workspace_id AND id = :id;

-- name: want_read_mark!
-- WhatsApp is told by the gateway that holds the device.
INSERT INTO read_mark (workspace_id, device_id, chat_id, until, at)
VALUES (:workspace_id, :device_id, :chat_id, :until, :now)
ON CONFLICT (workspace_id, device_id, chat_id) DO UPDATE SET until = greatest(read_mark.until, excluded.until);

-- name: set_status!
-- A message of ours that was taken back or is tried again: by hand, so also backwards.
UPDATE message SET status = :status
WHERE workspace_id = :workspace_id AND device_id = :device_id AND wire_id = :wire_id AND from_me
    AND status = ANY (:sources::text[]);

-- name: own_message$
-- The message that an earlier request has made.
SELECT id FROM message
WHERE workspace_id = :workspace_id AND device_id = :device_id AND wire_id = :wire_id AND from_me;

-- name: begin_chat^
-- A chat without a message stands in no list: its own id holds the place of its newest message.
INSERT INTO chat AS known (workspace_id, id, device_id, address, contact_id, last_at, last_message_id)
VALUES (:workspace_id, :id, :device_id, :address, :contact_id::uuid, :now, :id)
ON CONFLICT (workspace_id, device_id, address) DO UPDATE SET contact_id = coalesce(known.contact_id, excluded.contact_id)
RETURNING id;
