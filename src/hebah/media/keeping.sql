-- name: usage^
-- How much is kept of what may be kept. Added up each time: a running total would be one row that every file waits for.
SELECT workspace.media_quota AS quota, kept.files, kept.bytes
FROM workspace
CROSS JOIN LATERAL (
    SELECT count(*) AS files, coalesce(sum(media.size), 0)::bigint AS bytes FROM media
    WHERE media.workspace_id = workspace.id
) AS kept
WHERE workspace.id = :workspace_id;

-- name: lacks_room^
-- Nothing comes back while a file of that size still fits, or when its bytes are here already. Without a quota nothing
-- is added up.
SELECT workspace.media_quota AS quota, kept.bytes AS used
FROM workspace
CROSS JOIN LATERAL (
    SELECT coalesce(sum(media.size), 0)::bigint AS bytes FROM media WHERE media.workspace_id = workspace.id
) AS kept
WHERE workspace.id = :workspace_id AND workspace.media_quota IS NOT NULL
    AND kept.bytes + :size::bigint > workspace.media_quota
    AND NOT EXISTS (SELECT FROM media WHERE media.workspace_id = workspace.id AND media.sha256 = :sha256::bytea);

-- name: remove_media
-- Whoever asks has made sure that nothing refers to them; contents and drafts of campaigns are protected by their keys.
DELETE FROM media WHERE workspace_id = :workspace_id AND id = ANY (:ids::uuid[]) RETURNING sha256, size;

-- name: let_bytes_leave!
-- In the same transaction, so that bytes never stay behind without anybody knowing.
INSERT INTO media_leaving (sha256, since) SELECT sha256, :now FROM unnest(:sha256s::bytea[]) AS gone (sha256)
ON CONFLICT DO NOTHING;

-- name: leaving
-- Bytes that some workspace no longer needs, and whether another one does.
SELECT sha256, EXISTS (SELECT FROM media WHERE media.sha256 = media_leaving.sha256) AS still_needed
FROM media_leaving
WHERE since < :before
ORDER BY since
LIMIT :limit;

-- name: end_leaving!
-- They are gone, or stay.
DELETE FROM media_leaving WHERE sha256 = :sha256;
