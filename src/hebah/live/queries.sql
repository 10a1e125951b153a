-- name: topic_kind$
-- What an id names inside the workspace; nothing for an id of another workspace.
SELECT 'workspace' FROM workspace WHERE id = :topic AND id = :workspace_id
UNION ALL
SELECT 'device' FROM device WHERE workspace_id = :workspace_id AND id = :topic AND deleted_at IS NULL
UNION ALL
SELECT 'campaign' FROM campaign WHERE workspace_id = :workspace_id AND id = :topic
UNION ALL
SELECT 'import' FROM lead_import WHERE workspace_id = :workspace_id AND id = :topic
UNION ALL
SELECT 'bulk_edit' FROM bulk_edit WHERE workspace_id = :workspace_id AND id = :topic
UNION ALL
SELECT 'archive' FROM archive WHERE workspace_id = :workspace_id AND id = :topic
LIMIT 1;
