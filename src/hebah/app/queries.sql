-- name: begin_alone$
-- A job that must not run in two processes at once; whoever does not get the lock leaves the work to the other.
SELECT pg_try_advisory_lock(hashtextextended('job:' || :job::text, 0));

-- name: end_alone$
-- The connection stays open for the next lock, so this one does not end by itself.
SELECT pg_advisory_unlock(hashtextextended('job:' || :job::text, 0));

-- name: note_jobs!
-- In one order, so that two workers never wait for each other. A failure is remembered when the next run goes well.
INSERT INTO job (name, ran_at, took, failed_at, fault)
SELECT name, clock_timestamp(), took, CASE WHEN fault IS NOT NULL THEN clock_timestamp() END, fault
FROM unnest(:names::text[], :took::interval[], :faults::text[]) AS given (name, took, fault)
ORDER BY name
ON CONFLICT (name) DO UPDATE
SET ran_at = excluded.ran_at, took = excluded.took,
    failed_at = coalesce(excluded.failed_at, job.failed_at), fault = coalesce(excluded.fault, job.fault);

-- name: system_workers
-- Processes that live, and for a while those that have gone without a word or still own devices.
SELECT worker.id, worker.roles, worker.host, worker.pid, worker.version, worker.started_at,
    worker.expires_at > clock_timestamp() AS lives,
    clock_timestamp() - coalesce(worker.beat_at, worker.started_at) AS silent_for,
    (SELECT count(*) FROM device WHERE device.owner = worker.id
        AND (:workspace_id::uuid IS NULL OR device.workspace_id = :workspace_id)) AS devices
FROM worker
WHERE worker.expires_at > clock_timestamp() - interval '10 minutes'
    OR EXISTS (SELECT FROM device WHERE device.owner = worker.id)
ORDER BY lives DESC, worker.started_at, worker.id;

-- name: system_queue
-- What waits, is on the wire or is in doubt, by its reason to wait.
SELECT state, CASE WHEN state = 'queued' THEN hold END AS hold, count(*) AS messages,
    min(CASE WHEN state = 'queued' THEN not_before ELSE dispatched_at END) AS oldest
FROM outbox
WHERE state IN ('queued', 'dispatching', 'unknown') AND (:workspace_id::uuid IS NULL OR workspace_id = :workspace_id)
GROUP BY 1, 2;

-- name: system_devices
-- Slots by state, over all who may be asked.
SELECT state, count(*) AS devices FROM device
WHERE deleted_at IS NULL AND (:workspace_id::uuid IS NULL OR workspace_id = :workspace_id)
GROUP BY state;

-- name: system_jobs
-- How each job last went.
SELECT name, ran_at, took, failed_at, fault FROM job ORDER BY name;

-- name: system_storage^
-- How large the database is and what it runs on. A name of the schema is the migration it stands at.
SELECT current_setting('server_version') AS server, (SELECT version_num FROM alembic_version) AS schema,
    pg_database_size(current_database()) AS database_bytes,
    (SELECT jsonb_object_agg(name, pg_total_relation_size(name::regclass))
        FROM unnest(ARRAY['outbox', 'event', 'device', 'contact']) AS name) AS table_bytes;

-- name: system_broken
-- What must never be: how often it is, each 0 in a sound system. Grace is given to what heals by itself.
WITH living AS (
    SELECT id FROM worker WHERE expires_at > clock_timestamp() - interval '30 seconds'
),
ended AS (
    SELECT workspace_id, id FROM campaign
    WHERE state IN ('finished', 'cancelled') AND (:workspace_id::uuid IS NULL OR workspace_id = :workspace_id)
),
slots AS (
    SELECT * FROM device WHERE :workspace_id::uuid IS NULL OR workspace_id = :workspace_id
),
rows AS (
    SELECT * FROM outbox WHERE :workspace_id::uuid IS NULL OR workspace_id = :workspace_id
),
told AS (
    SELECT * FROM chat_tally WHERE :workspace_id::uuid IS NULL OR workspace_id = :workspace_id
),
counted AS (
    SELECT workspace_id, device_id, count(*) FILTER (WHERE unread > 0 AND archived_at IS NULL) AS unread,
        count(*) FILTER (WHERE unread > 0 AND archived_at IS NULL AND assigned_to IS NULL) AS unassigned,
        count(*) FILTER (WHERE archived_at IS NOT NULL) AS archived
    FROM chat WHERE :workspace_id::uuid IS NULL OR workspace_id = :workspace_id
    GROUP BY workspace_id, device_id
)
SELECT 'open_after_end' AS code, count(*) AS times FROM rows JOIN ended
    ON ended.workspace_id = rows.workspace_id AND ended.id = rows.campaign_id
WHERE rows.state IN ('queued', 'dispatching')
UNION ALL
SELECT 'recipient_twice', coalesce(sum(many - 1), 0) FROM (
    SELECT count(*) AS many FROM rows WHERE campaign_id IS NOT NULL
    GROUP BY workspace_id, campaign_id, contact_id HAVING count(*) > 1) AS twice
UNION ALL
SELECT 'sent_without_trace', count(*) FROM rows
WHERE state IN ('accepted', 'delivered', 'read', 'played') AND (wire_id IS NULL OR dispatched_at IS NULL)
UNION ALL
SELECT 'on_the_wire_of_nobody', count(*) FROM rows LEFT JOIN slots
    ON slots.workspace_id = rows.workspace_id AND slots.id = rows.device_id
WHERE rows.state = 'dispatching'
    AND (slots.owner IS NULL OR slots.epoch <> rows.epoch OR NOT EXISTS (SELECT FROM living WHERE id = slots.owner))
    AND rows.dispatched_at < clock_timestamp() - interval '1 minute'
UNION ALL
SELECT 'online_of_nobody', count(*) FROM slots
WHERE state = 'online' AND deleted_at IS NULL AND NOT EXISTS (SELECT FROM living WHERE id = slots.owner)
    AND state_since < clock_timestamp() - interval '1 minute'
UNION ALL
SELECT 'number_held_twice', coalesce(sum(many - 1), 0) FROM (
    SELECT count(*) AS many FROM slots WHERE phone IS NOT NULL AND deleted_at IS NULL AND owner IS NOT NULL
    GROUP BY transport, phone HAVING count(*) > 1) AS twice
UNION ALL
SELECT 'tally_wrong', count(*) FROM counted FULL JOIN told USING (workspace_id, device_id)
WHERE coalesce(counted.unread, 0) <> coalesce(told.unread, 0)
    OR coalesce(counted.unassigned, 0) <> coalesce(told.unassigned, 0)
    OR coalesce(counted.archived, 0) <> coalesce(told.archived, 0);
