-- name: claim_request!
-- Of several at once, one inserts and works; the others wait for its row and find it held.
INSERT INTO repeatable_request (workspace_id, actor_id, key, fingerprint, attempt, lease_until, created_at)
VALUES (
    :workspace_id, :actor_id, :key, :fingerprint, :attempt, clock_timestamp() + make_interval(secs => :lease_s), :now
) ON CONFLICT DO NOTHING;

-- name: lock_request^
-- What came before; the lease is judged by the database's clock.
SELECT *, lease_until > clock_timestamp() AS is_held FROM repeatable_request
WHERE workspace_id = :workspace_id AND actor_id = :actor_id AND key = :key FOR UPDATE;

-- name: take_over_request!
-- A new attempt: the transactions of an older one that wakes up late are refused.
UPDATE repeatable_request SET
    fingerprint = :fingerprint, attempt = :attempt, created_at = :now, done = false, status = NULL, media_type = NULL,
    body = NULL, lease_until = clock_timestamp() + make_interval(secs => :lease_s)
WHERE workspace_id = :workspace_id AND actor_id = :actor_id AND key = :key;

-- name: note_done!
-- In the transaction that does the thing, and only for the attempt that still owns it.
UPDATE repeatable_request SET done = true
WHERE workspace_id = :workspace_id AND actor_id = :actor_id AND key = :key AND attempt = :attempt;

-- name: keep_answer!
-- The work is over; without a status there is nothing that may be told again.
UPDATE repeatable_request SET
    done = true, status = :status, media_type = :media_type, body = :body, lease_until = clock_timestamp()
WHERE workspace_id = :workspace_id AND actor_id = :actor_id AND key = :key AND attempt = :attempt;

-- name: let_go_request!
-- It came to nothing, so it may be tried again; what was done all the same stays noted.
DELETE FROM repeatable_request
WHERE workspace_id = :workspace_id AND actor_id = :actor_id AND key = :key AND attempt = :attempt
AND (NOT done OR :refused);

-- name: end_lease!
-- The process is not at work any more.
UPDATE repeatable_request SET lease_until = clock_timestamp()
WHERE workspace_id = :workspace_id AND actor_id = :actor_id AND key = :key AND attempt = :attempt;

-- name: drop_old_requests!
-- Nobody asks for these answers any more.
DELETE FROM repeatable_request WHERE created_at <= :before;
