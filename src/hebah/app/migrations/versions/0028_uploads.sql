-- 0028 uploads: files that arrive in pieces. Oldest code that runs on it: 0.1.

create table upload (
    workspace_id uuid not null references workspace,
    id uuid not null,
    file_name text not null,
    file_size bigint not null,
    modified_at timestamptz,                          -- as the browser says: how a file is known again after a cut
    received bigint not null default 0,               -- so many of its bytes are on the disk and count
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id)
);
create index upload_own on upload (workspace_id, created_by, updated_at desc);

-- A file that has arrived always comes with a guess at its columns; a row without one would keep all imports from being listed.
update lead_import set mapping = '{}' where mapping is null;
alter table lead_import alter column mapping set not null;
