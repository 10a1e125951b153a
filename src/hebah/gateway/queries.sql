-- name: add_worker!
-- Lease time is always the database's own clock: machines disagree.
INSERT INTO worker (id, roles, host, pid, version, transports, started_at, beat_at, expires_at)
VALUES (:id, :roles, :host, :pid, :version, :transports, clock_timestamp(), clock_timestamp(),
    clock_timestamp() + :ttl::interval);

-- name: renew_worker$
-- An expired lease is not renewed: somebody may have taken the devices already.
UPDATE worker SET beat_at = clock_timestamp(), expires_at = clock_timestamp() + :ttl::interval
WHERE id = :id AND expires_at > clock_timestamp()
RETURNING id;

-- name: expire_worker!
-- Its devices are free at once; the row stays while devices point to it.
UPDATE worker SET expires_at = clock_timestamp() - interval '1 second'
WHERE id = :id AND expires_at > clock_timestamp();

-- name: expire_process!
-- For whoever has reaped a child: the process is certainly gone, whatever names it went by.
UPDATE worker SET expires_at = clock_timestamp() - interval '1 second'
WHERE host = :host AND pid = :pid AND expires_at > clock_timestamp();

-- name: end_silent_sessions!
-- PostgreSQL ends a session whose client goes silent between two statements of a transaction, and not one that does in the
-- midst of a statement, such as between having it read and having it run. Its locks would keep others waiting, so they
-- end it. A COPY may take its time; a restore is one, and no gateway is.
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND state = 'active' AND wait_event = 'ClientRead'
  AND state_change < clock_timestamp() - :ttl::interval AND query NOT ILIKE 'copy %';

-- name: forget_workers!
-- Workers that died long ago and whose devices others have taken.
DELETE FROM worker
WHERE expires_at < clock_timestamp() - interval '1 hour'
  AND NOT EXISTS (SELECT FROM device WHERE device.owner = worker.id);
