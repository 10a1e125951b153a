-- 0026 seconds: how exactly the time of a message out of a file is known. Oldest code that runs on it: 0.1.

-- null: `at` is exact. Of a message whose file told minutes only, `at` is where its minute begins, and this the second in
-- it: -1 until a phone or another file tells. No default and almost always null, so that no row is written again.
alter table message add column at_second smallint;

-- A file wrote all its messages in one way. What phones have told again since is theirs, and looks exact.
update message set at_second = -1
where archive_id is not null and archive_id not in (
    select archive_id from message where archive_id is not null and extract(second from at) <> 0
);
