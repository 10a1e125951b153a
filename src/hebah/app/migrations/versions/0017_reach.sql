-- 0017 reach: groups and who is in them, pictures of people and groups, and what phones are to be told of chats.
-- Oldest code that runs on it: 0.1.

alter table chat
    add column closed text check (closed in ('left', 'admins_write')),  -- why nobody can write in this group
    add column members_until timestamptz,     -- its members are as good as known until then; null: never looked up
    add column picture_id uuid,               -- a small JPEG of the media store
    add column picture_until timestamptz;     -- the picture, or that there is none, holds until then; null: never asked

create index chat_picture on chat (workspace_id, picture_id) where picture_id is not null;  -- is the file needed?

create table group_member (
    workspace_id uuid not null,
    chat_id uuid not null,
    address text not null,                    -- E.164, or lid:… of somebody whose number is hidden
    name text not null default '',
    role text not null check (role in ('member', 'admin', 'owner')),
    primary key (workspace_id, chat_id, address),
    foreign key (workspace_id, chat_id) references chat on delete cascade
);
-- the name of somebody whose messages tell none
create index group_member_named on group_member (workspace_id, address) where name <> '';

-- What the gateway that holds the device has to do about a chat besides messages; gone once it is done.
create table errand (
    workspace_id uuid not null,
    device_id uuid not null,
    chat_id uuid not null,
    kind text not null check (kind in ('group', 'picture', 'pinned', 'archived', 'muted', 'unread')),
    wanted_at timestamptz not null,           -- last: what is wanted again while it is being done is done again
    due_at timestamptz not null,
    tries integer not null default 0,
    primary key (workspace_id, device_id, chat_id, kind),
    foreign key (workspace_id, chat_id) references chat on delete cascade
);
create index errand_due on errand (workspace_id, device_id, kind, due_at);
