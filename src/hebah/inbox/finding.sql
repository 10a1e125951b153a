-- name: plan_once
-- Planning for every month costs more than finding, so plans are kept; none of them may depend on what is asked for.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true);

-- name: indexed_until$
-- The last message whose words the index holds.
SELECT indexed_until FROM words_progress WHERE workspace_id = :workspace_id;

-- name: recent_hits
-- Among the newest messages, which is where frequent words fill a page. A message that has changed since is left to
-- `unindexed_hits`.
SELECT message.*
FROM (
    SELECT workspace_id, device_id, chat_id, at, id, words, at AT TIME ZONE 'UTC' AS place
    FROM message_words
    WHERE workspace_id = :workspace_id AND at >= :since::timestamptz AND at <= :before_at::timestamptz
        AND (at AT TIME ZONE 'UTC', id) < (:before_at::timestamptz AT TIME ZONE 'UTC', :before_id::uuid)
    ORDER BY place DESC, id DESC
    LIMIT :walked
) AS indexed
JOIN message ON message.workspace_id = indexed.workspace_id AND message.chat_id = indexed.chat_id
    AND message.at = indexed.at AND message.id = indexed.id
WHERE indexed.words @@ :query::tsquery
    AND (:device_ids::uuid[] IS NULL OR indexed.device_id = ANY (:device_ids::uuid[]))
    AND (:chat_id::uuid IS NULL OR indexed.chat_id = :chat_id)
    AND (:kind::text IS NULL OR message.kind = :kind)
    AND (:from_me::boolean IS NULL OR message.from_me = :from_me)
    AND message.deleted_at IS NULL
    AND (SELECT coalesce(bool_and(strpos(lower(message.body), text) > 0), true)
        FROM unnest(:phrases::text[]) AS text)
    AND NOT EXISTS (
        SELECT FROM message_reworded AS changed
        WHERE changed.workspace_id = indexed.workspace_id AND changed.chat_id = indexed.chat_id
            AND changed.at = indexed.at AND changed.id = indexed.id
    )
ORDER BY indexed.place DESC, indexed.id DESC
LIMIT :limit;

-- name: indexed_hits
-- By the index of words, a month at a time and the newest month first, until the page is full.
WITH month AS (
    SELECT begins, begins + interval '1 month' AS ends
    FROM (
        SELECT max(at AT TIME ZONE 'UTC') AS newest, min(at AT TIME ZONE 'UTC') AS oldest
        FROM message_words WHERE workspace_id = :workspace_id
    ) AS kept
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', least(newest, :before_at::timestamptz AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC',
        date_trunc('month', greatest(oldest, :since::timestamptz AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC',
        interval '-1 month'
    ) AS begins
    WHERE newest IS NOT NULL
)
SELECT hit.*
FROM month
CROSS JOIN LATERAL (
    SELECT message.*
    FROM message_words AS indexed
    JOIN message ON message.workspace_id = indexed.workspace_id AND message.chat_id = indexed.chat_id
        AND message.at = indexed.at AND message.id = indexed.id
    WHERE indexed.words @@ :query::tsquery
        AND indexed.workspace_id = :workspace_id
        AND indexed.at >= month.begins AND indexed.at < month.ends
        AND indexed.at >= :since::timestamptz AND (indexed.at, indexed.id) < (:before_at::timestamptz, :before_id::uuid)
        AND (:device_ids::uuid[] IS NULL OR indexed.device_id = ANY (:device_ids::uuid[]))
        AND (:chat_id::uuid IS NULL OR indexed.chat_id = :chat_id)
        AND (:kind::text IS NULL OR message.kind = :kind)
        AND (:from_me::boolean IS NULL OR message.from_me = :from_me)
        AND message.deleted_at IS NULL
        AND (SELECT coalesce(bool_and(strpos(lower(message.body), text) > 0), true)
            FROM unnest(:phrases::text[]) AS text)
        AND NOT EXISTS (
            SELECT FROM message_reworded AS changed
            WHERE changed.workspace_id = indexed.workspace_id AND changed.chat_id = indexed.chat_id
                AND changed.at = indexed.at AND changed.id = indexed.id
        )
    ORDER BY indexed.at DESC, indexed.id DESC
    LIMIT :limit
) AS hit
LIMIT :limit;

-- name: unindexed_hits
-- Messages that the index does not hold yet, or not as they are now: letter by letter, which may find a little too much.
SELECT message.*
FROM (
    SELECT * FROM message WHERE workspace_id = :workspace_id AND id > :indexed_until::uuid
    UNION ALL
    SELECT message.*
    FROM message_reworded AS changed
    JOIN message ON message.workspace_id = changed.workspace_id AND message.chat_id = changed.chat_id
        AND message.at = changed.at AND message.id = changed.id
    WHERE changed.workspace_id = :workspace_id AND changed.id <= :indexed_until::uuid
) AS message
WHERE (:device_ids::uuid[] IS NULL OR message.device_id = ANY (:device_ids::uuid[]))
    AND (:chat_id::uuid IS NULL OR message.chat_id = :chat_id)
    AND (:kind::text IS NULL OR message.kind = :kind)
    AND (:from_me::boolean IS NULL OR message.from_me = :from_me)
    AND message.at >= :since::timestamptz AND (message.at, message.id) < (:before_at::timestamptz, :before_id::uuid)
    AND message.deleted_at IS NULL
    AND (SELECT bool_and(strpos(lower(message.body), text) > 0) FROM unnest(:texts::text[]) AS text)
ORDER BY message.at DESC, message.id DESC
LIMIT :limit;

-- name: gallery
-- Files of a chat by kind, or messages with links in them, newest first.
SELECT * FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id AND deleted_at IS NULL
    AND CASE WHEN :kind = 'link' THEN body LIKE '%http%://%' ELSE kind = :kind END
    AND at <= :before_at::timestamptz AND (at, id) < (:before_at::timestamptz, :before_id::uuid)
ORDER BY at DESC, id DESC
LIMIT :limit;
