-- name: want!
-- Once, however often it is wanted; what is being done just now is done again.
INSERT INTO errand (workspace_id, device_id, chat_id, kind, wanted_at, due_at)
SELECT workspace_id, device_id, chat_id, :kind, :now, :now
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :chat_ids::uuid[]) AS given (workspace_id, device_id, chat_id)
ORDER BY workspace_id, device_id, chat_id
ON CONFLICT (workspace_id, device_id, chat_id, kind)
    DO UPDATE SET wanted_at = excluded.wanted_at, due_at = least(errand.due_at, excluded.due_at);

-- name: want_pictures
-- Of chats that somebody looks at and whose picture is not known, or not any more. Nobody who looks waits for a chat that is
-- just being merged away, or stumbles over it.
INSERT INTO errand (workspace_id, device_id, chat_id, kind, wanted_at, due_at)
SELECT workspace_id, device_id, id, 'picture', :now, :now
FROM chat
WHERE workspace_id = :workspace_id AND id = ANY (:ids::uuid[]) AND (picture_until IS NULL OR picture_until <= :now)
ORDER BY workspace_id, device_id, address
FOR KEY SHARE SKIP LOCKED
ON CONFLICT (workspace_id, device_id, chat_id, kind) DO NOTHING
RETURNING device_id;

-- name: want_changed_pictures!
-- Pictures that somebody has looked at before and that are others now.
INSERT INTO errand (workspace_id, device_id, chat_id, kind, wanted_at, due_at)
SELECT chat.workspace_id, chat.device_id, chat.id, 'picture', :now, :now
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[]) AS given (workspace_id, device_id, address)
JOIN chat USING (workspace_id, device_id, address)
WHERE chat.picture_until IS NOT NULL
ON CONFLICT (workspace_id, device_id, chat_id, kind)
    DO UPDATE SET wanted_at = excluded.wanted_at, due_at = least(errand.due_at, excluded.due_at);

-- name: want_members$
-- Of a group that somebody looks at.
INSERT INTO errand (workspace_id, device_id, chat_id, kind, wanted_at, due_at)
SELECT workspace_id, device_id, id, 'group', :now, :now
FROM chat
WHERE workspace_id = :workspace_id AND id = :id AND (members_until IS NULL OR members_until <= :now)
FOR KEY SHARE SKIP LOCKED
ON CONFLICT (workspace_id, device_id, chat_id, kind) DO NOTHING
RETURNING device_id;

-- name: due
-- The newest of each device and kind: what somebody looks at now comes before what was scrolled past.
SELECT errand.*, chat.address, chat.pinned_at, chat.archived_at, chat.muted_until, chat.unread
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
CROSS JOIN unnest(:kinds::text[]) AS sort (kind)
JOIN LATERAL (
    SELECT * FROM errand
    WHERE errand.workspace_id = held.workspace_id AND errand.device_id = held.device_id AND errand.kind = sort.kind
      AND errand.due_at <= :now
    ORDER BY errand.due_at DESC
    LIMIT 1
) AS errand ON true
JOIN chat ON chat.workspace_id = errand.workspace_id AND chat.id = errand.chat_id
ORDER BY errand.due_at
LIMIT :limit;

-- name: next_due$
-- When to look again.
SELECT min(errand.due_at)
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN errand USING (workspace_id, device_id)
WHERE errand.due_at > :now;

-- name: newest^
-- What phones tell by whether something has come since.
SELECT message.wire_id, message.from_me, message.sender, message.at
FROM message
WHERE message.workspace_id = :workspace_id AND message.chat_id = :chat_id AND message.kind <> 'system'
ORDER BY message.at DESC, message.id DESC
LIMIT 1;

-- name: end!
-- Done, unless it was wanted again in the meantime.
DELETE FROM errand
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat_id = :chat_id AND kind = :kind
  AND wanted_at <= :wanted_at;

-- name: give_up!
-- Whatever was wanted in the meantime.
DELETE FROM errand
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat_id = :chat_id AND kind = :kind;

-- name: put_off!
-- Another try later.
UPDATE errand SET due_at = :due_at, tries = tries + 1
WHERE workspace_id = :workspace_id AND device_id = :device_id AND chat_id = :chat_id AND kind = :kind;

-- name: keep_group$
-- What a group is called, and whether we may write there.
UPDATE chat
SET name = CASE WHEN :name::text = '' THEN name ELSE :name::text END, closed = :closed::text, members_until = :until
WHERE workspace_id = :workspace_id AND id = :chat_id
RETURNING id;

-- name: keep_members!
-- Names that are known stay when none is told.
INSERT INTO group_member AS known (workspace_id, chat_id, address, name, role)
SELECT :workspace_id, :chat_id, address, name, role
FROM unnest(:addresses::text[], :names::text[], :roles::text[]) AS given (address, name, role)
ORDER BY address
ON CONFLICT (workspace_id, chat_id, address) DO UPDATE
SET name = CASE WHEN excluded.name = '' THEN known.name ELSE excluded.name END, role = excluded.role;

-- name: drop_members!
-- Those who have gone.
DELETE FROM group_member
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND address <> ALL (:addresses::text[]);

-- name: keep_picture$
-- A picture, or that there is none; gives the chat when it looks different now.
UPDATE chat AS shown
SET picture_id = :picture_id::uuid, picture_until = :until
FROM (
    SELECT picture_id FROM chat WHERE workspace_id = :workspace_id AND id = :chat_id FOR NO KEY UPDATE
) AS former
WHERE shown.workspace_id = :workspace_id AND shown.id = :chat_id
RETURNING CASE WHEN former.picture_id IS DISTINCT FROM :picture_id::uuid THEN shown.id END;

-- name: members
-- Who is in a group, its admins first, by the best name that is known.
SELECT member.address, coalesce(nullif(contact.name, ''), member.name) AS name, member.role, contact.id AS contact_id,
    member.address = device.phone AS is_us
FROM group_member AS member
JOIN chat ON chat.workspace_id = member.workspace_id AND chat.id = member.chat_id
JOIN device ON device.workspace_id = chat.workspace_id AND device.id = chat.device_id
LEFT JOIN contact ON contact.workspace_id = member.workspace_id AND contact.phone = member.address
WHERE member.workspace_id = :workspace_id AND member.chat_id = :chat_id
ORDER BY member.address = device.phone DESC, member.role = 'member', lower(coalesce(nullif(contact.name, ''), member.name)),
    member.address
LIMIT :limit;

-- name: names_of
-- What people are called who did something in a group, or to whom it was done.
SELECT given.address, coalesce(nullif(contact.name, ''), member.name, '') AS name
FROM unnest(:addresses::text[]) AS given (address)
LEFT JOIN contact ON contact.workspace_id = :workspace_id AND contact.phone = given.address
LEFT JOIN LATERAL (
    SELECT name FROM group_member
    WHERE group_member.workspace_id = :workspace_id AND group_member.address = given.address AND group_member.name <> ''
    LIMIT 1
) AS member ON true;

-- name: own_phones
-- The numbers of devices, to tell what was done by us and to us.
SELECT id, phone FROM device
WHERE workspace_id = :workspace_id AND id = ANY (:ids::uuid[]) AND phone IS NOT NULL;

-- name: keep_as_told
-- What the phone keeps of chats that are known here: the newest word counts, whoever said it.
UPDATE chat
SET name = coalesce(given.name, chat.name),
    pinned_at = CASE WHEN given.pinned IS NULL THEN chat.pinned_at
        WHEN given.pinned THEN coalesce(chat.pinned_at, :now::timestamptz) END,
    archived_at = CASE WHEN given.archived IS NULL THEN chat.archived_at
        WHEN given.archived THEN coalesce(chat.archived_at, :now::timestamptz) END,
    muted_until = CASE WHEN given.muted THEN given.muted_until ELSE chat.muted_until END,
    unread = CASE WHEN given.unread IS NULL THEN chat.unread WHEN given.unread THEN greatest(chat.unread, 1) ELSE 0 END,
    read_until = CASE WHEN given.unread IS FALSE THEN greatest(chat.read_until, chat.last_at) ELSE chat.read_until END
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :addresses::text[], :names::text[], :pinned::boolean[],
        :archived::boolean[], :muted::boolean[], :muted_untils::timestamptz[], :unread::boolean[])
    AS given (workspace_id, device_id, address, name, pinned, archived, muted, muted_until, unread)
WHERE chat.workspace_id = given.workspace_id AND chat.device_id = given.device_id AND chat.address = given.address
RETURNING chat.workspace_id, chat.device_id, chat.id;
