-- name: add_upload^
-- Nothing of it is here yet.
INSERT INTO upload (workspace_id, id, file_name, file_size, modified_at, created_by, created_at, updated_at)
VALUES (:workspace_id, :id, :file_name, :file_size, :modified_at, :created_by, :at, :at)
RETURNING *;

-- name: find_same^
-- The same file of the same person, as far as a browser can tell before it sends anything.
SELECT * FROM upload
WHERE workspace_id = :workspace_id AND created_by = :created_by AND file_name = :file_name AND file_size = :file_size
    AND modified_at IS NOT DISTINCT FROM :modified_at::timestamptz
ORDER BY updated_at DESC
LIMIT 1;

-- name: list_own
-- What one person has begun to send, latest first.
SELECT * FROM upload WHERE workspace_id = :workspace_id AND created_by = :created_by ORDER BY updated_at DESC;

-- name: lock_upload^
-- Only whoever began it goes on with it.
SELECT * FROM upload WHERE workspace_id = :workspace_id AND id = :id AND created_by = :created_by FOR UPDATE;

-- name: advance_upload!
-- Only after the bytes are on the disk: what is beyond is written again.
UPDATE upload SET received = :received, updated_at = :at WHERE workspace_id = :workspace_id AND id = :id;

-- name: drop_uploads!
-- Taken over by an import, given up, or one too many.
DELETE FROM upload WHERE workspace_id = :workspace_id AND id = ANY(:ids::uuid[]);

-- name: drop_abandoned!
-- Files that nobody went on with.
DELETE FROM upload WHERE updated_at < :before;

-- name: known_uploads
-- Whose bytes are still needed.
SELECT id FROM upload;
