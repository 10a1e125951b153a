-- name: sample_audience
-- Some whom a launch would reach, with the values and the seed it would store for them.
WITH audience AS (
    SELECT
        lead.workspace_id, lead.contact_id, lead.device_id, lead.niches, lead.status,
        contact.name, contact.phone, contact.zone, contact.language, contact.variables,
        device.name AS device_name,
        CASE
            WHEN suppression.address_hash IS NOT NULL THEN 'suppressed'
            WHEN contact.consent = 'refused' THEN 'consent_refused'
            WHEN contact.consent = 'unknown' AND NOT :include_unknown_consent THEN 'no_consent'
            WHEN contact.phone IS NULL THEN 'no_phone'
            WHEN lead.device_id IS NULL THEN 'no_device'
            WHEN device.id IS NULL OR device.deleted_at IS NOT NULL OR device.linked_at IS NULL THEN 'device_unlinked'
        END AS code
    FROM lead
    JOIN contact ON contact.workspace_id = lead.workspace_id AND contact.id = lead.contact_id
    LEFT JOIN suppression ON suppression.workspace_id = lead.workspace_id
        AND suppression.address_hash = sha256(convert_to(lead.workspace_id::text || ':' || contact.phone, 'UTF8'))
    LEFT JOIN device ON device.workspace_id = lead.workspace_id AND device.id = lead.device_id
    WHERE lead.workspace_id = :workspace_id
        AND (cardinality(:niches::text[]) = 0 OR lead.niches && :niches::text[])
        AND (cardinality(:statuses::text[]) = 0 OR lead.status = ANY (:statuses::text[]))
        AND (cardinality(:device_ids::uuid[]) = 0 OR lead.device_id = ANY (:device_ids::uuid[]))
)
SELECT
    contact_id, name, phone, zone, language, device_id, device_name,
    jsonb_strip_nulls(
        audience.variables || jsonb_build_object(
            'name', audience.name, 'phone', phone, 'status', status,
            'niche', coalesce((SELECT niche FROM unnest(niches) AS niche WHERE niche = ANY (:niches::text[]) LIMIT 1), niches[1])
        )
    ) AS variables,
    ('x' || substr(encode(sha256(convert_to((:campaign_id::uuid)::text || ':' || contact_id::text, 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint AS seed
FROM audience
WHERE code IS NULL
LIMIT :limit;

-- name: recent_dispatches
-- What a gateway that takes devices over must know of their last day: as many dispatches as the caps can count, and
-- the last one for the gap.
SELECT
    asked.device_id, device.last_sent_at, caps.most AS capacity,
    ARRAY(
        SELECT outbox.dispatched_at
        FROM outbox
        WHERE outbox.workspace_id = asked.workspace_id AND outbox.device_id = asked.device_id
            AND outbox.dispatched_at > :since
        ORDER BY outbox.dispatched_at DESC
        LIMIT caps.most
    ) AS instants
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS asked (workspace_id, device_id)
JOIN device ON device.workspace_id = asked.workspace_id AND device.id = asked.device_id
JOIN workspace ON workspace.id = asked.workspace_id
CROSS JOIN LATERAL (
    SELECT greatest(coalesce(workspace.hourly_cap, 0), coalesce(workspace.daily_cap, 0)) AS most
) AS caps;

-- name: tally
-- One line per device, state and code: everything a report adds up comes from here, so its figures tally.
SELECT
    device_id, state, code, count(*) AS count,
    count(delivered_at) AS delivered, count(read_at) AS read,
    count(replied_at) AS replied, count(opted_out_at) AS opted_out
FROM outbox
WHERE workspace_id = :workspace_id AND campaign_id = :campaign_id
GROUP BY device_id, state, code
ORDER BY device_id, state, code;

-- name: states_by_campaign
-- How the recipients of many campaigns fare, for a list of them.
SELECT campaign_id, state, count(*) AS count
FROM outbox
WHERE workspace_id = :workspace_id AND campaign_id = ANY (:campaign_ids::uuid[])
GROUP BY campaign_id, state;

-- name: open_rows
-- Who still has an outcome to come.
SELECT campaign_id, count(*) AS count
FROM outbox
WHERE workspace_id = :workspace_id AND campaign_id = ANY (:campaign_ids::uuid[])
    AND state IN ('queued', 'dispatching', 'unknown')
GROUP BY campaign_id;

-- name: recipients_page
-- Recipients by key, filtered; the name and phone are the contact's present ones.
SELECT
    outbox.id, outbox.contact_id, coalesce(contact.name, '') AS name,
    coalesce(outbox.chat_address, contact.phone, '') AS phone,
    outbox.device_id, device.name AS device_name, outbox.state, outbox.code, outbox.not_before,
    CASE
        WHEN outbox.state = 'queued' AND EXISTS (
            SELECT FROM stop
            WHERE (stop.workspace_id IS NULL OR stop.workspace_id = outbox.workspace_id)
                AND (stop.subject IS NULL OR stop.subject IN (outbox.device_id, outbox.stream_id))
        ) THEN 'stopped'
        ELSE outbox.hold
    END AS hold,
    outbox.dispatched_at, outbox.accepted_at, outbox.delivered_at, outbox.read_at, outbox.replied_at,
    outbox.opted_out_at, outbox.body
FROM outbox
LEFT JOIN contact ON contact.workspace_id = outbox.workspace_id AND contact.id = outbox.contact_id
LEFT JOIN device ON device.workspace_id = outbox.workspace_id AND device.id = outbox.device_id
WHERE outbox.workspace_id = :workspace_id AND outbox.campaign_id = :campaign_id
    AND (:after::uuid IS NULL OR outbox.id > :after)
    AND (cardinality(:states::text[]) = 0 OR outbox.state = ANY (:states))
    AND (:device_id::uuid IS NULL OR outbox.device_id = :device_id)
    AND (:code::text IS NULL OR outbox.code = :code)
    AND (
        :q::text IS NULL
        OR strpos(lower(contact.name), lower(:q)) > 0
        OR (:digits::text <> '' AND strpos(coalesce(outbox.chat_address, contact.phone), :digits) > 0)
    )
ORDER BY outbox.id
LIMIT :limit;

-- name: holds
-- Why queued rows wait and from when the first of each may go; nobody knows when a stop will be lifted.
SELECT waiting.reason, count(*) AS count, min(waiting.until) AS until
FROM (
    SELECT
        CASE WHEN is_stopped THEN 'stopped' WHEN outbox.not_before > :now THEN outbox.hold END AS reason,
        CASE WHEN NOT is_stopped THEN outbox.not_before END AS until
    FROM outbox
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM stop
            WHERE (stop.workspace_id IS NULL OR stop.workspace_id = outbox.workspace_id)
                AND (stop.subject IS NULL OR stop.subject IN (outbox.device_id, outbox.stream_id))
        ) AS is_stopped
    ) AS switch
    WHERE outbox.workspace_id = :workspace_id AND outbox.stream_id = :campaign_id AND outbox.state = 'queued'
) AS waiting
WHERE waiting.reason IS NOT NULL
GROUP BY waiting.reason ORDER BY waiting.reason;

-- name: newest_log
-- What happened last in a campaign.
SELECT
    outbox.id, greatest(outbox.settled_at, outbox.dispatched_at) AS at, outbox.device_id,
    coalesce(device.name, '') AS device_name, coalesce(contact.name, '') AS contact_name, outbox.state, outbox.code
FROM outbox
LEFT JOIN contact ON contact.workspace_id = outbox.workspace_id AND contact.id = outbox.contact_id
LEFT JOIN device ON device.workspace_id = outbox.workspace_id AND device.id = outbox.device_id
WHERE outbox.workspace_id = :workspace_id AND outbox.campaign_id = :campaign_id
    AND outbox.dispatched_at IS NOT NULL
ORDER BY at DESC, outbox.id DESC
LIMIT :limit;

-- name: sends_of_devices
-- How much of its caps each device has used.
SELECT
    outbox.device_id, count(*) FILTER (WHERE outbox.dispatched_at > :hour_ago) AS hour, count(*) AS day
FROM outbox
WHERE outbox.workspace_id = :workspace_id AND outbox.device_id = ANY (:device_ids::uuid[])
    AND outbox.dispatched_at > :day_ago
GROUP BY outbox.device_id;

-- name: queued_of_devices
-- What each device has before it, in streams that will still hand it out.
SELECT outbox.device_id, count(*) AS count
FROM stream
JOIN outbox ON outbox.workspace_id = stream.workspace_id AND outbox.stream_id = stream.id
WHERE stream.workspace_id = :workspace_id AND stream.state <> 'closed'
    AND outbox.device_id = ANY (:device_ids::uuid[]) AND outbox.state = 'queued'
GROUP BY outbox.device_id;

-- name: next_of_devices
-- When each device of a campaign may send its next row at the earliest; one index entry of each device is read.
SELECT device.id AS device_id, next.not_before AS due
FROM device
CROSS JOIN LATERAL (
    SELECT outbox.not_before
    FROM outbox
    WHERE outbox.workspace_id = device.workspace_id AND outbox.stream_id = :campaign_id
        AND outbox.device_id = device.id AND outbox.state = 'queued'
    ORDER BY outbox.not_before, outbox.id
    LIMIT 1
) AS next
WHERE device.workspace_id = :workspace_id;

-- name: counts_between^
-- What was sent in a span of time and what became of exactly that.
SELECT
    count(*) FILTER (WHERE outbox.state IN ('accepted', 'delivered', 'read', 'played')) AS sent,
    count(*) FILTER (WHERE outbox.state IN ('delivered', 'read', 'played')) AS delivered,
    count(*) FILTER (WHERE outbox.state IN ('read', 'played')) AS read,
    count(outbox.replied_at) AS replied,
    count(outbox.opted_out_at) AS opted_out,
    count(*) FILTER (WHERE outbox.state = 'failed') AS failed
FROM device
JOIN outbox ON outbox.workspace_id = device.workspace_id AND outbox.device_id = device.id
WHERE device.workspace_id = :workspace_id
    AND (:device_ids::uuid[] IS NULL OR device.id = ANY (:device_ids::uuid[]))
    AND outbox.dispatched_at >= :since AND outbox.dispatched_at < :until;

-- name: contact_history
-- What campaigns brought this person, newest first.
SELECT campaign_id, state, code, coalesce(dispatched_at, settled_at, created_at) AS at
FROM outbox
WHERE workspace_id = :workspace_id AND contact_id = :contact_id AND campaign_id IS NOT NULL
ORDER BY at DESC
LIMIT :limit;

-- name: broken_conservation
-- Every recipient is in exactly one group with a reason where one is due; anything returned here is a fault of ours.
SELECT
    workspace_id, campaign_id, count(*) AS recipients,
    count(*) FILTER (WHERE state NOT IN (
        'queued', 'dispatching', 'accepted', 'delivered', 'read', 'played', 'failed',
        'unknown', 'unknown_final', 'excluded', 'suppressed', 'cancelled', 'expired'
    )) AS stateless,
    count(*) FILTER (WHERE code IS NULL AND state IN (
        'failed', 'unknown', 'unknown_final', 'excluded', 'suppressed', 'cancelled', 'expired'
    )) AS without_reason,
    count(*) FILTER (WHERE wire_id IS NULL AND state IN (
        'dispatching', 'accepted', 'delivered', 'read', 'played', 'unknown', 'unknown_final'
    )) AS without_wire_id
FROM outbox
WHERE workspace_id = :workspace_id AND campaign_id IS NOT NULL
GROUP BY workspace_id, campaign_id
HAVING count(*) <> count(*) FILTER (WHERE
    (wire_id IS NOT NULL OR state NOT IN (
        'dispatching', 'accepted', 'delivered', 'read', 'played', 'unknown', 'unknown_final'
    ))
    AND (code IS NOT NULL OR state NOT IN (
        'failed', 'unknown', 'unknown_final', 'excluded', 'suppressed', 'cancelled', 'expired'
    ))
);

-- name: fates
-- What became of messages as their chats show it: why they wait or failed, and who sent them.
SELECT
    outbox.id, outbox.state, outbox.code, outbox.campaign_id, outbox.idempotency_key, app_user.name AS sent_by,
    CASE
        WHEN outbox.state = 'queued' AND EXISTS (
            SELECT FROM stop
            WHERE (stop.workspace_id IS NULL OR stop.workspace_id = outbox.workspace_id)
                AND (stop.subject IS NULL OR stop.subject IN (outbox.device_id, outbox.stream_id))
        ) THEN 'stopped'
        ELSE outbox.hold
    END AS hold
FROM outbox
LEFT JOIN app_user ON app_user.workspace_id = outbox.workspace_id AND app_user.id = outbox.sent_by
WHERE outbox.workspace_id = :workspace_id AND outbox.id = ANY (:ids::uuid[]);
