-- name: add_device!
-- A fresh slot, linked to nothing.
INSERT INTO device (workspace_id, id, name, transport, state, cause, state_since, wanted, created_at)
VALUES (:workspace_id, :id, :name, :transport, :state, :cause, :now, 'off', :now);

-- name: find_device^
-- The slot as its screen shows it; deleted slots are gone for everybody.
SELECT * FROM device WHERE workspace_id = :workspace_id AND id = :device_id AND deleted_at IS NULL;

-- name: lock_device^
-- People and gateways change a slot one after the other.
SELECT * FROM device WHERE workspace_id = :workspace_id AND id = :device_id AND deleted_at IS NULL
FOR NO KEY UPDATE;

-- name: rename_device!
-- Two slots may share a name: people tell them apart by the phone.
UPDATE device SET name = :name WHERE workspace_id = :workspace_id AND id = :device_id;

-- name: want_device!
-- What a person asks for takes the slot from its gateway: whoever takes it next does so under a new epoch, and
-- whatever the old holder still writes is refused.
UPDATE device
SET wanted = :wanted, owner = NULL, state = :state, cause = :cause, state_until = NULL, hold = NULL, hold_until = NULL,
    state_since = CASE WHEN state = :state THEN state_since ELSE :now::timestamptz END
WHERE workspace_id = :workspace_id AND id = :device_id;

-- name: delete_device!
-- The row stays for the history that points to it; an erased history has no number either.
UPDATE device
SET deleted_at = :now::timestamptz, wanted = 'off', owner = NULL, state = :state, cause = :cause, state_until = NULL,
    state_since = :now::timestamptz, hold = NULL, hold_until = NULL,
    phone = CASE WHEN :keep_history::boolean THEN phone END, lid = CASE WHEN :keep_history::boolean THEN lid END,
    push_name = CASE WHEN :keep_history::boolean THEN push_name END
WHERE workspace_id = :workspace_id AND id = :device_id;

-- name: delete_grants!
-- A deleted slot is granted to nobody.
DELETE FROM device_grant WHERE workspace_id = :workspace_id AND device_id = :device_id;

-- name: put_linking!
-- A slot has one linking; a new request replaces the last.
INSERT INTO device_linking (workspace_id, device_id, method, phone, step, requested_at)
VALUES (:workspace_id, :device_id, :method, :phone, 'requested', :now)
ON CONFLICT (workspace_id, device_id) DO UPDATE
SET method = excluded.method, phone = excluded.phone, step = excluded.step, shown = NULL, failure = NULL,
    requested_at = excluded.requested_at, expires_at = NULL, answer = NULL;

-- name: note_passkey_answer!
-- Told to whoever looks at the linking; the next step replaces it.
UPDATE device_linking SET answer = :answer
WHERE workspace_id = :workspace_id AND device_id = :device_id AND step = 'passkey';

-- name: accept_risk$
-- The first time counts.
INSERT INTO link_risk_accepted (workspace_id, user_id, transport, at)
VALUES (:workspace_id, :user_id, :transport, :now)
ON CONFLICT DO NOTHING
RETURNING transport;

-- name: accepted_risks
-- What need not be asked again.
SELECT transport, at FROM link_risk_accepted WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: find_linking^
-- What the person who links sees now.
SELECT device_linking.* FROM device_linking
JOIN device USING (workspace_id)
WHERE device.id = device_linking.device_id AND device.deleted_at IS NULL
  AND workspace_id = :workspace_id AND device_id = :device_id;

-- name: fail_linking!
-- The linking a person gave up; what it showed is worth nothing now.
UPDATE device_linking SET step = 'failed', failure = :failure, shown = NULL, expires_at = NULL, answer = NULL
WHERE workspace_id = :workspace_id AND device_id = :device_id AND step NOT IN ('linked', 'failed');

-- name: write_linking_step$
-- Only the gateway that holds the slot, and only while the linking is wanted.
UPDATE device_linking AS linking
SET step = :step, shown = :shown, failure = :failure, expires_at = :expires_at, answer = NULL
FROM device
WHERE device.workspace_id = :workspace_id AND device.id = :device_id AND device.owner = :owner
  AND device.epoch = :epoch AND device.wanted = 'link'
  AND linking.workspace_id = device.workspace_id AND linking.device_id = device.id
RETURNING linking.device_id;

-- name: write_linked$
-- A number sits in one slot of a workspace: in two it would have twice the pace its protection allows.
UPDATE device
SET phone = :phone, lid = :lid, push_name = :push_name, linked_at = :now::timestamptz, wanted = 'on',
    state = 'connecting', cause = 'linked', state_since = :now::timestamptz, state_until = NULL
WHERE workspace_id = :workspace_id AND id = :device_id AND owner = :owner AND epoch = :epoch AND wanted = 'link'
  AND NOT EXISTS (
      SELECT FROM device AS other
      WHERE other.workspace_id = :workspace_id AND other.id <> :device_id AND other.phone = :phone
        AND other.deleted_at IS NULL AND other.state NOT IN ('unlinked', 'linking', 'logged_out')
  )
RETURNING id;

-- name: write_not_linked$
-- The end of a linking that came to nothing; a slot that was linked before keeps saying so.
UPDATE device
SET wanted = 'off', state = CASE WHEN linked_at IS NULL THEN 'unlinked' ELSE 'logged_out' END, cause = :cause,
    state_since = :now::timestamptz, state_until = NULL
WHERE workspace_id = :workspace_id AND id = :device_id AND owner = :owner AND epoch = :epoch AND wanted = 'link'
RETURNING id;

-- name: add_command$
-- One open command of a kind about one thing is enough, however often somebody presses.
INSERT INTO device_command (workspace_id, id, device_id, kind, subject, payload, details, requested_at, expires_at)
VALUES (
    :workspace_id, :id, :device_id, :kind::text, :subject::text, :payload, :details::jsonb, :now,
    :expires_at::timestamptz
)
ON CONFLICT (workspace_id, device_id, kind, subject) WHERE done_at IS NULL
DO UPDATE SET requested_at = device_command.requested_at
RETURNING id;

-- name: replace_command!
-- The newest word counts: an older one that still waits is not carried out, nor is its end taken for the end of this.
INSERT INTO device_command (workspace_id, id, device_id, kind, subject, details, requested_at, expires_at)
VALUES (:workspace_id, :id, :device_id, :kind::text, :subject::text, :details::jsonb, :now, :expires_at)
ON CONFLICT (workspace_id, device_id, kind, subject) WHERE done_at IS NULL
DO UPDATE SET id = excluded.id, details = excluded.details, requested_at = excluded.requested_at,
    expires_at = excluded.expires_at;

-- name: open_commands
-- What people ask of all the devices of one gateway, in one statement however many it holds; gateways serve all
-- workspaces.
SELECT command.workspace_id, command.id, command.device_id, command.kind, command.payload, command.details, device.epoch
FROM device_command AS command
JOIN device ON device.workspace_id = command.workspace_id AND device.id = command.device_id
WHERE command.done_at IS NULL AND device.owner = :owner AND command.kind = ANY (:kinds::text[])
    AND (command.expires_at IS NULL OR command.expires_at > :now) AND command.id <> ALL (:under_way::uuid[])
ORDER BY command.requested_at, command.id
LIMIT 500;

-- name: finish_command!
-- The first answer stands, and only the gateway that holds the device gives it.
UPDATE device_command SET done_at = :now, outcome = :outcome, payload = NULL
FROM device
WHERE device_command.workspace_id = :workspace_id AND device_command.id = :command_id AND device_command.done_at IS NULL
    AND device.workspace_id = device_command.workspace_id AND device.id = device_command.device_id
    AND device.owner = :owner AND device.epoch = :epoch;

-- name: expire_commands!
-- Nobody wants it any more; of one device, or of all.
UPDATE device_command SET done_at = :now, outcome = 'expired', payload = NULL
WHERE done_at IS NULL AND expires_at <= :now
    AND (:device_id::uuid IS NULL OR (workspace_id = :workspace_id AND device_id = :device_id));

-- name: give_up_command!
-- Whoever asked has waited long enough.
UPDATE device_command SET done_at = :now, outcome = 'expired'
WHERE workspace_id = :workspace_id AND id = :command_id AND done_at IS NULL;

-- name: forget_commands!
-- A bite of what was answered long ago.
DELETE FROM device_command WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM device_command WHERE done_at < :before LIMIT :limit
));

-- name: find_command^
-- How far something asked for has come.
SELECT id, requested_at, outcome FROM device_command WHERE workspace_id = :workspace_id AND id = :command_id;

-- name: last_command^
-- The newest of a kind about something.
SELECT id, requested_at, outcome FROM device_command
WHERE workspace_id = :workspace_id AND kind = :kind AND subject = :subject
ORDER BY requested_at DESC
LIMIT 1;

-- name: asked_since^
-- How often a device was asked for something that its gateway has begun with.
SELECT count(*) AS used, min(requested_at) AS oldest FROM device_command
WHERE workspace_id = :workspace_id AND device_id = :device_id AND kind = :kind AND requested_at > :since
    AND outcome IS DISTINCT FROM 'expired';

-- name: finish_commands!
-- What was asked of a device before its state changed for good is settled by that change.
UPDATE device_command SET done_at = :now, outcome = :outcome, payload = NULL
WHERE workspace_id = :workspace_id AND device_id = :device_id AND done_at IS NULL;

-- name: drop_answers!
-- A passkey signs one request only.
UPDATE device_command SET done_at = :now, outcome = 'cancelled', payload = NULL
WHERE workspace_id = :workspace_id AND device_id = :device_id AND kind = 'answer_passkey' AND done_at IS NULL;

-- name: claim_devices
-- The gateway takes devices that are wanted (or have a log-out to be carried out) and that no living worker holds.
-- SKIP LOCKED lets gateways share without waiting. Expiry is always the database's own clock. A row says `online` only
-- under the epoch that brought it online.
WITH living AS (
    SELECT id FROM worker WHERE expires_at > clock_timestamp()
),
wanted AS (
    SELECT workspace_id, id FROM device WHERE wanted <> 'off' AND deleted_at IS NULL
    UNION
    SELECT workspace_id, device_id FROM device_command WHERE kind = 'log_out' AND done_at IS NULL
),
free AS (
    SELECT device.workspace_id, device.id
    FROM device
    JOIN wanted ON wanted.workspace_id = device.workspace_id AND wanted.id = device.id
    WHERE (device.owner IS NULL OR NOT EXISTS (SELECT FROM living WHERE living.id = device.owner))
      AND device.transport = ANY (:transports::text[])
      AND EXISTS (SELECT FROM living WHERE living.id = :owner)
    ORDER BY device.workspace_id, device.id
    LIMIT :limit
    FOR NO KEY UPDATE OF device SKIP LOCKED
)
UPDATE device
SET owner = :owner, epoch = device.epoch + 1,
    state = CASE WHEN device.wanted = 'on' AND device.state = ANY (:restartable::text[]) THEN 'connecting'
        ELSE device.state END,
    cause = CASE WHEN device.wanted = 'on' AND device.state = ANY (:restartable::text[]) THEN 'starting'
        WHEN device.wanted = 'link' THEN 'link_requested' ELSE device.cause END,
    state_until = CASE WHEN device.wanted = 'on' AND device.state = ANY (:restartable::text[]) THEN NULL
        ELSE device.state_until END,
    state_since = CASE WHEN device.wanted = 'on' AND device.state = ANY (:restartable::text[])
        AND device.state <> 'connecting' THEN :now::timestamptz ELSE device.state_since END
FROM free
WHERE device.workspace_id = free.workspace_id AND device.id = free.id
RETURNING device.*;

-- name: holdings
-- How many gateways share how many devices of each transport, and how many are this one's; asked every second. A gateway
-- counts only where it can reach: one without the companion neither claims linked devices nor lowers others' shares.
WITH living AS (
    SELECT transports FROM worker WHERE 'gateway' = ANY (roles) AND expires_at > clock_timestamp()
),
counted AS (
    SELECT transport, count(*) AS wanted, 0 AS held FROM device
    WHERE wanted <> 'off' AND deleted_at IS NULL GROUP BY transport
    UNION ALL
    SELECT device.transport, count(*), 0
    FROM device_command JOIN device
        ON device.workspace_id = device_command.workspace_id AND device.id = device_command.device_id
    WHERE kind = 'log_out' AND done_at IS NULL AND (device.wanted = 'off' OR device.deleted_at IS NOT NULL)
    GROUP BY device.transport
    UNION ALL
    SELECT transport, 0, count(*) FROM device WHERE owner = :owner GROUP BY transport
)
SELECT transport, sum(wanted)::bigint AS wanted, sum(held)::bigint AS held,
    (SELECT count(*) FROM living WHERE counted.transport = ANY (living.transports)) AS gateways
FROM counted GROUP BY transport;

-- name: held_devices
-- Which leases still stand, when the number of them tells that some do not.
SELECT workspace_id, id, epoch FROM device WHERE owner = :owner;

-- name: confirm_devices
-- Leases that still stand, of slots that still exist: what an erased slot receives must not come back.
SELECT device.workspace_id, device.id, device.epoch, device.owner
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[], :owners::uuid[])
    AS given (workspace_id, id, epoch, owner)
JOIN device USING (workspace_id, id, epoch, owner)
WHERE device.deleted_at IS NULL;

-- name: release_devices
-- Handed back by a gateway that stops or has too many: the next one need not wait for a lease to expire. A limit whose
-- end is known outlives the gateway.
UPDATE device
SET owner = NULL,
    state = CASE WHEN device.wanted = 'on' AND (device.state = 'online' OR (device.state = 'restricted'
        AND device.state_until IS NULL)) THEN 'connecting' ELSE device.state END,
    cause = CASE WHEN device.wanted = 'on' AND (device.state IN ('online', 'connecting')
        OR (device.state = 'restricted' AND device.state_until IS NULL)) THEN 'handed_over' ELSE device.cause END,
    state_since = CASE WHEN device.wanted = 'on' AND (device.state = 'online' OR (device.state = 'restricted'
        AND device.state_until IS NULL)) THEN :now::timestamptz ELSE device.state_since END
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[]) AS given (workspace_id, id, epoch)
WHERE device.workspace_id = given.workspace_id AND device.id = given.id AND device.epoch = given.epoch
  AND device.owner = :owner
RETURNING device.workspace_id, device.id;

-- name: write_conditions
-- What links report, many devices at once, locked in one order. A device a person has stopped, and one another gateway
-- has taken, stays as it is.
WITH given AS (
    SELECT * FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[], :states::text[],
        :causes::text[], :untils::timestamptz[], :wanted::text[])
        AS row (workspace_id, id, epoch, state, cause, until, wanted)
),
held AS (
    SELECT device.workspace_id, device.id
    FROM device JOIN given USING (workspace_id, id, epoch)
    WHERE device.owner = :owner AND device.wanted = 'on' AND device.deleted_at IS NULL
    ORDER BY device.workspace_id, device.id
    FOR NO KEY UPDATE OF device
)
UPDATE device
SET state = given.state, cause = given.cause, state_until = given.until, wanted = coalesce(given.wanted, device.wanted),
    state_since = CASE WHEN device.state = given.state THEN device.state_since ELSE :now::timestamptz END,
    last_seen_at = CASE WHEN given.state = 'online' THEN :now::timestamptz ELSE device.last_seen_at END
FROM given, held
WHERE device.workspace_id = held.workspace_id AND device.id = held.id
  AND given.workspace_id = held.workspace_id AND given.id = held.id
  AND device.owner = :owner AND device.epoch = given.epoch AND device.wanted = 'on'
RETURNING device.workspace_id, device.id;

-- name: write_logged_out$
-- Also of a stopped or deleted slot, which a gateway takes only to carry this out.
UPDATE device
SET wanted = 'off', state = CASE WHEN deleted_at IS NULL THEN 'logged_out' ELSE state END,
    cause = CASE WHEN deleted_at IS NULL THEN :cause ELSE cause END,
    state_since = CASE WHEN deleted_at IS NULL THEN :now::timestamptz ELSE state_since END, state_until = NULL
WHERE workspace_id = :workspace_id AND id = :device_id AND owner = :owner AND epoch = :epoch
RETURNING id;

-- name: write_pulses!
-- Signs of life, collected and written together; a row that is being changed just now is told next time.
WITH given AS (
    SELECT * FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :epochs::bigint[], :seen_at::timestamptz[],
        :inbound_at::timestamptz[]) AS row (workspace_id, id, epoch, seen_at, inbound_at)
),
free AS (
    SELECT device.workspace_id, device.id FROM device JOIN given USING (workspace_id, id, epoch)
    WHERE device.owner = :owner
    FOR NO KEY UPDATE OF device SKIP LOCKED
)
UPDATE device
SET last_seen_at = greatest(device.last_seen_at, given.seen_at),
    last_inbound_at = greatest(device.last_inbound_at, given.inbound_at)
FROM given, free
WHERE device.workspace_id = free.workspace_id AND device.id = free.id
  AND given.workspace_id = free.workspace_id AND given.id = free.id;

-- name: note_lost_gateways
-- Devices that nobody holds although they are wanted: their gateway has died, or none runs. Who looks at them must not
-- see `online`.
WITH living AS (
    SELECT id, roles FROM worker WHERE expires_at > clock_timestamp()
),
alone AS (
    SELECT device.workspace_id, device.id
    FROM device
    WHERE device.wanted <> 'off' AND device.deleted_at IS NULL AND device.cause <> 'no_gateway'
      AND device.state IN ('connecting', 'online', 'waiting', 'restricted', 'linking')
      AND CASE WHEN device.owner IS NULL THEN NOT EXISTS (SELECT FROM living WHERE 'gateway' = ANY (living.roles))
          ELSE NOT EXISTS (SELECT FROM living WHERE living.id = device.owner) END
    ORDER BY device.workspace_id, device.id
    LIMIT 500
    FOR NO KEY UPDATE OF device SKIP LOCKED
)
UPDATE device
SET state = CASE WHEN device.state = 'linking' THEN 'linking' ELSE 'waiting' END, cause = 'no_gateway',
    state_until = NULL,
    state_since = CASE WHEN device.state IN ('linking', 'waiting') THEN device.state_since ELSE :now::timestamptz END
FROM alone
WHERE device.workspace_id = alone.workspace_id AND device.id = alone.id
RETURNING device.workspace_id, device.id;

-- name: device_page
-- Slots by name. A list of a few thousand rows at most; the key of the page is (name, id).
SELECT device.* FROM device
WHERE device.workspace_id = :workspace_id AND device.deleted_at IS NULL
  AND (:device_ids::uuid[] IS NULL OR device.id = ANY (:device_ids::uuid[]))
  AND (:state::text IS NULL OR device.state = :state::text)
  AND (:cause::text IS NULL OR device.cause = :cause::text)
  AND (:q::text IS NULL OR position(lower(:q::text) IN lower(device.name)) > 0
       OR position(:q_digits::text IN coalesce(device.phone, '')) > 0)
  AND (:after_name::text IS NULL OR (lower(device.name), device.id) > (:after_name::text, :after_id::uuid))
ORDER BY lower(device.name), device.id
LIMIT :limit;

-- name: device_total$
-- How many slots a list shows in all, under the same filter as its pages.
SELECT count(*) FROM device
WHERE workspace_id = :workspace_id AND deleted_at IS NULL
  AND (:device_ids::uuid[] IS NULL OR id = ANY (:device_ids::uuid[]))
  AND (:state::text IS NULL OR state = :state::text)
  AND (:cause::text IS NULL OR cause = :cause::text)
  AND (:q::text IS NULL OR position(lower(:q::text) IN lower(name)) > 0
       OR position(:q_digits::text IN coalesce(phone, '')) > 0);

-- name: device_counts
-- How many slots are in each state, whatever the filter.
SELECT state, count(*) AS devices FROM device
WHERE workspace_id = :workspace_id AND deleted_at IS NULL
  AND (:device_ids::uuid[] IS NULL OR id = ANY (:device_ids::uuid[]))
GROUP BY state;

-- name: fleet
-- Every slot with its state, for the overview; a few thousand rows at most.
SELECT * FROM device
WHERE workspace_id = :workspace_id AND deleted_at IS NULL
  AND (:device_ids::uuid[] IS NULL OR id = ANY (:device_ids::uuid[]))
ORDER BY lower(name), id;
