-- name: chat_device^
-- Which device a chat is on, to judge whether the actor may have it; locked, so that two changes come one by one.
SELECT device_id, assigned_to FROM chat WHERE workspace_id = :workspace_id AND id = :id FOR NO KEY UPDATE;

-- name: labels
-- All of a workspace; few.
SELECT id, name, colour FROM label WHERE workspace_id = :workspace_id ORDER BY lower(name) LIMIT :limit;

-- name: add_label^
-- Nothing comes back when the name is taken.
INSERT INTO label (workspace_id, id, name, colour, created_at)
SELECT :workspace_id, :id, :name, :colour, :now
WHERE (SELECT count(*) FROM label WHERE workspace_id = :workspace_id) < :most
ON CONFLICT DO NOTHING RETURNING id, name, colour;

-- name: change_label^
-- The unique index has the last word on the name.
UPDATE label SET name = :name, colour = :colour
WHERE workspace_id = :workspace_id AND id = :id
    AND NOT EXISTS (
        SELECT FROM label AS other
        WHERE other.workspace_id = :workspace_id AND lower(other.name) = lower(:name) AND other.id <> :id
    )
RETURNING id, name, colour;

-- name: find_label^
-- Whether it is there at all.
SELECT id, name, colour FROM label WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_label!
-- Chats lose it with it.
DELETE FROM label WHERE workspace_id = :workspace_id AND id = :id;

-- name: clear_labels!
-- Before the chosen ones are put on.
DELETE FROM chat_label WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND NOT label_id = ANY (:label_ids::uuid[]);

-- name: put_labels!
-- Labels deleted meanwhile are left out.
INSERT INTO chat_label (workspace_id, chat_id, label_id)
SELECT label.workspace_id, :chat_id, label.id
FROM label
WHERE label.workspace_id = :workspace_id AND label.id = ANY (:label_ids::uuid[])
ON CONFLICT DO NOTHING;

-- name: assign!
-- Who answers from now on; nobody with null.
UPDATE chat SET assigned_to = :user_id::uuid WHERE workspace_id = :workspace_id AND id = :id;

-- name: agents
-- Who may be given chats of a device: everybody who sees it and can still sign in.
SELECT app_user.id, app_user.name, app_user.role
FROM app_user
WHERE app_user.workspace_id = :workspace_id AND app_user.disabled_at IS NULL
    AND (
        :device_id::uuid IS NULL OR app_user.role <> 'agent'
        OR EXISTS (
            SELECT FROM device_grant
            WHERE device_grant.workspace_id = app_user.workspace_id AND device_grant.user_id = app_user.id
                AND device_grant.device_id = :device_id
        )
    )
ORDER BY lower(app_user.name), app_user.id;

-- name: notes
-- Of one chat, newest first.
SELECT chat_note.id, chat_note.chat_id, chat_note.user_id, coalesce(app_user.name, '') AS by_name, chat_note.body,
    chat_note.at
FROM chat_note
LEFT JOIN app_user ON app_user.workspace_id = chat_note.workspace_id AND app_user.id = chat_note.user_id
WHERE chat_note.workspace_id = :workspace_id AND chat_note.chat_id = :chat_id
ORDER BY chat_note.id DESC
LIMIT :limit;

-- name: add_note!
-- Never changed afterwards.
INSERT INTO chat_note (workspace_id, chat_id, id, user_id, body, at)
VALUES (:workspace_id, :chat_id, :id, :user_id, :body, :now);

-- name: delete_note!
-- Their own, or anybody's where the actor may.
DELETE FROM chat_note
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND id = :id
    AND (:user_id::uuid IS NULL OR user_id = :user_id);

-- name: canned_replies
-- All of a workspace; few.
SELECT id, shortcut, body FROM canned_reply WHERE workspace_id = :workspace_id ORDER BY lower(shortcut) LIMIT :limit;

-- name: add_canned_reply^
-- Nothing comes back when the shortcut is taken.
INSERT INTO canned_reply (workspace_id, id, shortcut, body, updated_at)
SELECT :workspace_id, :id, :shortcut, :body, :now
WHERE (SELECT count(*) FROM canned_reply WHERE workspace_id = :workspace_id) < :most
ON CONFLICT DO NOTHING RETURNING id, shortcut, body;

-- name: change_canned_reply^
-- The unique index has the last word on the shortcut.
UPDATE canned_reply SET shortcut = :shortcut, body = :body, updated_at = :now
WHERE workspace_id = :workspace_id AND id = :id
    AND NOT EXISTS (
        SELECT FROM canned_reply AS other
        WHERE other.workspace_id = :workspace_id AND lower(other.shortcut) = lower(:shortcut) AND other.id <> :id
    )
RETURNING id, shortcut, body;

-- name: find_canned_reply^
-- Whether it is there at all.
SELECT id, shortcut, body FROM canned_reply WHERE workspace_id = :workspace_id AND id = :id;

-- name: delete_canned_reply!
-- What was sent from it stays.
DELETE FROM canned_reply WHERE workspace_id = :workspace_id AND id = :id;
