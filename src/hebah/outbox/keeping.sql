-- name: settled_passing
-- Rows that have ended with words that were not to stay. Settling forgets them at once; these ended another way.
SELECT workspace_id, id FROM outbox
WHERE words = 'passing' AND state NOT IN ('queued', 'dispatching')
ORDER BY workspace_id, id
LIMIT :limit
FOR NO KEY UPDATE SKIP LOCKED;

-- name: forget_words!
-- What was said is no longer needed for sending: ids of what it was about stay, its words and its file go.
UPDATE outbox
SET words = 'gone', body = NULL, variables = '{}', media_id = NULL,
    said = (outbox.said - 'file') || '{"body": ""}'
        || CASE WHEN jsonb_typeof(outbox.said -> 'quote') = 'object'
            THEN jsonb_build_object('quote', (outbox.said -> 'quote') || '{"body": ""}')
            ELSE '{}' END
FROM unnest(:workspace_ids::uuid[], :ids::uuid[]) AS given (workspace_id, id)
WHERE outbox.workspace_id = given.workspace_id AND outbox.id = given.id
    AND outbox.words <> 'gone' AND outbox.state NOT IN ('queued', 'dispatching');
