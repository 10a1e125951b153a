-- 0002 companion: sessions of linked devices. Only the companion reads and writes here.
-- Values named `sealed`, `session`, `identity`, `salt` or `token` are AES-256-GCM under a key that is not in the database.
-- Sealed bytes do not compress, so storage is external where they may be long; keys compare bytewise (collate "C").
-- There are no foreign keys: a check per written row would cost more than Forget's list of tables.
create schema companion;

-- What the companion checks before it works; it refuses any other number.
create table companion.format (
    version integer not null
);
insert into companion.format values (1);

-- One row per slot with credentials. Every write for a device is fenced by (epoch, incarnation): the owner of a lease
-- that has passed writes nothing, and neither does one whose credentials were replaced by linking anew.
create table companion.session (
    workspace_id uuid not null,
    device_id uuid not null,
    epoch bigint not null,
    incarnation bigint not null,
    sealed bytea not null,                  -- the credentials
    salt bytea,                             -- for tokens of first contacts, sealed apart because it comes later
    next_prekey integer not null default 1, -- ids are never used twice
    jid text not null,
    lid text not null default '',
    platform text not null default '',
    business_name text not null default '',
    push_name text not null default '',
    lid_migrated_at bigint not null default 0,
    meta_nonce text not null default '',
    linked_at timestamptz not null default now(),
    swept_at timestamptz not null default now(),
    primary key (workspace_id, device_id)
) with (fillfactor = 70);

-- Both ratchet state and identity of one device of a contact: they change together.
create table companion.peer (
    workspace_id uuid not null,
    device_id uuid not null,
    address text collate "C" not null,
    session bytea,
    identity bytea,
    primary key (workspace_id, device_id, address)
) with (fillfactor = 70);
alter table companion.peer alter column session set storage external, alter column identity set storage plain;

create table companion.prekey (
    workspace_id uuid not null,
    device_id uuid not null,
    id integer not null,
    sealed bytea not null,
    uploaded boolean not null,
    primary key (workspace_id, device_id, id)
);
alter table companion.prekey alter column sealed set storage plain;

create table companion.sender_key (
    workspace_id uuid not null,
    device_id uuid not null,
    chat text collate "C" not null,
    sender text collate "C" not null,
    sealed bytea not null,
    primary key (workspace_id, device_id, chat, sender)
) with (fillfactor = 70);
alter table companion.sender_key alter column sealed set storage external;

-- A received message between the step of the ratchet and the acknowledgement; afterwards only its hash, for 14 days.
create table companion.received (
    workspace_id uuid not null,
    device_id uuid not null,
    hash bytea not null,
    sealed bytea,
    server_at timestamptz not null,
    at timestamptz not null default now(),
    primary key (workspace_id, device_id, hash)
) with (fillfactor = 80);
alter table companion.received alter column hash set storage plain, alter column sealed set storage external;

-- A sent message, to encrypt it again for whoever could not read it, for 7 days.
create table companion.sent (
    workspace_id uuid not null,
    device_id uuid not null,
    wire_id text collate "C" not null,
    chat text collate "C" not null,
    format text not null,
    sealed bytea not null,
    at timestamptz not null default now(),
    primary key (workspace_id, device_id, wire_id, chat)
);
alter table companion.sent alter column sealed set storage external;

-- What opens later reactions, votes and edits of one message, for 90 days.
create table companion.message_secret (
    workspace_id uuid not null,
    device_id uuid not null,
    wire_id text collate "C" not null,
    chat text collate "C" not null,
    sender text collate "C" not null,
    sealed bytea not null,
    at timestamptz not null default now(),
    primary key (workspace_id, device_id, wire_id, chat, sender)
);
alter table companion.message_secret alter column sealed set storage plain;

create table companion.privacy_token (
    workspace_id uuid not null,
    device_id uuid not null,
    contact text collate "C" not null,
    token bytea not null,
    at timestamptz not null,
    issued_at timestamptz,
    primary key (workspace_id, device_id, contact)
);

create table companion.app_state_key (
    workspace_id uuid not null,
    device_id uuid not null,
    id bytea not null,
    sealed bytea not null,
    at bigint not null,
    primary key (workspace_id, device_id, id)
);

create table companion.app_state (
    workspace_id uuid not null,
    device_id uuid not null,
    name text collate "C" not null,
    version bigint not null,
    hash bytea not null,
    primary key (workspace_id, device_id, name)
);

create table companion.app_state_mac (
    workspace_id uuid not null,
    device_id uuid not null,
    name text collate "C" not null,
    index_mac bytea not null,
    value_mac bytea not null,
    version bigint not null,
    primary key (workspace_id, device_id, name, index_mac)
);

create table companion.contact (
    workspace_id uuid not null,
    device_id uuid not null,
    jid text collate "C" not null,
    first_name text,
    full_name text,
    push_name text,
    business_name text,
    redacted_phone text,
    primary key (workspace_id, device_id, jid)
);

create table companion.chat (
    workspace_id uuid not null,
    device_id uuid not null,
    jid text collate "C" not null,
    muted_until timestamptz,                -- infinity: for good
    pinned boolean not null default false,
    archived boolean not null default false,
    primary key (workspace_id, device_id, jid)
);

-- Which LID and which phone number are the same person. What one device learns serves all of its workspace, and no
-- other one's: a number may be hidden from those.
create table companion.alias (
    workspace_id uuid not null,
    lid text collate "C" not null,
    phone text collate "C" not null,
    primary key (workspace_id, lid)
);
create index alias_phone on companion.alias (workspace_id, phone);
