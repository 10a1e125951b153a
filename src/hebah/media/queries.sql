-- name: add_media^
-- The same bytes in one workspace are one row; the first file name stays, and what is known of them only grows.
INSERT INTO media (workspace_id, id, sha256, mime, size, width, height, file_name, created_at, used_at, seconds,
    waveform, thumbnail)
VALUES (:workspace_id, :id, :sha256, :mime, :size, :width, :height, :file_name, :created_at, :created_at, :seconds,
    :waveform, :thumbnail)
ON CONFLICT (workspace_id, sha256) DO UPDATE SET
    used_at = greatest(media.used_at, excluded.used_at),
    width = coalesce(media.width, excluded.width),
    height = coalesce(media.height, excluded.height),
    seconds = greatest(media.seconds, excluded.seconds),
    waveform = coalesce(media.waveform, excluded.waveform),
    thumbnail = coalesce(media.thumbnail, excluded.thumbnail)
RETURNING *;

-- name: find_media^
-- One file of one workspace.
SELECT * FROM media WHERE workspace_id = :workspace_id AND id = :media_id;

-- name: find_media_by_id
-- Files of one workspace that a page of messages shows.
SELECT * FROM media WHERE workspace_id = :workspace_id AND id = ANY (:media_ids::uuid[]);
