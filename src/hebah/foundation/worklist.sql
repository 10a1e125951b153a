-- name: take_in_hand$
-- One worker at a time; the lock ends with its connection, so what a killed worker had is taken up at once.
SELECT pg_try_advisory_lock(hashtextextended(:id::uuid::text, 0));

-- name: let_go$
-- The next worker may have it.
SELECT pg_advisory_unlock(hashtextextended(:id::uuid::text, 0));
