-- name: begin_alone$
-- A job that must not run in two processes at once; whoever does not get the lock leaves the work to the other.
SELECT pg_try_advisory_lock(hashtextextended('job:' || :job::text, 0));

-- name: end_alone$
-- The connection stays open for the next lock, so this one does not end by itself.
SELECT pg_advisory_unlock(hashtextextended('job:' || :job::text, 0));
