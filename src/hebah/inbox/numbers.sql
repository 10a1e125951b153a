-- name: is_known$
-- Whether somebody of this workspace has heard from a number, or a message has reached it.
SELECT EXISTS (
    SELECT FROM chat
    WHERE chat.workspace_id = :workspace_id AND chat.device_id = ANY (ARRAY(
            SELECT device.id FROM device WHERE device.workspace_id = :workspace_id
        ))
        AND chat.address = :phone AND chat.last_message_id <> chat.id
        AND EXISTS (
            SELECT FROM message
            WHERE message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
                AND (NOT message.from_me OR message.status IN ('accepted', 'delivered', 'read', 'played'))
        )
) OR EXISTS (SELECT FROM alias WHERE alias.workspace_id = :workspace_id AND alias.phone = :phone);

-- name: find_check^
-- What the network said of a number.
SELECT on_whatsapp, checked_at FROM number_check
WHERE workspace_id = :workspace_id AND phone = :phone AND checked_at > :since;

-- name: put_check!
-- The newest answer counts, for every device of the workspace.
INSERT INTO number_check (workspace_id, phone, on_whatsapp, checked_at)
VALUES (:workspace_id, :phone, :on_whatsapp, :now)
ON CONFLICT (workspace_id, phone) DO UPDATE SET on_whatsapp = excluded.on_whatsapp, checked_at = excluded.checked_at;
