-- 0001 foundation: the whole data model of the first release.
-- Every key begins with workspace_id (the distribution column, should the database ever be sharded); ids are uuid7.
-- Oldest code that runs on it: 0.1.

-- access ------------------------------------------------------------------------------------------------------------
create table workspace (
    id uuid primary key,
    name text not null,
    zone text not null default 'Asia/Kuala_Lumpur',
    language text not null default 'en' check (language in ('en', 'ms')),
    region text not null default 'MY',
    -- protection policy; hours are the recipient's local time
    quiet_on boolean not null default true,
    quiet_from time not null default '21:00',
    quiet_until time not null default '09:00',
    gap_min_s double precision not null default 8 check (gap_min_s >= 0),
    gap_max_s double precision not null default 20,
    hourly_cap integer check (hourly_cap > 0) default 60,
    daily_cap integer check (daily_cap > 0) default 300,
    simulated_on boolean not null default false,
    created_at timestamptz not null,
    check (gap_max_s >= gap_min_s)
);

create table app_user (
    workspace_id uuid not null references workspace,
    id uuid not null,
    email text not null,
    name text not null,
    role text not null check (role in ('owner', 'operator', 'agent')),
    password_hash text not null,
    theme text not null default 'system',
    language text check (language in ('en', 'ms')),
    created_at timestamptz not null,
    disabled_at timestamptz,
    primary key (workspace_id, id)
);
-- signing in starts from an address alone, so it is unique over all workspaces
create unique index app_user_email on app_user (lower(email));

create table web_session (
    token_hash bytea primary key,            -- looked up by the cookie alone
    workspace_id uuid not null,
    user_id uuid not null,
    csrf_token text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    user_agent text not null default '',
    foreign key (workspace_id, user_id) references app_user on delete cascade
);
create index web_session_user on web_session (workspace_id, user_id);

-- one-time links: the first owner's set-up link (no workspace yet) and invitations
create table entry_link (
    token_hash bytea primary key,
    workspace_id uuid references workspace,
    user_id uuid,
    purpose text not null check (purpose in ('owner_setup', 'owner_sign_in', 'invitation')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create table sign_in_attempt (
    email_hash bytea not null,
    at timestamptz not null
);
create index sign_in_attempt_recent on sign_in_attempt (email_hash, at);

create table audit_entry (
    workspace_id uuid not null references workspace,
    id uuid not null,
    at timestamptz not null,
    user_id uuid,
    action text not null,
    subject uuid,
    details jsonb not null default '{}',
    primary key (workspace_id, id)
);

-- events: what browsers must look at again -----------------------------------------------------------------------------
create table event_topic (
    workspace_id uuid not null,
    topic uuid not null,                     -- a device, a campaign, or the workspace itself
    seq bigint not null,
    primary key (workspace_id, topic)
);

create table event (
    workspace_id uuid not null,
    topic uuid not null,
    seq bigint not null,
    kind text not null,
    ids uuid[] not null,
    at timestamptz not null default clock_timestamp(),
    primary key (workspace_id, topic, seq)
);
create index event_age on event (at);

-- gateway workers and devices ------------------------------------------------------------------------------------------
create table worker (
    id uuid primary key,
    roles text[] not null,
    host text not null,
    pid integer not null,
    version text not null,
    started_at timestamptz not null,
    expires_at timestamptz not null          -- lease time: always the database's clock_timestamp()
);

create table device (
    workspace_id uuid not null references workspace,
    id uuid not null,
    name text not null,
    transport text not null,
    phone text,
    lid text,
    state text not null default 'unlinked',
    cause text not null default 'created',
    state_until timestamptz,
    state_since timestamptz not null,
    wanted text not null default 'off' check (wanted in ('off', 'link', 'on')),   -- what its people want of it
    owner uuid,                              -- worker.id
    epoch bigint not null default 0,
    hold text,                               -- why this device sends nothing just now (hourly_cap, daily_cap)
    hold_until timestamptz,
    last_sent_at timestamptz,                -- business time of the last dispatch, for the gap after a take-over
    last_seen_at timestamptz,                -- last proof that the link is alive
    last_inbound_at timestamptz,
    linked_at timestamptz,
    created_at timestamptz not null,
    deleted_at timestamptz,                  -- history is kept; the slot is gone
    primary key (workspace_id, id)
);
create index device_owner on device (owner) where owner is not null;
create index device_wanted on device (workspace_id, id) where wanted <> 'off' and deleted_at is null;

-- the one current (or last) linking of a slot: what the browser shows
create table device_linking (
    workspace_id uuid not null,
    device_id uuid not null,
    method text not null check (method in ('qr', 'code')),
    phone text,                              -- for method code
    step text not null default 'requested',  -- requested, qr, code, passkey, linked, failed
    shown text,                              -- QR text, code or passkey address
    failure text,
    requested_at timestamptz not null,
    expires_at timestamptz,
    primary key (workspace_id, device_id),
    foreign key (workspace_id, device_id) references device on delete cascade
);

-- things a person asks of the gateway that holds the link
create table device_command (
    workspace_id uuid not null,
    id uuid not null,
    device_id uuid not null,
    kind text not null check (kind in ('refresh', 'log_out')),
    requested_at timestamptz not null,
    done_at timestamptz,
    outcome text,
    primary key (workspace_id, id),
    foreign key (workspace_id, device_id) references device on delete cascade
);
create index device_command_open on device_command (workspace_id, device_id, requested_at) where done_at is null;

create table device_grant (
    workspace_id uuid not null,
    user_id uuid not null,
    device_id uuid not null,
    primary key (workspace_id, user_id, device_id),
    foreign key (workspace_id, user_id) references app_user on delete cascade,
    foreign key (workspace_id, device_id) references device on delete cascade
);

-- people ---------------------------------------------------------------------------------------------------------------
create table contact (
    workspace_id uuid not null references workspace,
    id uuid not null,
    phone text,                              -- E.164; may be unknown for identities that hide it
    name text not null default '',
    zone text,                               -- overrides the zones of the number
    language text,
    variables jsonb not null default '{}',   -- further columns of an import, for {{…}}
    consent text not null default 'unknown' check (consent in ('granted', 'unknown', 'refused')),
    consent_source text,
    consent_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id)
);
create unique index contact_phone on contact (workspace_id, phone) where phone is not null;

create table consent_entry (                 -- append only: how a contact's consent came to be
    workspace_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    consent text not null check (consent in ('granted', 'unknown', 'refused')),
    source text not null,
    given_at timestamptz,
    recorded_at timestamptz not null,
    recorded_by uuid,
    primary key (workspace_id, id)
);
create index consent_entry_contact on consent_entry (workspace_id, contact_id, recorded_at);

create table lead (
    workspace_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    device_id uuid,                          -- null: waiting in the pool
    niches text[] not null default '{}',
    status text not null default 'prospect' check (status in ('prospect', 'customer')),
    triggers text[] not null default '{}',
    note text not null default '',
    version integer not null default 1,      -- two people editing: the second is told
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id),
    unique (workspace_id, contact_id),
    foreign key (workspace_id, contact_id) references contact on delete cascade
);
create index lead_newest on lead (workspace_id, created_at desc, id desc);
create index lead_device on lead (workspace_id, device_id, created_at desc, id desc);
create index lead_niches on lead using gin (niches);

-- never again to this person; the key is a hash, so that erasing a contact keeps the block
create table suppression (
    workspace_id uuid not null references workspace,
    address_hash bytea not null,             -- sha256(workspace_id text || ':' || E.164)
    contact_id uuid,
    reason text not null,                    -- opted_out, by_hand, not_on_whatsapp
    word text,
    device_id uuid,
    at timestamptz not null,
    primary key (workspace_id, address_hash)
);
create index suppression_contact on suppression (workspace_id, contact_id);

create table lead_import (
    workspace_id uuid not null references workspace,
    id uuid not null,
    file_name text not null,
    file_sha256 bytea not null,
    file_size bigint not null,
    kind text not null,                      -- csv, xlsx
    encoding text,
    delimiter text,
    columns text[] not null,
    sample jsonb not null,                   -- first rows as text
    mapping jsonb,
    options jsonb not null default '{}',     -- device, duplicate rule, consent answer, default niche and status
    state text not null default 'mapping'
        check (state in ('mapping', 'checking', 'checked', 'running', 'finished', 'cancelled', 'failed')),
    failure text,
    rows_total integer,
    rows_done integer not null default 0,
    counts jsonb not null default '{}',      -- created, merged, unchanged, refused by code …
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id)
);

create table lead_import_error (
    workspace_id uuid not null,
    import_id uuid not null,
    row_number integer not null,
    column_name text not null,
    code text not null,
    shown text not null,
    cells text[] not null,                   -- the row as read, for the error file
    primary key (workspace_id, import_id, row_number),
    foreign key (workspace_id, import_id) references lead_import on delete cascade
);

-- media ----------------------------------------------------------------------------------------------------------------
create table media (
    workspace_id uuid not null references workspace,
    id uuid not null,
    sha256 bytea not null,
    mime text not null,
    size integer not null,
    width integer,
    height integer,
    file_name text not null default '',
    created_at timestamptz not null,
    primary key (workspace_id, id),
    unique (workspace_id, sha256)
);

-- outgoing -------------------------------------------------------------------------------------------------------------
create table content (                       -- what is said; never changed, so that every outbox row keeps its version
    workspace_id uuid not null references workspace,
    id uuid not null,
    body text not null,
    media_id uuid,
    created_at timestamptz not null,
    primary key (workspace_id, id),
    foreign key (workspace_id, media_id) references media
);

create table stream (                        -- what feeds and paces outbox rows: one per campaign
    workspace_id uuid not null references workspace,
    id uuid not null,                        -- the campaign's id
    kind text not null check (kind in ('campaign')),
    state text not null check (state in ('open', 'paused', 'closed')),
    priority smallint not null default 0,
    gap_min_s double precision not null,
    gap_max_s double precision not null,
    consent_override boolean not null default false,   -- the owner chose to send without recorded consent
    expires_at timestamptz,
    primary key (workspace_id, id)
);
create index stream_open on stream (workspace_id, id) where state = 'open';

create table outbox (
    workspace_id uuid not null,
    id uuid not null,
    stream_id uuid not null,
    campaign_id uuid,
    contact_id uuid not null,
    device_id uuid,                          -- null only for rows excluded for want of a device
    content_id uuid not null,
    variables jsonb not null default '{}',
    seed bigint not null,
    state text not null check (state in ('queued', 'dispatching', 'accepted', 'delivered', 'read', 'played', 'failed',
        'unknown', 'unknown_final', 'excluded', 'suppressed', 'cancelled', 'expired')),
    code text,                               -- why it ended, or failed, or is unknown
    hold text,                               -- why it waits: quiet_hours, consent …
    not_before timestamptz not null,
    attempt smallint not null default 0,
    epoch bigint,
    wire_id text,
    chat_address text,                       -- E.164 at dispatch
    body text,                               -- as rendered at dispatch
    idempotency_key text,
    created_at timestamptz not null,
    dispatched_at timestamptz,               -- business time
    settled_at timestamptz,                  -- when it reached its present state
    accepted_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    replied_at timestamptz,
    opted_out_at timestamptz,
    was_unknown boolean not null default false,
    primary key (workspace_id, id),
    foreign key (workspace_id, stream_id) references stream,
    foreign key (workspace_id, content_id) references content
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
-- a campaign reaches a contact at most once, whatever happens
create unique index outbox_once on outbox (workspace_id, campaign_id, contact_id) where campaign_id is not null;
create unique index outbox_idempotent on outbox (workspace_id, idempotency_key) where idempotency_key is not null;
-- a wire id names one row of a device; receipts and echoes find it here
create unique index outbox_wire on outbox (workspace_id, device_id, wire_id) where wire_id is not null;
-- at most one row per chat on the wire
create unique index outbox_in_flight on outbox (workspace_id, device_id, contact_id) where state = 'dispatching';
-- the claim: oldest due row of one stream on one device
create index outbox_due on outbox (workspace_id, stream_id, device_id, not_before, id) where state = 'queued';
create index outbox_in_doubt on outbox (workspace_id, device_id) where state in ('dispatching', 'unknown');
create index outbox_sent on outbox (workspace_id, device_id, dispatched_at) where dispatched_at is not null;
create index outbox_contact on outbox (workspace_id, contact_id, dispatched_at);
create index outbox_campaign on outbox (workspace_id, campaign_id, id);

create table campaign (
    workspace_id uuid not null references workspace,
    id uuid not null,
    name text not null,
    state text not null default 'draft'
        check (state in ('draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled')),
    state_reason text,                       -- by_hand, no_recipients, device_deleted …
    state_since timestamptz not null,
    body text not null default '',           -- the draft's text; launched rows point to content
    media_id uuid,
    content_id uuid,
    niches text[] not null default '{}',     -- empty: any
    statuses text[] not null default '{}',   -- empty: any
    device_ids uuid[] not null default '{}', -- empty: all
    include_unknown_consent boolean not null default false,
    override_by uuid,                        -- the owner who answered for it
    override_at timestamptz,
    starts_at timestamptz,                   -- null: at launch
    gap_min_s double precision,              -- null: the workspace's
    gap_max_s double precision,
    version integer not null default 1,
    created_by uuid,
    updated_by uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    launched_by uuid,
    launched_at timestamptz,
    finished_at timestamptz,
    finish_estimate_s double precision,      -- forecast made at launch, to be held against what happened
    primary key (workspace_id, id),
    foreign key (workspace_id, media_id) references media,
    foreign key (workspace_id, content_id) references content
);
create index campaign_newest on campaign (workspace_id, created_at desc, id desc);
create index campaign_active on campaign (state) where state in ('scheduled', 'running', 'paused');

-- chats ----------------------------------------------------------------------------------------------------------------
create table chat (
    workspace_id uuid not null,
    id uuid not null,
    device_id uuid not null,
    address text not null,                   -- E.164 for a person
    contact_id uuid,
    last_at timestamptz not null,
    last_message_id uuid not null,
    preview text not null default '',
    last_from_me boolean not null default false,
    unread integer not null default 0,
    primary key (workspace_id, id),
    unique (workspace_id, device_id, address),
    foreign key (workspace_id, device_id) references device on delete cascade
);
create index chat_recent on chat (workspace_id, device_id, last_at desc, id);

create table message (
    workspace_id uuid not null,
    id uuid not null,
    device_id uuid not null,
    chat_id uuid not null,
    wire_id text not null,
    sender text not null,                    -- E.164; the device's own phone for from_me
    from_me boolean not null,
    at timestamptz not null,                 -- the network's time stamp, or received_at when that is nonsense
    received_at timestamptz not null,
    time_doubtful boolean not null default false,
    kind text not null,
    body text,
    media_id uuid,
    status text,                             -- of from_me messages: accepted, delivered, read, played, unknown, failed
    outbox_id uuid,
    primary key (workspace_id, chat_id, at, id)
) partition by range (at);
create index message_wire on message (workspace_id, device_id, wire_id);

-- what was stored already: one row per message of a chat, kept 30 days, not partitioned so that uniqueness holds
create table seen (
    workspace_id uuid not null,
    device_id uuid not null,
    chat text not null,
    sender text not null,
    wire_id text not null,
    at timestamptz not null,
    primary key (workspace_id, device_id, chat, sender, wire_id)
);
create index seen_age on seen (at);
