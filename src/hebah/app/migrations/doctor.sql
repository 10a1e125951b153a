-- name: months_without_partition
-- Messages of such a month fall into the default partition, which grows without end.
SELECT month FROM generate_series(
    date_trunc('month', now(), 'UTC'), date_trunc('month', now(), 'UTC') + interval '1 month', interval '1 month'
) AS month
WHERE to_regclass('message_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM')) IS NULL;

-- name: astray$
-- Whether anything of this month lies in the default partition although the month has one of its own.
SELECT EXISTS (SELECT FROM message_default WHERE at >= date_trunc('month', now(), 'UTC') AND at <= now());

-- name: list_hashes
-- Every file that rows name.
SELECT DISTINCT sha256 FROM media;

-- name: count_sealed$
-- What cannot be opened without the key.
SELECT (SELECT count(*) FROM companion.session) + (SELECT count(*) FROM second_step);
