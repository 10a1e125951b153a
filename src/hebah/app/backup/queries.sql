-- name: list_tables
-- Whatever lasts: no partitions (their rows come with their parent), nothing unlogged, no computed columns.
SELECT n.nspname || '.' || c.relname AS name,
    ARRAY(SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY a.attnum) AS columns,
    ARRAY(SELECT DISTINCT fn.nspname || '.' || f.relname
        FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS needs
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('public', 'companion') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relpersistence = 'p'
ORDER BY name;

-- name: is_empty$
-- Whether nobody has begun to use the database.
SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'companion') AND c.relkind IN ('r', 'p'));

-- name: find_revision$
-- Which schema the rows are of.
SELECT version_num FROM alembic_version;

-- name: message_months
-- Months that hold messages, so that each gets its partition again.
SELECT DISTINCT date_trunc('month', at, 'UTC') AS month FROM message ORDER BY month;

-- name: pause_streams!
-- Whoever was queued when the backup was taken may have got the message since: nothing goes on by itself.
UPDATE stream SET state = 'paused' WHERE kind = 'campaign' AND state = 'open';

-- name: pause_campaigns
-- What runs waits for a person; what was to begin later is a draft again, since it may have begun elsewhere.
UPDATE campaign SET state = CASE state WHEN 'running' THEN 'paused' ELSE 'draft' END, state_reason = 'restored',
    state_since = :now, version = version + 1
WHERE state IN ('running', 'scheduled')
RETURNING workspace_id, id, state;

-- name: doubt_dispatching
-- Bytes may have left, before the backup or after it: later evidence decides, never a second send.
UPDATE outbox SET state = 'unknown', was_unknown = true, code = 'restored', settled_at = :now
WHERE state = 'dispatching'
RETURNING workspace_id, id;

-- name: hold_by_hand
-- A person looks at the chat and sends it again, under the same wire id, or leaves it.
UPDATE outbox SET state = 'failed', code = 'restored', hold = NULL, settled_at = :now
WHERE state = 'queued' AND said IS NOT NULL
RETURNING workspace_id, id;

-- name: mark_messages!
-- Chats show the same.
UPDATE message SET status = outbox.state FROM outbox
WHERE message.workspace_id = outbox.workspace_id AND message.outbox_id = outbox.id
    AND outbox.code = 'restored' AND outbox.state IN ('failed', 'unknown');

-- name: count_waiting$
-- Recipients whom somebody now sends to or not.
SELECT count(*) FROM outbox WHERE state = 'queued';

-- name: stop_devices
-- The keys of a linked device are those of the day of the backup: a person decides whether it connects with them.
UPDATE device SET wanted = 'off', owner = NULL, hold = NULL, hold_until = NULL, state_until = NULL, cause = 'restored',
    state_since = :now, state = CASE WHEN linked_at IS NULL THEN 'unlinked' ELSE 'stopped' END
WHERE wanted <> 'off' AND deleted_at IS NULL
RETURNING workspace_id, id;

-- name: list_workspaces
-- Each is told in its audit log.
SELECT id FROM workspace;
