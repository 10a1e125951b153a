-- name: message_months
-- The months that have no partition yet, with the statements that give them one: of messages, and of their words, which
-- follow every month that messages have. A table is filled and then attached, rather than made in place, because rows
-- of a month may already sit in the default partition.
WITH month AS (
    SELECT date_trunc('month', :now::timestamptz, 'UTC') + make_interval(months => ahead) AS starts_at
    FROM generate_series(0, :months_ahead::integer) AS ahead
    UNION
    SELECT to_date(substr(relname, 9), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC'
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'message'::regclass AND relname ~ '^message_[0-9]{4}_[0-9]{2}$'
),
named AS (
    SELECT parent, starts_at, starts_at + interval '1 month' AS ends_at,
        parent || to_char(starts_at AT TIME ZONE 'UTC', '_YYYY_MM') AS name
    FROM month CROSS JOIN unnest(ARRAY['message', 'message_words']) AS parent
)
SELECT name, format(
    'CREATE TABLE %1$I (LIKE %4$I INCLUDING ALL);
    WITH moved AS (DELETE FROM %5$I WHERE at >= %2$L AND at < %3$L RETURNING *)
    INSERT INTO %1$I SELECT * FROM moved;
    ALTER TABLE %4$I ATTACH PARTITION %1$I FOR VALUES FROM (%2$L) TO (%3$L)',
    name, starts_at, ends_at, parent, parent || '_default'
) AS statements
FROM named
WHERE to_regclass(quote_ident(name)) IS NULL
ORDER BY parent, starts_at;

-- name: add_default_partition!
-- Messages older than the first month, or from a clock far ahead, still need a place.
CREATE TABLE IF NOT EXISTS message_default PARTITION OF message DEFAULT;

-- name: lock_partitions!
-- Several processes start at once; the second then finds nothing left to do.
SELECT pg_advisory_xact_lock(hashtext('hebah:partitions'));
