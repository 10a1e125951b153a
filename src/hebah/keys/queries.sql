-- name: add_key!
-- Only the hash of the secret is stored.
INSERT INTO api_key (
    workspace_id, id, name, prefix, secret_hash, permissions, device_ids, created_by, created_at, expires_at
) VALUES (
    :workspace_id, :key_id, :name, :prefix, :secret_hash, :permissions, :device_ids, :created_by, :now, :expires_at
);

-- name: list_keys
-- Every key of the workspace, the newest first; tens of rows, so no pages.
SELECT k.*, u.name AS created_by_name
FROM api_key AS k JOIN app_user AS u ON u.workspace_id = k.workspace_id AND u.id = k.created_by
WHERE k.workspace_id = :workspace_id AND (:key_id::uuid IS NULL OR k.id = :key_id)
ORDER BY k.created_at DESC, k.id DESC;

-- name: find_keys_by_secret
-- Everything a request needs to know about the key it bears and about its maker; many at once for open sockets.
SELECT
    k.*, u.name AS created_by_name, u.role, u.disabled_at,
    w.second_step_required AND t.confirmed_at IS NULL AS second_step_wanted,
    ARRAY(
        SELECT g.device_id FROM device_grant AS g WHERE g.workspace_id = u.workspace_id AND g.user_id = u.id
    ) AS maker_device_ids
FROM api_key AS k
JOIN app_user AS u ON u.workspace_id = k.workspace_id AND u.id = k.created_by
JOIN workspace AS w ON w.id = k.workspace_id
LEFT JOIN second_step AS t ON t.workspace_id = u.workspace_id AND t.user_id = u.id
WHERE k.secret_hash = ANY(:secret_hashes::bytea[]);

-- name: touch_key!
-- At most once a minute, however often the key is used and by how many processes.
UPDATE api_key SET last_used_at = :now
WHERE workspace_id = :workspace_id AND id = :key_id
AND (last_used_at IS NULL OR last_used_at <= :now::timestamptz - interval '1 minute');

-- name: revoke_key!
-- For good; a revoked key stays in the list.
UPDATE api_key SET revoked_at = :now WHERE workspace_id = :workspace_id AND id = :key_id AND revoked_at IS NULL;
