-- name: message_months
-- The months that have no partition yet, with the statements that give them one. A table is filled and then attached,
-- rather than made in place, because rows of a month may already sit in the default partition.
WITH month AS (
    SELECT
        date_trunc('month', :now::timestamptz, 'UTC') + make_interval(months => ahead) AS starts_at,
        date_trunc('month', :now::timestamptz, 'UTC') + make_interval(months => ahead + 1) AS ends_at
    FROM generate_series(0, :months_ahead::integer) AS ahead
),
named AS (
    SELECT starts_at, ends_at, 'message_' || to_char(starts_at AT TIME ZONE 'UTC', 'YYYY_MM') AS name FROM month
)
SELECT name, format(
    'CREATE TABLE %1$I (LIKE message INCLUDING ALL);
    WITH moved AS (DELETE FROM message_default WHERE at >= %2$L AND at < %3$L RETURNING *)
    INSERT INTO %1$I SELECT * FROM moved;
    ALTER TABLE message ATTACH PARTITION %1$I FOR VALUES FROM (%2$L) TO (%3$L)',
    name, starts_at, ends_at
) AS statements
FROM named
WHERE to_regclass(quote_ident(name)) IS NULL
ORDER BY starts_at;

-- name: add_default_partition!
-- Messages older than the first month, or from a clock far ahead, still need a place.
CREATE TABLE IF NOT EXISTS message_default PARTITION OF message DEFAULT;

-- name: lock_partitions!
-- Several processes start at once; the second then finds nothing left to do.
SELECT pg_advisory_xact_lock(hashtext('hebah:partitions'));
