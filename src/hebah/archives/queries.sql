-- name: add_archive^
-- A file has arrived; what is to be done with it, a person says.
INSERT INTO archive (workspace_id, id, file_name, file_sha256, file_size, facts, created_by, created_at, updated_at)
VALUES (:workspace_id, :id, :file_name, :sha256, :size, :facts, :created_by, :at, :at)
RETURNING *;

-- name: find_archive^
-- One archive as its screen shows it.
SELECT * FROM archive WHERE workspace_id = :workspace_id AND id = :id;

-- name: lock_archive^
-- Before a change of state, and before every batch: who comes second sees what the first one did.
SELECT * FROM archive WHERE workspace_id = :workspace_id AND id = :id FOR UPDATE;

-- name: list_archives
-- The latest ones; people resume and look at recent files.
SELECT * FROM archive WHERE workspace_id = :workspace_id ORDER BY id DESC LIMIT 50;

-- name: plan_archive!
-- A dry run starts from nothing.
UPDATE archive SET state = 'checking', plan = :plan, device_id = :device_id, rows_total = NULL, rows_done = 0,
    counts = '{}', sample = '[]', updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: drop_faults!
-- What an earlier turn found holds no more.
DELETE FROM archive_fault WHERE workspace_id = :workspace_id AND archive_id = :id;

-- name: start_archive!
-- The real run counts anew.
UPDATE archive SET state = 'running', rows_done = 0, counts = '{}', updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: end_archive!
-- A worker or a person is done with it.
UPDATE archive SET state = :state, failure = :failure, rows_total = coalesce(:rows_total::integer, rows_total),
    updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: advance_archive!
-- In the transaction of the batch, so that a batch counts exactly when its effects do.
UPDATE archive SET rows_done = :rows_done, counts = :counts, sample = :sample, updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: count_removed!
-- With the messages themselves.
UPDATE archive SET removed = removed + :removed, updated_at = :at WHERE workspace_id = :workspace_id AND id = :id;

-- name: archives_to_work_on
-- A worker's turn, over all workspaces; whoever waits longest first.
SELECT workspace_id, id FROM archive WHERE state IN ('checking', 'running', 'removing') ORDER BY updated_at LIMIT 20;

-- name: abandoned_archives
-- Files that nobody went on with.
SELECT workspace_id, id FROM archive WHERE state IN ('planning', 'checked') AND updated_at < :before LIMIT 100;

-- name: archives_with_files
-- Whose file is still needed.
SELECT id FROM archive WHERE state IN ('planning', 'checking', 'checked', 'running');

-- name: add_faults!
-- The lines a person has to look at.
INSERT INTO archive_fault (workspace_id, archive_id, line, code, shown)
SELECT :workspace_id, :archive_id, line, code, shown
FROM unnest(:lines::integer[], :codes::text[], :showns::text[]) AS given (line, code, shown)
ON CONFLICT (workspace_id, archive_id, line) DO NOTHING;

-- name: list_faults
-- In the order of the file.
SELECT line, code, shown FROM archive_fault
WHERE workspace_id = :workspace_id AND archive_id = :archive_id AND line > :after
ORDER BY line LIMIT :limit + 1;
