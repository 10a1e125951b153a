-- name: add_stop^
-- Pressed twice it is one stop: the first one's maker and reason stand.
INSERT INTO stop (id, scope, workspace_id, subject, reason, since, stopped_by_workspace, stopped_by)
VALUES (
    :id, :scope, :workspace_id::uuid, :subject::uuid, :reason, :now, :by_workspace::uuid, :by::uuid
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_stop_of^
-- The stop of exactly this.
SELECT id FROM stop
WHERE workspace_id IS NOT DISTINCT FROM :workspace_id::uuid AND subject IS NOT DISTINCT FROM :subject::uuid;

-- name: has_subject^
-- Whether this workspace has such a device or campaign.
SELECT
    CASE :scope::text
        WHEN 'device' THEN EXISTS (
            SELECT FROM device WHERE workspace_id = :workspace_id AND id = :subject AND deleted_at IS NULL
        )
        ELSE EXISTS (SELECT FROM campaign WHERE workspace_id = :workspace_id AND id = :subject)
    END AS is_there;

-- name: lock_stop^
-- A stop that concerns this workspace, about to be lifted.
SELECT id, scope, workspace_id, subject, since FROM stop
WHERE id = :id AND (workspace_id IS NULL OR workspace_id = :workspace_id)
FOR UPDATE;

-- name: lift_stop!
-- It is over; the audit log keeps that it was.
DELETE FROM stop WHERE id = :id;

-- name: lift_everything^
-- From the machine itself: whoever sits there owns the installation.
DELETE FROM stop WHERE workspace_id IS NULL RETURNING id;

-- name: stops_of
-- Every stop that concerns a workspace, the widest first, but none of what has ended. Names of other workspaces'
-- people are not told.
SELECT
    stop.id, stop.scope, stop.subject, stop.reason, stop.since, app_user.name AS by_name,
    coalesce(device.name, campaign.name) AS subject_name
FROM stop
LEFT JOIN app_user ON app_user.workspace_id = stop.stopped_by_workspace AND app_user.id = stop.stopped_by
    AND app_user.workspace_id = :workspace_id
LEFT JOIN device ON device.workspace_id = stop.workspace_id AND device.id = stop.subject
LEFT JOIN campaign ON campaign.workspace_id = stop.workspace_id AND campaign.id = stop.subject
WHERE (stop.workspace_id IS NULL OR stop.workspace_id = :workspace_id)
    AND device.deleted_at IS NULL AND coalesce(campaign.state, '') NOT IN ('finished', 'cancelled')
ORDER BY stop.workspace_id NULLS FIRST, stop.subject NULLS FIRST;

-- name: held_alone
-- How many messages of a workspace each stop keeps back that nothing else does: these go on when it is lifted.
SELECT stop.id, count(*) AS count
FROM stop
JOIN stream ON stream.workspace_id = :workspace_id AND stream.state = 'open'
JOIN outbox ON outbox.workspace_id = stream.workspace_id AND outbox.stream_id = stream.id AND outbox.state = 'queued'
WHERE (stop.workspace_id IS NULL OR stop.workspace_id = outbox.workspace_id)
    AND (stop.subject IS NULL OR stop.subject IN (outbox.device_id, outbox.stream_id))
    AND NOT EXISTS (
        SELECT FROM stop AS other
        WHERE other.id <> stop.id
            AND (other.workspace_id IS NULL OR other.workspace_id = outbox.workspace_id)
            AND (other.subject IS NULL OR other.subject IN (outbox.device_id, outbox.stream_id))
    )
GROUP BY stop.id;

-- name: workspaces
-- Whom a stop of everything concerns.
SELECT id FROM workspace;

-- name: lock_restore$
-- Two who close it at once come one after the other; the audit log itself never changes.
SELECT id FROM audit_entry
WHERE workspace_id = :workspace_id AND action = 'restored'
ORDER BY at DESC
LIMIT 1
FOR NO KEY UPDATE;

-- name: find_restore^
-- The last restore of a workspace, and who has looked at everything it holds.
SELECT restored.id, restored.at, (restored.details ->> 'madeAt')::timestamptz AS made_at, closed.at AS closed_at,
    app_user.name AS closed_by
FROM audit_entry AS restored
LEFT JOIN audit_entry AS closed ON closed.workspace_id = restored.workspace_id AND closed.action = 'restore_closed'
    AND closed.details ->> 'restore' = restored.id::text
LEFT JOIN app_user ON app_user.workspace_id = closed.workspace_id AND app_user.id = closed.user_id
WHERE restored.workspace_id = :workspace_id AND restored.action = 'restored'
ORDER BY restored.at DESC
LIMIT 1;

-- name: count_held^
-- What a restore still holds, from the rows themselves: each loses the reason when somebody decides about it.
SELECT
    (SELECT count(*) FROM campaign
        WHERE workspace_id = :workspace_id AND state_reason = 'restored' AND state = 'paused') AS campaigns,
    (SELECT count(*) FROM campaign
        WHERE workspace_id = :workspace_id AND state_reason = 'restored' AND state = 'draft') AS drafts,
    (SELECT count(*) FROM outbox
        WHERE workspace_id = :workspace_id AND code = 'restored' AND state = 'failed') AS not_sent,
    (SELECT count(*) FROM outbox
        WHERE workspace_id = :workspace_id AND code = 'restored' AND state IN ('unknown', 'unknown_final')) AS unknown,
    (SELECT count(*) FROM device
        WHERE workspace_id = :workspace_id AND cause = 'restored' AND deleted_at IS NULL) AS devices;

-- name: held_messages
-- Messages that a restore holds, by key: to whom, on which device, from whom, and where they stand in a chat.
SELECT
    outbox.id, outbox.state, coalesce(outbox.dispatched_at, outbox.created_at) AS at,
    coalesce(contact.name, '') AS name, coalesce(outbox.chat_address, contact.phone, '') AS address,
    left(coalesce(outbox.said ->> 'body', outbox.body, ''), 200) AS words,
    outbox.device_id, device.name AS device_name, coalesce(shown.chat_id, outbox.chat_id) AS chat_id,
    shown.id AS message_id, app_user.name AS sent_by, outbox.campaign_id, campaign.name AS campaign_name,
    outbox.state = 'failed' AND outbox.words <> 'gone' AND shown.id IS NOT NULL AS may_retry
FROM outbox
JOIN device ON device.workspace_id = outbox.workspace_id AND device.id = outbox.device_id
LEFT JOIN contact ON contact.workspace_id = outbox.workspace_id AND contact.id = outbox.contact_id
LEFT JOIN campaign ON campaign.workspace_id = outbox.workspace_id AND campaign.id = outbox.campaign_id
LEFT JOIN app_user ON app_user.workspace_id = outbox.workspace_id AND app_user.id = outbox.sent_by
LEFT JOIN LATERAL (
    SELECT message.id, message.chat_id FROM message
    WHERE message.workspace_id = outbox.workspace_id AND message.device_id = outbox.device_id
        AND message.wire_id = outbox.wire_id AND message.outbox_id = outbox.id
    LIMIT 1
) AS shown ON true
WHERE outbox.workspace_id = :workspace_id AND outbox.code = 'restored' AND outbox.state = ANY (:states::text[])
    AND (:after::uuid IS NULL OR outbox.id > :after)
ORDER BY outbox.id
LIMIT :limit;
