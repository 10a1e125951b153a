-- name: search_all
-- Words anywhere in a message, newest first; a place in time leads on. Bounded in how far back it reads at once.
SELECT message.*
FROM message
WHERE message.workspace_id = :workspace_id
    AND (:device_ids::uuid[] IS NULL OR message.device_id = ANY (:device_ids::uuid[]))
    AND (:chat_id::uuid IS NULL OR message.chat_id = :chat_id)
    AND (:kind::text IS NULL OR message.kind = :kind)
    AND (:from_me::boolean IS NULL OR message.from_me = :from_me)
    AND (:since::timestamptz IS NULL OR message.at >= :since)
    AND (:until::timestamptz IS NULL OR message.at < :until)
    AND (:before_at::timestamptz IS NULL OR (message.at, message.id) < (:before_at::timestamptz, :before_id::uuid))
    AND message.deleted_at IS NULL
    AND (SELECT bool_and(message.body ILIKE pattern) FROM unnest(:patterns::text[]) AS pattern)
ORDER BY message.at DESC, message.id DESC
LIMIT :limit;

-- name: gallery
-- Files of a chat by kind, or messages with links in them, newest first.
SELECT * FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND deleted_at IS NULL
    AND CASE WHEN :kind = 'link' THEN body LIKE '%http%://%' ELSE kind = :kind END
    AND (:before_at::timestamptz IS NULL OR (at, id) < (:before_at::timestamptz, :before_id::uuid))
ORDER BY at DESC, id DESC
LIMIT :limit;
