-- 0012 archives: files of older chats on their way into a device, and which messages each of them has brought.
-- Oldest code that runs on it: 0.1.

create table archive (
    workspace_id uuid not null references workspace,
    id uuid not null,
    file_name text not null,
    file_sha256 bytea not null,
    file_size bigint not null,
    facts jsonb not null,                             -- what was found in the file: kind, people, columns, date order
    plan jsonb,                                       -- what its importer chose: device, chat, who "me" is, zone
    device_id uuid,                                   -- of the plan
    state text not null default 'planning'
        check (state in ('planning', 'checking', 'checked', 'running', 'finished', 'cancelled', 'failed', 'removing',
            'removed')),
    failure text,
    rows_total integer,
    rows_done integer not null default 0,
    counts jsonb not null default '{}',               -- added, known, refused by code, files, by year
    sample jsonb not null default '[]',               -- the first messages, as they will look
    removed integer not null default 0,               -- messages taken back
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, device_id) references device on delete cascade
);
create index archive_work on archive (updated_at) where state in ('checking', 'running', 'removing');

create table archive_fault (
    workspace_id uuid not null,
    archive_id uuid not null,
    line integer not null,                            -- of the file; of a table, the row
    code text not null,
    shown text not null,                              -- how the line begins
    primary key (workspace_id, archive_id, line),
    foreign key (workspace_id, archive_id) references archive on delete cascade
);

-- No default and almost always null, so that no row is written again.
alter table message add column archive_id uuid;
-- Taking back exactly what a file has brought must not read the messages of a whole device.
create index message_archive on message (workspace_id, archive_id) where archive_id is not null;
