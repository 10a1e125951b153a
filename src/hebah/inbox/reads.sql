-- name: recent_chats
-- The chat list of a device, newest first; the key of the page is (last_at, id).
SELECT chat.*, message.status AS last_status
FROM chat
LEFT JOIN message ON message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
    AND message.at = chat.last_at AND message.id = chat.last_message_id
WHERE chat.workspace_id = :workspace_id AND chat.device_id = :device_id
  AND (chat.last_at, chat.id) < (:before_at::timestamptz, :before_id::uuid)
ORDER BY chat.last_at DESC, chat.id DESC
LIMIT :limit;

-- name: listed_chats
-- A chat with what its line of the list shows besides. Only a message of ours has a status, and looking for it goes
-- through every month, as planning does: the ids stand in a subquery for that reason, as those of messages do.
SELECT
    chat.*, device.name AS device_name, coalesce(contact.name, '') AS contact_name, contact.phone,
    lead.id AS lead_id, coalesce(assignee.name, '') AS assigned_name,
    CASE WHEN chat.last_from_me THEN (
        SELECT message.status FROM message
        WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
            AND message.at = chat.last_at AND message.id = chat.last_message_id
    ) END AS last_status,
    ARRAY(
        SELECT chat_label.label_id FROM chat_label
        WHERE chat_label.workspace_id = chat.workspace_id AND chat_label.chat_id = chat.id
        ORDER BY chat_label.label_id
    ) AS labels,
    contact.phone IS NOT NULL AND EXISTS (
        SELECT FROM suppression
        WHERE suppression.workspace_id = chat.workspace_id
            AND suppression.address_hash = sha256(convert_to(chat.workspace_id::text || ':' || contact.phone, 'UTF8'))
    ) AS suppressed
FROM unnest((SELECT :ids::uuid[])) AS asked (id)
JOIN chat ON chat.workspace_id = :workspace_id AND chat.id = asked.id
JOIN device ON device.workspace_id = chat.workspace_id AND device.id = chat.device_id
LEFT JOIN contact ON contact.workspace_id = chat.workspace_id AND contact.id = chat.contact_id
LEFT JOIN lead ON lead.workspace_id = chat.workspace_id AND lead.contact_id = chat.contact_id
LEFT JOIN app_user AS assignee ON assignee.workspace_id = chat.workspace_id AND assignee.id = chat.assigned_to;

-- name: chat_addresses
-- What reactions know chats by.
SELECT id, address FROM chat WHERE workspace_id = :workspace_id AND id = ANY (:ids::uuid[]);

-- name: chat_messages
-- One chat, newest first; the key of the page is (at, id). `at` by itself leaves out the months that come after.
SELECT * FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id
  AND at <= :before_at::timestamptz AND (at, id) < (:before_at::timestamptz, :before_id::uuid)
ORDER BY at DESC, id DESC
LIMIT :limit;

-- name: messages_by_id
-- Messages that an event or a person names. The ids stand in a subquery, so that no plan is made for their number: for
-- few of them PostgreSQL planned anew each time, for every month, which took five times as long as to read them.
SELECT message.*
FROM unnest((SELECT :ids::uuid[])) AS asked (id)
JOIN message ON message.workspace_id = :workspace_id AND message.id = asked.id;

-- name: reactions_of
-- The latest of each person, unless it was taken back; somebody with two addresses is one person.
SELECT device_id, target_wire_id, chat, sender, sender_name, body, at
FROM (
    SELECT DISTINCT ON (change.device_id, change.target_wire_id, change.chat, coalesce(alias.phone, change.sender))
        change.device_id, change.target_wire_id, change.chat, coalesce(alias.phone, change.sender) AS sender,
        change.sender_name, change.body, change.at
    FROM unnest(:device_ids::uuid[], :wire_ids::text[]) AS asked (device_id, wire_id)
    JOIN message_change AS change ON change.workspace_id = :workspace_id
        AND change.device_id = asked.device_id AND change.target_wire_id = asked.wire_id AND change.kind = 'reaction'
    LEFT JOIN alias ON alias.workspace_id = change.workspace_id
        AND change.sender LIKE 'lid:%' AND alias.lid = substr(change.sender, 5)
    ORDER BY change.device_id, change.target_wire_id, change.chat, coalesce(alias.phone, change.sender),
        change.at DESC, change.id DESC
) AS latest
WHERE body <> ''
ORDER BY target_wire_id, at, sender;

-- name: quoted_messages
-- What the messages of a page answer, as far as it is stored here.
SELECT message.wire_id, message.id, message.from_me, message.kind, message.sender_name, message.chat_id
FROM unnest((SELECT :device_ids::uuid[]), (SELECT :wire_ids::text[])) AS asked (device_id, wire_id)
JOIN message ON message.workspace_id = :workspace_id AND message.device_id = asked.device_id
    AND message.wire_id = asked.wire_id;
