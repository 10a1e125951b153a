-- name: offer_packets!
-- Kept once, however often it is offered before we acknowledge.
INSERT INTO history_packet
    (workspace_id, device_id, id, ref, kind, chunk, progress, offered_at, due_at)
SELECT workspace_id, device_id, id, ref, kind, chunk, progress, :now, :now
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[], :ids::uuid[], :refs::bytea[], :kinds::text[],
        :chunks::integer[], :progresses::integer[])
    AS given (workspace_id, device_id, id, ref, kind, chunk, progress)
ON CONFLICT (workspace_id, device_id, sha256(ref)) DO NOTHING;

-- name: due_packets
-- The next packet of each device, in the order of the phone; `busy` devices work on one already.
SELECT packet.*
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN LATERAL (
    SELECT workspace_id, device_id, id, ref, tries FROM history_packet
    WHERE history_packet.workspace_id = held.workspace_id AND history_packet.device_id = held.device_id
      AND history_packet.state = 'waiting' AND history_packet.due_at <= :now
    ORDER BY history_packet.due_at, history_packet.chunk, history_packet.id
    LIMIT 1
) AS packet ON true
WHERE held.device_id <> ALL (:busy::uuid[])
LIMIT :limit;

-- name: next_packet_due$
-- When to look again.
SELECT min(history_packet.due_at)
FROM unnest(:workspace_ids::uuid[], :device_ids::uuid[]) AS held (workspace_id, device_id)
JOIN history_packet USING (workspace_id, device_id)
WHERE history_packet.state = 'waiting' AND history_packet.due_at > :now;

-- name: count_stored!
-- With the messages themselves, so that a packet fetched twice counts none twice.
UPDATE history_packet SET messages = messages + :messages
WHERE workspace_id = :workspace_id AND device_id = :device_id AND id = :id;

-- name: end_packet!
-- Done, or given up with the reason.
UPDATE history_packet SET state = :state, failure = :failure, done_at = :now
WHERE workspace_id = :workspace_id AND device_id = :device_id AND id = :id AND state = 'waiting';

-- name: put_off_packet!
-- Another try later.
UPDATE history_packet SET due_at = :due_at, tries = tries + 1, failure = :failure
WHERE workspace_id = :workspace_id AND device_id = :device_id AND id = :id AND state = 'waiting';

-- name: keep_chats
-- What the owner of the phone keeps of chats that are known here; what somebody has set here stays.
UPDATE chat
SET name = CASE WHEN given.name = '' THEN chat.name ELSE given.name END,
    archived_at = coalesce(chat.archived_at, CASE WHEN given.archived THEN :now::timestamptz END),
    pinned_at = coalesce(chat.pinned_at, CASE WHEN given.pinned THEN :now::timestamptz END),
    muted_until = coalesce(chat.muted_until, given.muted_until)
FROM unnest(:addresses::text[], :names::text[], :archived::boolean[], :pinned::boolean[], :muted_untils::timestamptz[])
    AS given (address, name, archived, pinned, muted_until)
WHERE chat.workspace_id = :workspace_id AND chat.device_id = :device_id AND chat.address = given.address
  AND (chat.name, chat.archived_at, chat.pinned_at, chat.muted_until) IS DISTINCT FROM (
      CASE WHEN given.name = '' THEN chat.name ELSE given.name END,
      coalesce(chat.archived_at, CASE WHEN given.archived THEN :now::timestamptz END),
      coalesce(chat.pinned_at, CASE WHEN given.pinned THEN :now::timestamptz END),
      coalesce(chat.muted_until, given.muted_until))
RETURNING chat.workspace_id, chat.device_id, chat.id;

-- name: history_progress
-- Packets of names alone say nothing about messages; what somebody asked for in a chat is shown there.
SELECT device_id, count(*) AS offered, count(*) FILTER (WHERE state = 'done') AS done,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'failed' AND failure IS DISTINCT FROM 'expired') AS retriable, coalesce(sum(messages), 0)::bigint AS messages,
    max(progress) AS told
FROM history_packet
WHERE workspace_id = :workspace_id AND device_id = ANY (:device_ids::uuid[]) AND kind NOT IN ('push_names', 'on_demand')
GROUP BY device_id;

-- name: oldest_message^
-- Where what is stored of a chat begins.
SELECT wire_id, from_me, sender, at FROM message
WHERE workspace_id = :workspace_id AND chat_id = :chat_id
ORDER BY at, id
LIMIT 1;

-- name: packed_since^
-- What the phone has packed because somebody asked; it does not say for which chat.
SELECT state, failure, messages FROM history_packet
WHERE workspace_id = :workspace_id AND device_id = :device_id AND kind = 'on_demand' AND offered_at >= :since
ORDER BY offered_at, id
LIMIT 1;

-- name: retry_packets!
-- Those that were given up, except where the network has told that nobody has them any more.
UPDATE history_packet SET state = 'waiting', due_at = :now, tries = 0, failure = NULL, done_at = NULL
WHERE workspace_id = :workspace_id AND device_id = :device_id AND state = 'failed'
  AND failure IS DISTINCT FROM 'expired';
