-- name: add_campaign^
-- A draft; the same statement serves a clone.
INSERT INTO campaign (workspace_id, id, name, state, state_since, body, media_id, niches, statuses, device_ids,
    include_unknown_consent, override_by, override_at, starts_at, gap_min_s, gap_max_s, created_by,
    updated_by, created_at, updated_at)
VALUES (:workspace_id, :id, :name, 'draft', :at, :body, :media_id, :niches, :statuses, :device_ids,
    :include_unknown_consent, :override_by::uuid, CASE WHEN :override_by::uuid IS NULL THEN NULL ELSE :at::timestamptz END,
    :starts_at, :gap_min_s, :gap_max_s, :created_by, :created_by, :at, :at)
RETURNING *;

-- name: edit_campaign^
-- Two people editing: the second one's version no longer matches, and they are told.
UPDATE campaign SET
    name = :name, body = :body, media_id = :media_id, niches = :niches, statuses = :statuses,
    device_ids = :device_ids, include_unknown_consent = :include_unknown_consent,
    override_by = :override_by::uuid,
    override_at = CASE WHEN :override_by::uuid IS NULL THEN NULL
        WHEN include_unknown_consent THEN override_at ELSE :at::timestamptz END,
    starts_at = :starts_at, gap_min_s = :gap_min_s, gap_max_s = :gap_max_s,
    version = version + 1, updated_by = :updated_by,
    updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id AND version = :version AND state = 'draft'
RETURNING *;

-- name: find_campaign^
-- One campaign as its screen shows it.
SELECT * FROM campaign WHERE workspace_id = :workspace_id AND id = :id;

-- name: lock_campaign^
-- Before a change of state: whoever comes second sees the first one's state.
SELECT * FROM campaign WHERE workspace_id = :workspace_id AND id = :id FOR UPDATE;

-- name: set_state^
-- A change of state with its reason and time.
UPDATE campaign SET state = :state, state_reason = :reason, state_facts = :facts::jsonb, state_since = :at, version = version + 1,
    launched_at = coalesce(:launched_at::timestamptz, launched_at),
    launched_by = coalesce(:launched_by::uuid, launched_by),
    content_id = coalesce(:content_id::uuid, content_id),
    finish_estimate_s = coalesce(:finish_estimate_s::double precision, finish_estimate_s),
    finished_at = CASE WHEN :state::text IN ('finished', 'cancelled') THEN :at::timestamptz END
WHERE workspace_id = :workspace_id AND id = :id
RETURNING *;

-- name: set_pace^
-- The gap it goes on with, and the forecast that follows from it.
UPDATE campaign SET gap_min_s = :gap_min_s, gap_max_s = :gap_max_s, version = version + 1,
    finish_estimate_s = coalesce(:finish_estimate_s::double precision, finish_estimate_s)
WHERE workspace_id = :workspace_id AND id = :id
RETURNING *;

-- name: by_time
-- What happened in each hour or day of the workspace's zone; hours in which nothing did are left out.
SELECT
    date_trunc(:step::text, happened.at, :zone::text) AS at,
    count(*) FILTER (WHERE happened.kind = 'sent') AS sent,
    count(*) FILTER (WHERE happened.kind = 'delivered') AS delivered,
    count(*) FILTER (WHERE happened.kind = 'read') AS read,
    count(*) FILTER (WHERE happened.kind = 'replied') AS replied,
    count(*) FILTER (WHERE happened.kind = 'failed') AS failed
FROM outbox
CROSS JOIN LATERAL (
    VALUES
        ('sent', outbox.accepted_at), ('delivered', outbox.delivered_at), ('read', outbox.read_at),
        ('replied', outbox.replied_at), ('failed', CASE WHEN outbox.state = 'failed' THEN outbox.settled_at END)
) AS happened (kind, at)
WHERE outbox.workspace_id = :workspace_id AND outbox.campaign_id = :campaign_id AND happened.at IS NOT NULL
GROUP BY 1
ORDER BY 1;

-- name: delete_campaign!
-- Only what never had a recipient; the history of sends is not deleted.
DELETE FROM campaign c WHERE c.workspace_id = :workspace_id AND c.id = :id
    AND c.state IN ('draft', 'cancelled', 'finished')
    AND NOT EXISTS (SELECT FROM outbox o WHERE o.workspace_id = c.workspace_id AND o.campaign_id = c.id);

-- name: list_campaigns
-- Newest first, by state, its reason and words of the name.
SELECT * FROM campaign
WHERE workspace_id = :workspace_id
    AND (:state::text IS NULL OR state = :state)
    AND (:reason::text IS NULL OR state_reason = :reason)
    AND (:words::text IS NULL OR name ILIKE '%' || :words || '%')
    AND (:before_at::timestamptz IS NULL OR (created_at, id) < (:before_at, :before_id::uuid))
ORDER BY created_at DESC, id DESC
LIMIT :limit + 1;

-- name: list_between
-- By when they began or are to begin; a draft that names no time is on no day.
SELECT * FROM campaign
WHERE workspace_id = :workspace_id
    AND coalesce(launched_at, starts_at) >= :since AND coalesce(launched_at, starts_at) < :until
ORDER BY coalesce(launched_at, starts_at), id
LIMIT :limit;

-- name: list_due
-- Scheduled campaigns of all workspaces whose time has come; SKIP LOCKED lets several workers share them.
SELECT workspace_id, id FROM campaign
WHERE state = 'scheduled' AND starts_at <= :now
ORDER BY starts_at
LIMIT 20
FOR UPDATE SKIP LOCKED;

-- name: list_exhausted
-- Running or paused campaigns of which no recipient is open any more.
SELECT c.workspace_id, c.id FROM campaign c
WHERE c.state IN ('running', 'paused')
    AND NOT EXISTS (SELECT FROM outbox o WHERE o.workspace_id = c.workspace_id AND o.stream_id = c.id
        AND o.state IN ('queued', 'dispatching', 'unknown'))
LIMIT 100
FOR UPDATE OF c SKIP LOCKED;

-- name: list_watched
-- Running campaigns with what became of their last messages, and how their numbers stand. Only what went out since the
-- campaign runs counts, so that one which somebody resumed is judged anew.
SELECT
    campaign.workspace_id, campaign.id, workspace.pause_errors_percent, workspace.pause_opt_outs_percent,
    lately.settled, lately.failed, lately.unknown, lately.opted_out, numbers.devices, numbers.restricted
FROM campaign
JOIN workspace ON workspace.id = campaign.workspace_id
CROSS JOIN LATERAL (
    SELECT
        count(*) AS settled,
        count(*) FILTER (WHERE last.state = 'failed') AS failed,
        count(*) FILTER (WHERE last.state IN ('unknown', 'unknown_final')) AS unknown,
        count(last.opted_out_at) AS opted_out
    FROM (
        SELECT outbox.state, outbox.opted_out_at
        FROM outbox
        WHERE outbox.workspace_id = campaign.workspace_id AND outbox.campaign_id = campaign.id
            AND outbox.dispatched_at >= campaign.state_since AND outbox.state NOT IN ('queued', 'dispatching')
        ORDER BY outbox.dispatched_at DESC
        LIMIT :window
    ) AS last
) AS lately
CROSS JOIN LATERAL (
    SELECT
        count(*) AS devices,
        count(*) FILTER (WHERE device.state IN ('restricted', 'banned')) AS restricted
    FROM device
    WHERE device.workspace_id = campaign.workspace_id
        -- Looked at only when a number was restricted since the campaign runs: whoever started it knew of the others.
        AND EXISTS (
            SELECT FROM device AS struck
            WHERE struck.workspace_id = campaign.workspace_id AND struck.state IN ('restricted', 'banned')
                AND struck.state_since > campaign.state_since
        )
        AND EXISTS (
            SELECT FROM outbox
            WHERE outbox.workspace_id = campaign.workspace_id AND outbox.stream_id = campaign.id
                AND outbox.device_id = device.id AND outbox.state = 'queued'
        )
) AS numbers
WHERE campaign.state = 'running' AND (lately.settled > 0 OR numbers.restricted > 0);

-- name: names_of_users
-- Who made and answered for campaigns.
SELECT id, name FROM app_user WHERE workspace_id = :workspace_id AND id = ANY(:ids::uuid[]);

-- name: devices_by_id
-- Names and states beside the figures of a report; deleted devices keep their names.
SELECT id, name, state, hold, hold_until, last_sent_at, deleted_at FROM device
WHERE workspace_id = :workspace_id AND (:ids::uuid[] IS NULL OR id = ANY(:ids::uuid[]));

-- name: variable_names
-- What contacts of this workspace can fill in, from a sample: an import gives all its contacts the same columns.
SELECT DISTINCT jsonb_object_keys(variables) AS name
FROM (SELECT variables FROM contact WHERE workspace_id = :workspace_id ORDER BY id DESC LIMIT 2000) recent;
