-- name: link_devices!
-- Numbers that are in good standing for long: linked before the rehearsal begins, wanted online.
UPDATE device
SET phone = given.phone, state = 'stopped', cause = 'linked', state_since = :linked_at, wanted = 'on',
    linked_at = :linked_at, created_at = :linked_at
FROM unnest(:ids::uuid[], :phones::text[]) AS given (id, phone)
WHERE device.workspace_id = :workspace_id AND device.id = given.id;

-- name: count_online^
-- A campaign starts when every number is connected, as its forecast assumes.
SELECT count(*) AS devices, count(DISTINCT owner) AS holders
FROM device WHERE workspace_id = :workspace_id AND state = 'online';

-- name: count_backends$
-- What a dead process has sent to the database is still being done as long as one of these is there.
SELECT count(*) FROM pg_stat_activity WHERE application_name = :application;

-- name: count_in_flight$
-- Messages a dead process had committed as being on the wire, and of which it had not written what became of them.
SELECT count(*)
FROM outbox
JOIN device ON device.workspace_id = outbox.workspace_id AND device.id = outbox.device_id
    AND device.epoch = outbox.epoch
JOIN worker ON worker.id = device.owner AND worker.host = :host AND worker.pid = :pid
WHERE outbox.workspace_id = :workspace_id AND outbox.state = 'dispatching';

-- name: recipients
-- Every recipient's end, to be held against what reached the network.
SELECT state, code, wire_id, chat_address, was_unknown, dispatched_at, epoch
FROM outbox
WHERE workspace_id = :workspace_id AND campaign_id = :campaign_id;
