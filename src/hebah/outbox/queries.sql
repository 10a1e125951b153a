-- name: add_content!
-- What is said never changes, so every row keeps the very words it was launched with.
INSERT INTO content (workspace_id, id, body, media_id, created_at)
VALUES (:workspace_id, :id, :body, :media_id, :now);

-- name: open_stream!
-- A launch that runs twice opens one stream.
INSERT INTO stream (workspace_id, id, kind, state, priority, gap_min_s, gap_max_s, consent_override, expires_at)
VALUES (:workspace_id, :id, 'campaign', 'open', :priority, :gap_min_s, :gap_max_s, :consent_override, :expires_at)
ON CONFLICT DO NOTHING;

-- name: open_conversations!
-- The stream of everything said by hand: ahead of every campaign, without a gap, one a workspace.
INSERT INTO stream (workspace_id, id, kind, state, priority, gap_min_s, gap_max_s, consent_override)
VALUES (:workspace_id, :workspace_id, 'conversation', 'open', :priority, 0, 0, true)
ON CONFLICT DO NOTHING;

-- name: add_by_hand^
-- The key makes a repeated request find the row of the first. What waits to be seen being written goes before what was
-- said after it.
INSERT INTO outbox (
    workspace_id, id, stream_id, contact_id, device_id, chat_id, chat_address, said, media_id, sent_by, seed, state,
    not_before, wire_id, idempotency_key, created_at
)
VALUES (
    :workspace_id, :id, :workspace_id, :contact_id::uuid, :device_id, :chat_id::uuid, :chat_address, :said::jsonb,
    :media_id::uuid, :sent_by::uuid, 0, 'queued',
    greatest(:due::timestamptz, (
        SELECT max(earlier.not_before) FROM outbox AS earlier
        WHERE earlier.workspace_id = :workspace_id AND earlier.stream_id = :workspace_id
            AND earlier.device_id = :device_id AND earlier.state = 'queued' AND earlier.chat_id = :chat_id
            AND earlier.not_before <= :due::timestamptz + interval '10 seconds'
    )),
    :wire_id, :idempotency_key, :now
)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: find_by_key^
-- What an earlier request with the same key has queued.
SELECT id, wire_id, chat_id, state FROM outbox
WHERE workspace_id = :workspace_id AND idempotency_key = :idempotency_key;

-- name: cancel_by_hand^
-- Only while not a byte can have left.
UPDATE outbox SET state = 'cancelled', code = 'by_hand', hold = NULL, settled_at = :now
WHERE workspace_id = :workspace_id AND id = :id AND said IS NOT NULL AND state = 'queued'
RETURNING id, device_id, wire_id;

-- name: retry_by_hand^
-- The network said no, so nobody has it: the same row goes again, under the same wire id, if it still has its words.
UPDATE outbox SET state = 'queued', code = NULL, settled_at = NULL, dispatched_at = NULL, not_before = :now
WHERE workspace_id = :workspace_id AND id = :id AND said IS NOT NULL AND state = 'failed' AND words <> 'gone'
RETURNING id, device_id, wire_id;

-- name: urgent
-- Which devices of a gateway have something said by hand that waits: somebody is looking at the screen.
SELECT DISTINCT outbox.device_id
FROM outbox
JOIN device ON device.workspace_id = outbox.workspace_id AND device.id = outbox.device_id
WHERE outbox.state = 'queued' AND outbox.said IS NOT NULL AND outbox.not_before <= :now AND device.owner = :owner
    AND NOT EXISTS (
        SELECT FROM stop
        WHERE (stop.workspace_id IS NULL OR stop.workspace_id = device.workspace_id)
            AND (stop.subject IS NULL OR stop.subject = device.id)
    );

-- name: move_stream!
-- Names the states it may come from, so that two people pressing two buttons cannot undo each other.
UPDATE stream SET state = :to WHERE workspace_id = :workspace_id AND id = :id AND state = ANY (:sources::text[]);

-- name: repace_stream!
-- Takes effect with the next claim; nothing stored per row has to change.
UPDATE stream SET gap_min_s = :gap_min_s, gap_max_s = :gap_max_s
WHERE workspace_id = :workspace_id AND id = :id AND state <> 'closed';

-- name: queued_of_stream
-- What each device has still to send of it.
SELECT device_id, count(*) AS count
FROM outbox
WHERE workspace_id = :workspace_id AND stream_id = :stream_id AND state = 'queued' AND device_id IS NOT NULL
GROUP BY device_id;

-- name: retry_refused
-- The network said no, so nobody has it: the same row goes again under the same wire id. What is merely unknown stays,
-- as it may have arrived; and a number that was deleted is not spoken for.
WITH again AS (
    SELECT outbox.workspace_id, outbox.id
    FROM outbox
    JOIN device ON device.workspace_id = outbox.workspace_id AND device.id = outbox.device_id
        AND device.deleted_at IS NULL
    WHERE outbox.workspace_id = :workspace_id AND outbox.campaign_id = :campaign_id
        AND outbox.state = 'failed' AND outbox.code = ANY (:codes::text[])
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox
SET state = 'queued', code = NULL, hold = NULL, settled_at = NULL, dispatched_at = NULL, not_before = :now
FROM again
WHERE outbox.workspace_id = again.workspace_id AND outbox.id = again.id AND outbox.state = 'failed'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: find_stream^
-- The stream as it stands.
SELECT * FROM stream WHERE workspace_id = :workspace_id AND id = :id;

-- name: enqueue_campaign!
-- The audience, classified, becomes rows in one statement: the server does it, so a million needs no memory of ours.
-- Ids carry the time in front (uuid7), so that a million inserts touch the end of the index and not all of it.
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
INSERT INTO outbox (
    workspace_id, id, stream_id, campaign_id, contact_id, device_id, content_id, variables, seed,
    state, code, not_before, created_at, settled_at
)
SELECT
    workspace_id,
    -- 60 bits of time in ticks of a 4096th of a millisecond, around the version, and the end of a random id.
    (
        overlay(
            lpad(to_hex((date_part('epoch', clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0
        ) || substr(gen_random_uuid()::text, 20)
    )::uuid,
    :campaign_id::uuid, :campaign_id::uuid, contact_id, device_id, :content_id::uuid,
    CASE
        WHEN cardinality(:variables::text[]) = 0 THEN '{}'
        ELSE (
            SELECT coalesce(jsonb_object_agg(used, value), '{}')
            FROM (
                SELECT
                    used,
                    CASE used
                        WHEN 'name' THEN to_jsonb(audience.name)
                        WHEN 'phone' THEN to_jsonb(phone)
                        WHEN 'status' THEN to_jsonb(status)
                        WHEN 'niche' THEN to_jsonb(coalesce(
                            (SELECT niche FROM unnest(niches) AS niche WHERE niche = ANY (:niches::text[]) LIMIT 1), niches[1]
                        ))
                        ELSE audience.variables -> used
                    END AS value
                FROM unnest(:variables::text[]) AS used
            ) AS known
            WHERE value <> 'null'
        )
    END,
    ('x' || substr(encode(sha256(convert_to((:campaign_id::uuid)::text || ':' || contact_id::text, 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint,
    CASE WHEN code IS NULL THEN 'queued' ELSE 'excluded' END,
    code, :not_before::timestamptz, :now::timestamptz, CASE WHEN code IS NULL THEN NULL ELSE :now::timestamptz END
FROM audience
ON CONFLICT DO NOTHING;

-- name: count_audience
-- What a launch would store, by the audience of enqueue_campaign word for word (a test compares the two).
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
SELECT device_id, code, count(*) AS count FROM audience GROUP BY device_id, code ORDER BY device_id, code;

-- name: learn_rows!
-- Without it the planner believes for a minute that the table is as empty as before, and reads it whole for every claim.
ANALYZE outbox;

-- name: count_enqueued
-- What a launch has stored, in the shape of count_audience.
SELECT device_id, code, count(*) AS count
FROM outbox
WHERE workspace_id = :workspace_id AND campaign_id = :campaign_id
GROUP BY device_id, code ORDER BY device_id, code;

-- name: claim_candidates
-- The first due rows of each asked device in each open stream, with every fact that decides; the device rows stay
-- locked to the commit, so that no other gateway can take a device over between this look and the dispatch.
-- The lookups are lateral with a limit, so that no plan ever reads all contacts for a handful of rows.
-- So are those of devices, here and in the dispatch, and DISTINCT FROM is an equality that no index answers: by their
-- owner, of whom statistics know nothing while leases are young, each claim read every device of the gateway, twice.
WITH mine AS MATERIALIZED (
    SELECT held.*, asked.depth
    FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[], :depths::integer[])
        AS asked (workspace_id, device_id, epoch, depth)
    CROSS JOIN LATERAL (
        SELECT device.workspace_id, device.id, device.epoch, device.state, device.state_until
        FROM device
        WHERE device.workspace_id = asked.workspace_id AND device.id = asked.device_id
            AND device.owner IS NOT DISTINCT FROM :owner AND device.epoch = asked.epoch
            AND device.state IN ('online', 'restricted') AND device.wanted = 'on' AND device.deleted_at IS NULL
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS held
)
SELECT
    due.workspace_id, due.id, due.device_id, mine.epoch, due.stream_id, due.campaign_id, due.contact_id, due.content_id,
    due.not_before, due.variables, due.seed, due.said, due.media_id, due.chat_id, due.chat_address,
    stream.priority, stream.gap_min_s, stream.gap_max_s, stream.consent_override, stream.expires_at,
    person.id IS NOT NULL AS contact_exists, person.phone, person.zone, person.language, person.consent,
    (
        SELECT true FROM suppression
        WHERE suppression.workspace_id = due.workspace_id
            AND suppression.address_hash = sha256(convert_to(due.workspace_id::text || ':' || person.phone, 'UTF8'))
        LIMIT 1
    ) AS suppressed,
    (
        SELECT true FROM outbox AS earlier
        WHERE earlier.workspace_id = due.workspace_id AND earlier.device_id = due.device_id
            AND earlier.state IN ('dispatching', 'unknown') AND earlier.contact_id = due.contact_id
        LIMIT 1
    ) AS chat_in_doubt,
    mine.state_until,
    CASE
        WHEN mine.state = 'restricted' AND due.said IS NULL THEN NOT EXISTS (
            -- Somebody who has written to this number before has a chat with it, which a restriction leaves open.
            SELECT FROM chat
            JOIN message ON message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
            WHERE chat.workspace_id = due.workspace_id AND chat.device_id = due.device_id
                AND chat.address = person.phone AND NOT message.from_me
        )
        ELSE false
    END AS is_barred
FROM mine
JOIN stream ON stream.workspace_id = mine.workspace_id AND stream.state = 'open'
    -- Read anew in every claim, and never remembered: a stop holds from its commit on.
    AND NOT EXISTS (
        SELECT FROM stop
        WHERE (stop.workspace_id IS NULL OR stop.workspace_id = mine.workspace_id)
            AND (stop.subject IS NULL OR stop.subject IN (mine.id, stream.id))
    )
CROSS JOIN LATERAL (
    SELECT *
    FROM outbox
    WHERE outbox.workspace_id = mine.workspace_id AND outbox.stream_id = stream.id AND outbox.device_id = mine.id
        AND outbox.state = 'queued' AND outbox.not_before <= :now
    ORDER BY outbox.not_before, outbox.id
    LIMIT mine.depth
) AS due
LEFT JOIN LATERAL (
    SELECT contact.id, contact.phone, contact.zone, contact.language, contact.consent
    FROM contact
    WHERE contact.workspace_id = due.workspace_id AND contact.id = due.contact_id
    LIMIT 1
) AS person ON true;

-- name: policies
-- How each workspace protects its numbers and recipients.
SELECT id, zone, quiet_on, quiet_from, quiet_until, hourly_cap, daily_cap
FROM workspace WHERE id = ANY (:ids::uuid[]);

-- name: contents
-- The words of rows about to be rendered.
SELECT workspace_id, id, body, media_id FROM content
WHERE (workspace_id, id) IN (SELECT * FROM unnest(:workspace_ids::uuid[], :ids::uuid[]));

-- name: dispatch
-- The point of no return: checks again, against what has been committed since the look, everything that could forbid it.
-- Rows somebody else is changing at this moment are left for the next tick.
WITH given AS (
    SELECT *
    FROM unnest(
        :workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :epochs::bigint[],
        :wire_ids::text[], :addresses::text[], :bodies::text[]
    ) AS given (workspace_id, id, device_id, epoch, wire_id, address, body)
),
ready AS MATERIALIZED (
    SELECT outbox.workspace_id, outbox.id, given.epoch, given.wire_id, given.address, given.body
    FROM given
    CROSS JOIN LATERAL (
        SELECT device.state
        FROM device
        WHERE device.workspace_id = given.workspace_id AND device.id = given.device_id
            AND device.owner IS NOT DISTINCT FROM :owner AND device.epoch = given.epoch
        LIMIT 1
    ) AS device
    JOIN outbox ON outbox.workspace_id = given.workspace_id AND outbox.id = given.id
    JOIN stream ON stream.workspace_id = outbox.workspace_id AND stream.id = outbox.stream_id
    LEFT JOIN contact ON contact.workspace_id = outbox.workspace_id AND contact.id = outbox.contact_id
    WHERE (
            device.state = 'online'
            OR (device.state = 'restricted' AND (outbox.said IS NOT NULL OR EXISTS (
                SELECT FROM chat
                JOIN message ON message.workspace_id = chat.workspace_id AND message.chat_id = chat.id
                WHERE chat.workspace_id = given.workspace_id AND chat.device_id = given.device_id
                    AND chat.address = given.address AND NOT message.from_me
            )))
        )
        AND outbox.device_id = given.device_id AND outbox.state = 'queued'
        AND stream.state = 'open'
        AND NOT EXISTS (
            SELECT FROM stop
            WHERE (stop.workspace_id IS NULL OR stop.workspace_id = given.workspace_id)
                AND (stop.subject IS NULL OR stop.subject IN (given.device_id, stream.id))
        )
        AND (
            -- A person decided to say it to this chat; everything else needs the consent that was asked for.
            outbox.said IS NOT NULL
            OR (
                contact.phone = given.address
                AND (contact.consent = 'granted' OR (contact.consent = 'unknown' AND stream.consent_override))
                AND NOT EXISTS (
                    SELECT FROM suppression
                    WHERE suppression.workspace_id = given.workspace_id
                        AND suppression.address_hash
                            = sha256(convert_to(given.workspace_id::text || ':' || given.address, 'UTF8'))
                )
            )
        )
    FOR NO KEY UPDATE OF outbox SKIP LOCKED
),
moved AS (
    UPDATE outbox
    SET state = 'dispatching', attempt = least(outbox.attempt + 1, 32000), epoch = ready.epoch,
        wire_id = coalesce(outbox.wire_id, ready.wire_id), chat_address = ready.address, body = ready.body,
        dispatched_at = :now, hold = NULL, code = NULL
    FROM ready
    WHERE outbox.workspace_id = ready.workspace_id AND outbox.id = ready.id AND outbox.state = 'queued'
    RETURNING outbox.workspace_id, outbox.id, outbox.device_id, outbox.wire_id, outbox.attempt
)
UPDATE device
SET last_sent_at = :now, hold = NULL, hold_until = NULL
FROM moved
WHERE device.workspace_id = moved.workspace_id AND device.id = moved.device_id
RETURNING moved.id, moved.wire_id, moved.attempt;

-- name: hold_rows!
-- A row that may not go out yet steps back in the queue, so that the rows behind it get their turn.
WITH given AS (
    SELECT outbox.workspace_id, outbox.id, given.until, given.reason
    FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :untils::timestamptz[], :reasons::text[])
        AS given (workspace_id, id, until, reason)
    JOIN outbox ON outbox.workspace_id = given.workspace_id AND outbox.id = given.id
    WHERE outbox.state = 'queued'
    FOR NO KEY UPDATE OF outbox SKIP LOCKED
)
UPDATE outbox SET not_before = given.until, hold = given.reason
FROM given
WHERE outbox.workspace_id = given.workspace_id AND outbox.id = given.id AND outbox.state = 'queued';

-- name: lift_restriction
-- A restriction that ended before its time: what waited for its end need not.
WITH waiting AS (
    SELECT outbox.workspace_id, outbox.id
    FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS free (workspace_id, device_id)
    JOIN outbox ON outbox.workspace_id = free.workspace_id AND outbox.device_id = free.device_id
    WHERE outbox.state = 'queued' AND outbox.hold = 'restricted'
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox SET not_before = least(outbox.not_before, :now), hold = NULL
FROM waiting
WHERE outbox.workspace_id = waiting.workspace_id AND outbox.id = waiting.id AND outbox.state = 'queued'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: end_rows!
-- Rows that will never go out, each with its reason.
WITH given AS (
    SELECT outbox.workspace_id, outbox.id, given.state, given.code
    FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :states::text[], :codes::text[])
        AS given (workspace_id, id, state, code)
    JOIN outbox ON outbox.workspace_id = given.workspace_id AND outbox.id = given.id
    WHERE outbox.state = 'queued'
    FOR NO KEY UPDATE OF outbox SKIP LOCKED
)
UPDATE outbox SET state = given.state, code = given.code, hold = NULL, settled_at = :now
FROM given
WHERE outbox.workspace_id = given.workspace_id AND outbox.id = given.id AND outbox.state = 'queued';

-- name: hold_devices
-- Says on the device why it sends nothing just now; only what is news is written.
UPDATE device SET hold = given.reason, hold_until = given.until
FROM unnest(
    :workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[], :reasons::text[], :untils::timestamptz[]
) AS given (workspace_id, device_id, epoch, reason, until)
WHERE device.workspace_id = given.workspace_id AND device.id = given.device_id AND device.epoch = given.epoch
    AND (device.hold, device.hold_until) IS DISTINCT FROM (given.reason, given.until)
RETURNING device.workspace_id, device.id;

-- name: upcoming
-- When each device has something to send next; devices without anything queued do not appear.
SELECT asked.device_id, min(next.not_before) AS due
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS asked (workspace_id, device_id)
JOIN device ON device.workspace_id = asked.workspace_id AND device.id = asked.device_id
JOIN stream ON stream.workspace_id = asked.workspace_id AND stream.state = 'open'
    AND NOT EXISTS (
        SELECT FROM stop
        WHERE (stop.workspace_id IS NULL OR stop.workspace_id = device.workspace_id)
            AND (stop.subject IS NULL OR stop.subject IN (device.id, stream.id))
    )
CROSS JOIN LATERAL (
    SELECT outbox.not_before
    FROM outbox
    WHERE outbox.workspace_id = asked.workspace_id AND outbox.stream_id = stream.id
        AND outbox.device_id = asked.device_id AND outbox.state = 'queued'
    ORDER BY outbox.not_before, outbox.id
    LIMIT 1
) AS next
WHERE device.owner = :owner AND device.state IN ('online', 'restricted') AND device.wanted = 'on'
    AND device.deleted_at IS NULL
GROUP BY asked.device_id;

-- name: settle
-- Only the gateway that still holds the device may settle, only what it dispatched itself, and never backwards.
-- Rows are locked in one order everywhere, so that settling and receipts of the same rows wait instead of deadlocking.
-- Each is looked up by its whole key apart: in a plain join, before the first ANALYZE of a freshly filled table, the
-- planner takes the key's first column for enough and reads the table once a row.
WITH held AS MATERIALIZED (
    SELECT given.*
    FROM unnest(
        :workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :epochs::bigint[],
        :states::text[], :codes::text[], :accepted_ats::timestamptz[], :not_befores::timestamptz[]
    ) AS given (workspace_id, id, device_id, epoch, state, code, accepted_at, not_before)
    JOIN device ON device.workspace_id = given.workspace_id AND device.id = given.device_id
        AND device.epoch = given.epoch
    ORDER BY given.workspace_id, given.id
),
given AS MATERIALIZED (
    SELECT mine.workspace_id, mine.id, held.state, held.code, held.accepted_at, held.not_before
    FROM held
    CROSS JOIN LATERAL (
        SELECT outbox.workspace_id, outbox.id
        FROM outbox
        WHERE outbox.workspace_id = held.workspace_id AND outbox.id = held.id AND outbox.epoch = held.epoch
        FOR NO KEY UPDATE
    ) AS mine
)
UPDATE outbox
SET state = given.state, code = given.code,
    settled_at = CASE WHEN given.state = 'queued' THEN NULL ELSE :now::timestamptz END,
    accepted_at = coalesce(outbox.accepted_at, given.accepted_at),
    was_unknown = outbox.was_unknown OR given.state = 'unknown',
    -- Not a byte was written: the row is as it was, except that it keeps its wire id.
    not_before = coalesce(given.not_before, outbox.not_before),
    hold = CASE WHEN given.state = 'queued' THEN 'not_written' END,
    dispatched_at = CASE WHEN given.state = 'queued' THEN NULL ELSE outbox.dispatched_at END
FROM given
WHERE outbox.workspace_id = given.workspace_id AND outbox.id = given.id
    AND (
        outbox.state = 'dispatching'
        OR (outbox.state IN ('unknown', 'unknown_final') AND given.state = 'accepted')
    )
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id, outbox.state,
    outbox.words = 'passing' AND outbox.state <> 'queued' AS is_to_forget;

-- name: states_of
-- Where rows stand that a settlement did not move, when the settling gateway still holds their device.
SELECT outbox.id, outbox.state
FROM unnest(:workspace_ids::uuid[], :ids::uuid[], :device_ids::uuid[], :epochs::bigint[])
    AS given (workspace_id, id, device_id, epoch)
JOIN device ON device.workspace_id = given.workspace_id AND device.id = given.device_id AND device.epoch = given.epoch
JOIN outbox ON outbox.workspace_id = given.workspace_id AND outbox.id = given.id AND outbox.epoch = given.epoch;

-- name: give_back
-- A commit whose answer was lost may have succeeded: rows the gateway does not know it has were never handed to a
-- transport, so they may go out later, under the same wire id.
WITH mine AS (
    SELECT outbox.workspace_id, outbox.id
    FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[])
        AS held (workspace_id, device_id, epoch)
    JOIN device ON device.workspace_id = held.workspace_id AND device.id = held.device_id
        AND device.owner = :owner AND device.epoch = held.epoch
    JOIN outbox ON outbox.workspace_id = held.workspace_id AND outbox.device_id = held.device_id
        AND outbox.epoch = held.epoch
    WHERE outbox.state = 'dispatching' AND NOT outbox.id = ANY (:known::uuid[])
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox SET state = 'queued', dispatched_at = NULL
FROM mine
WHERE outbox.workspace_id = mine.workspace_id AND outbox.id = mine.id AND outbox.state = 'dispatching'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: take_over
-- What the former owner had on the wire may have gone out or not: it is never sent again by itself.
WITH lost AS (
    SELECT outbox.workspace_id, outbox.id
    FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[])
        AS taken (workspace_id, device_id, epoch)
    JOIN outbox ON outbox.workspace_id = taken.workspace_id AND outbox.device_id = taken.device_id
    WHERE outbox.state = 'dispatching' AND outbox.epoch < taken.epoch
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox
SET state = 'unknown', was_unknown = true, code = 'gateway_lost', settled_at = :now
FROM lost
WHERE outbox.workspace_id = lost.workspace_id AND outbox.id = lost.id AND outbox.state = 'dispatching'
RETURNING outbox.workspace_id, outbox.id, outbox.device_id, outbox.epoch, outbox.contact_id, outbox.campaign_id,
    outbox.wire_id, outbox.chat_address, outbox.body, outbox.dispatched_at, outbox.attempt, outbox.said,
    coalesce(outbox.media_id, (
        SELECT content.media_id FROM content
        WHERE content.workspace_id = outbox.workspace_id AND content.id = outbox.content_id
    )) AS media_id;

-- name: record_receipts
-- Knowledge only grows: the rank decides, whatever order receipts, settlements and take-overs arrive in.
WITH given AS (
    SELECT outbox.workspace_id, outbox.id, given.state, given.accepted_at, given.delivered_at, given.read_at
    FROM unnest(
        :workspace_ids::uuid[], :device_ids::uuid[], :wire_ids::text[], :states::text[],
        :accepted_ats::timestamptz[], :delivered_ats::timestamptz[], :read_ats::timestamptz[]
    ) AS given (workspace_id, device_id, wire_id, state, accepted_at, delivered_at, read_at)
    JOIN outbox ON outbox.workspace_id = given.workspace_id AND outbox.device_id = given.device_id
        AND outbox.wire_id = given.wire_id
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox
SET state = given.state, code = NULL, settled_at = :now,
    accepted_at = coalesce(outbox.accepted_at, given.accepted_at),
    delivered_at = coalesce(outbox.delivered_at, given.delivered_at),
    read_at = coalesce(outbox.read_at, given.read_at)
FROM given
WHERE outbox.workspace_id = given.workspace_id AND outbox.id = given.id
    AND (
        outbox.state IN ('dispatching', 'unknown', 'unknown_final')
        OR array_position(ARRAY['accepted', 'delivered', 'read', 'played'], given.state)
            > array_position(ARRAY['accepted', 'delivered', 'read', 'played'], outbox.state)
    )
RETURNING outbox.workspace_id, outbox.id, outbox.device_id, outbox.campaign_id, outbox.contact_id, outbox.wire_id,
    outbox.state;

-- name: mark_answered
-- The newest message to this person on this device is the one that was answered; `stopped_at` when they asked to hear no
-- more. The first time counts.
WITH answered AS (
    SELECT reply.workspace_id, sent.id, reply.at, reply.stopped_at
    FROM (
        SELECT workspace_id, device_id, contact_id, min(at) AS at, min(stopped_at) AS stopped_at
        FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :contact_ids::uuid[], :ats::timestamptz[],
                :stopped_ats::timestamptz[])
            AS told (workspace_id, device_id, contact_id, at, stopped_at)
        GROUP BY workspace_id, device_id, contact_id
    ) AS reply
    CROSS JOIN LATERAL (
        -- All that one person got, which is little: sorted by an index, it would be looked for among all that a number sent.
        SELECT (array_agg(outbox.id ORDER BY outbox.dispatched_at DESC))[1] AS id
        FROM outbox
        WHERE outbox.workspace_id = reply.workspace_id AND outbox.contact_id = reply.contact_id
            AND outbox.device_id = reply.device_id AND outbox.dispatched_at IS NOT NULL
            AND outbox.state NOT IN ('queued', 'failed')
    ) AS sent
),
locked AS (
    SELECT outbox.workspace_id, outbox.id, answered.at, answered.stopped_at
    FROM answered
    JOIN outbox ON outbox.workspace_id = answered.workspace_id AND outbox.id = answered.id
    WHERE outbox.replied_at IS NULL OR (outbox.opted_out_at IS NULL AND answered.stopped_at IS NOT NULL)
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox
SET replied_at = coalesce(outbox.replied_at, locked.at), opted_out_at = coalesce(outbox.opted_out_at, locked.stopped_at)
FROM locked
WHERE outbox.workspace_id = locked.workspace_id AND outbox.id = locked.id
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: end_queued_of_stream!
-- Everything that has not been handed out ends with the stream; what is on the wire settles normally.
WITH ending AS (
    SELECT workspace_id, id
    FROM outbox
    WHERE workspace_id = :workspace_id AND stream_id = :stream_id AND state = 'queued'
    ORDER BY workspace_id, id
    FOR NO KEY UPDATE
)
UPDATE outbox SET state = 'cancelled', code = :code, hold = NULL, settled_at = :now
FROM ending
WHERE outbox.workspace_id = ending.workspace_id AND outbox.id = ending.id AND outbox.state = 'queued';

-- name: end_queued_of_device
-- The number is gone, and no other number may speak in its place.
WITH ending AS (
    SELECT outbox.workspace_id, outbox.id
    FROM stream
    JOIN outbox ON outbox.workspace_id = stream.workspace_id AND outbox.stream_id = stream.id
    WHERE stream.workspace_id = :workspace_id AND stream.state <> 'closed'
        AND outbox.device_id = :device_id AND outbox.state = 'queued'
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox SET state = 'cancelled', code = 'device_deleted', hold = NULL, settled_at = :now
FROM ending
WHERE outbox.workspace_id = ending.workspace_id AND outbox.id = ending.id AND outbox.state = 'queued'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: suppress_queued
-- In the transaction that writes the suppression, so that no row of this person is left to be claimed.
WITH ending AS (
    SELECT outbox.workspace_id, outbox.id
    FROM unnest(:workspace_ids::uuid[], :contact_ids::uuid[]) AS person (workspace_id, contact_id)
    JOIN outbox ON outbox.workspace_id = person.workspace_id AND outbox.contact_id = person.contact_id
    WHERE outbox.state = 'queued'
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox
)
UPDATE outbox SET state = 'suppressed', code = :code, hold = NULL, settled_at = :now
FROM ending
WHERE outbox.workspace_id = ending.workspace_id AND outbox.id = ending.id AND outbox.state = 'queued'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: expire_unknown
-- Waited long enough for evidence; should some come still, it is heard.
WITH ending AS (
    SELECT workspace_id, id
    FROM outbox
    WHERE state = 'unknown' AND settled_at <= :before
    ORDER BY workspace_id, id
    LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE outbox SET state = 'unknown_final', code = coalesce(outbox.code, 'no_evidence'), settled_at = :now
FROM ending
WHERE outbox.workspace_id = ending.workspace_id AND outbox.id = ending.id AND outbox.state = 'unknown'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;

-- name: end_leftovers
-- Queued rows that no claim will ever see: their stream is past its time or closed (a row given back just then), or
-- their device is deleted. Ended here, so that a campaign never waits for them.
WITH ending AS (
    SELECT late.workspace_id, late.id, late.state, late.code
    FROM stream
    CROSS JOIN LATERAL (
        SELECT
            outbox.workspace_id, outbox.id,
            CASE WHEN stream.state = 'closed' THEN 'cancelled' ELSE 'expired' END AS state,
            CASE WHEN stream.state = 'closed' THEN 'campaign_cancelled' ELSE 'expired' END AS code
        FROM outbox
        WHERE outbox.workspace_id = stream.workspace_id AND outbox.stream_id = stream.id AND outbox.state = 'queued'
        LIMIT :limit
    ) AS late
    WHERE stream.state = 'closed' OR stream.expires_at <= :now
    UNION ALL
    SELECT gone.workspace_id, gone.id, 'cancelled', 'device_deleted'
    FROM device
    JOIN stream ON stream.workspace_id = device.workspace_id AND stream.state <> 'closed'
    CROSS JOIN LATERAL (
        SELECT outbox.workspace_id, outbox.id
        FROM outbox
        WHERE outbox.workspace_id = stream.workspace_id AND outbox.stream_id = stream.id
            AND outbox.device_id = device.id AND outbox.state = 'queued'
        LIMIT :limit
    ) AS gone
    WHERE device.deleted_at IS NOT NULL
),
locked AS (
    SELECT outbox.workspace_id, outbox.id, ending.state, ending.code
    FROM ending
    JOIN outbox ON outbox.workspace_id = ending.workspace_id AND outbox.id = ending.id
    WHERE outbox.state = 'queued'
    ORDER BY outbox.workspace_id, outbox.id
    FOR NO KEY UPDATE OF outbox SKIP LOCKED
)
UPDATE outbox SET state = locked.state, code = locked.code, hold = NULL, settled_at = :now
FROM locked
WHERE outbox.workspace_id = locked.workspace_id AND outbox.id = locked.id AND outbox.state = 'queued'
RETURNING outbox.workspace_id, outbox.id, outbox.campaign_id;
