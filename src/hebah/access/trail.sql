-- name: list_audit
-- Newest first. A thing is named as it is called today; one that is gone keeps its id.
SELECT
    a.id, a.at, a.action, a.user_id, u.name AS user_name, a.key_id, k.name AS key_name, a.subject, a.details,
    coalesce(
        (SELECT s.name FROM app_user AS s WHERE s.workspace_id = a.workspace_id AND s.id = a.subject),
        (SELECT s.name FROM device AS s WHERE s.workspace_id = a.workspace_id AND s.id = a.subject),
        (SELECT s.name FROM campaign AS s WHERE s.workspace_id = a.workspace_id AND s.id = a.subject),
        (SELECT s.name FROM api_key AS s WHERE s.workspace_id = a.workspace_id AND s.id = a.subject)
    ) AS subject_name
FROM audit_entry AS a
LEFT JOIN app_user AS u ON u.workspace_id = a.workspace_id AND u.id = a.user_id
LEFT JOIN api_key AS k ON k.workspace_id = a.workspace_id AND k.id = a.key_id
WHERE a.workspace_id = :workspace_id
AND (:who::uuid IS NULL OR (a.user_id = :who AND a.key_id IS NULL) OR a.key_id = :who)
AND (:action::text IS NULL OR a.action = :action)
AND (:subject::uuid IS NULL OR a.subject = :subject)
AND (:since::timestamptz IS NULL OR a.at >= :since)
AND (:until::timestamptz IS NULL OR a.at < :until)
AND (:after_at::timestamptz IS NULL OR (a.at, a.id) < (:after_at, :after_id::uuid))
ORDER BY a.at DESC, a.id DESC
LIMIT :limit;

-- name: list_audit_actions
-- What the filter offers.
SELECT DISTINCT action FROM audit_entry WHERE workspace_id = :workspace_id ORDER BY action;
