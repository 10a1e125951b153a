-- name: record_events!
-- Each topic's row is locked until commit, so numbers appear in commit order and a reader who has n never misses n + 1.
-- Topics are locked in sorted order, so that two transactions recording the same topics wait instead of deadlocking.
WITH given AS (
    SELECT
        workspace_id, topic, kind, ids::uuid[] AS ids,
        row_number() OVER (PARTITION BY workspace_id, topic ORDER BY place) AS nth,
        count(*) OVER (PARTITION BY workspace_id, topic) AS many
    FROM unnest(:workspace_ids::uuid[], :topics::uuid[], :kinds::text[], :ids::text[])
        WITH ORDINALITY AS row (workspace_id, topic, kind, ids, place)
),
head AS (
    INSERT INTO event_topic AS known (workspace_id, topic, seq)
    SELECT workspace_id, topic, count(*) FROM given GROUP BY workspace_id, topic ORDER BY workspace_id, topic
    ON CONFLICT (workspace_id, topic) DO UPDATE SET seq = known.seq + excluded.seq
    RETURNING workspace_id, topic, seq
)
INSERT INTO event (workspace_id, topic, seq, kind, ids)
SELECT given.workspace_id, given.topic, head.seq - given.many + given.nth, given.kind, given.ids
FROM given
JOIN head ON head.workspace_id = given.workspace_id AND head.topic = given.topic;

-- name: events_since
-- The head comes along, so that a reader knows whether anything it has not seen was pruned.
SELECT head.topic, head.seq AS head, later.seq, later.kind, later.ids, later.at
FROM unnest(:topics::uuid[], :sinces::bigint[]) AS asked (topic, since)
JOIN event_topic AS head ON head.workspace_id = :workspace_id AND head.topic = asked.topic
LEFT JOIN LATERAL (
    SELECT event.seq, event.kind, event.ids, event.at
    FROM event
    WHERE event.workspace_id = head.workspace_id AND event.topic = head.topic AND event.seq > asked.since
    ORDER BY event.seq
    LIMIT :limit
) AS later ON true
ORDER BY head.topic, later.seq;

-- name: topic_heads
-- Where each topic stands; a snapshot taken after this needs only what follows.
SELECT topic, seq FROM event_topic WHERE workspace_id = :workspace_id AND topic = ANY (:topics::uuid[]);

-- name: prune_events!
-- In bites, so that no vacuum and no reader waits for a long delete.
DELETE FROM event
WHERE (workspace_id, topic, seq) IN (
    SELECT workspace_id, topic, seq FROM event
    WHERE at < clock_timestamp() - :keep::interval
    ORDER BY at LIMIT :limit
);
