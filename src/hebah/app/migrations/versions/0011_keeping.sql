-- 0011 keeping: how long files and messages are kept, how much of it, and words that only pass through.
-- Oldest code that runs on it: 0.1.

alter table workspace
    add column keep_files_days integer check (keep_files_days > 0),         -- null: for ever
    add column keep_messages_days integer check (keep_messages_days > 0),   -- null: for ever
    add column media_quota bigint check (media_quota > 0);                  -- bytes; null: no limit

-- when the bytes were last taken in: what has just been sent once more is no old file
alter table media add column used_at timestamptz not null default now();
update media set used_at = created_at;
create index media_used on media (workspace_id, used_at);
create index media_size on media (workspace_id) include (size);     -- adding up reads no rows
create index media_sha256 on media (sha256);                        -- bytes are shared by workspaces

-- bytes that no row of a workspace needed when this was written; looked at again before they go
create table media_leaving (
    sha256 bytea primary key,
    since timestamptz not null
);

-- who still needs a file
create index message_media on message (workspace_id, media_id) where media_id is not null;
create index outbox_media on outbox (workspace_id, media_id) where media_id is not null;
create index content_media on content (workspace_id, media_id) where media_id is not null;
create index campaign_media on campaign (workspace_id, media_id) where media_id is not null;

-- A process that keeps no words says so in its sessions, and each row it writes carries that: whoever settles the row
-- later need not ask how its writer was set up. kept: for good; passing: until settled; gone: no words any more.
create function words_now() returns text stable language sql
return case when current_setting('hebah.chat_storage', true) = 'off' then 'passing' else 'kept' end;

alter table message add column words text not null default words_now();
alter table message_change add column words text not null default words_now();
alter table outbox add column words text not null default words_now();
create index message_passing on message (received_at) where words = 'passing';
create index message_change_passing on message_change (received_at) where words = 'passing';
create index outbox_passing on outbox (workspace_id, id)
    where words = 'passing' and state not in ('queued', 'dispatching');
