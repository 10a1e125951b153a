-- name: find_sign^
-- The last sign that somebody has given in a chat.
SELECT state, began_at, at FROM typing_sign
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat_id = :chat_id AND who = :who;

-- name: put_sign!
-- One row for everybody in a chat: what they do now, and since when without a pause longer than a breath.
INSERT INTO typing_sign AS known (workspace_id, device_id, chat_id, who, is_ours, name, state, began_at, at)
VALUES (:workspace_id, :device_id, :chat_id, :who, true, :name, :state, :began_at, :now)
ON CONFLICT (workspace_id, device_id, chat_id, who) DO UPDATE
SET name = excluded.name, state = excluded.state, began_at = excluded.began_at, at = excluded.at;

-- name: see_signs
-- What links have seen of people whose chats are here. Groups show who it is: by the name we know, else by the one
-- that stood on one of the newest messages.
INSERT INTO typing_sign AS known (workspace_id, device_id, chat_id, who, is_ours, name, state, began_at, at)
SELECT chat.workspace_id, chat.device_id, chat.id, given.sender, false,
    CASE WHEN given.is_group THEN coalesce(
        (SELECT nullif(contact.name, '') FROM contact
            WHERE contact.workspace_id = chat.workspace_id AND contact.phone = given.sender),
        (SELECT recent.sender_name FROM (
            SELECT message.sender, message.sender_name FROM message
            WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
            ORDER BY message.at DESC, message.id DESC
            LIMIT 100
        ) AS recent WHERE recent.sender = given.sender LIMIT 1),
        ''
    ) ELSE '' END,
    given.state, :now, :now
FROM unnest(
    :workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[], :senders::text[], :states::text[],
    :are_groups::boolean[]
) AS given (workspace_id, device_id, address, sender, state, is_group)
JOIN chat ON chat.workspace_id = given.workspace_id AND chat.device_id = given.device_id
    AND chat.address = given.address
ORDER BY chat.workspace_id, chat.device_id, chat.id, given.sender
ON CONFLICT (workspace_id, device_id, chat_id, who) DO UPDATE
SET name = excluded.name, state = excluded.state, at = excluded.at
RETURNING workspace_id;

-- name: fresh_signs
-- Who does what in chats of these devices, as far as it is news.
SELECT device_id, chat_id, who, is_ours, name, state, at FROM typing_sign
WHERE workspace_id = :workspace_id AND device_id = ANY (:device_ids::uuid[]) AND at > :since
ORDER BY at;

-- name: forget_signs!
-- Nobody types that long.
DELETE FROM typing_sign WHERE at < :before;
