-- 0020 access: admins, API keys, second steps, sessions that can be told apart, requests that may be repeated, and an
-- audit trail nobody edits.

alter table app_user drop constraint app_user_role_check;
alter table app_user add constraint app_user_role_check check (role in ('owner', 'admin', 'operator', 'agent'));

-- The secret shared with somebody's authenticator is derived from the salt with the host's key: a stolen database holds
-- none.
create table second_step (
    workspace_id uuid not null,
    user_id uuid not null,
    salt bytea not null,
    confirmed_at timestamptz,                         -- null while it is being set up
    used bigint not null default 0,                   -- the last 30-second step a code was taken for: none counts twice
    primary key (workspace_id, user_id),
    foreign key (workspace_id, user_id) references app_user on delete cascade
);

create table recovery_code (
    workspace_id uuid not null,
    user_id uuid not null,
    code_hash bytea not null,
    primary key (workspace_id, user_id, code_hash),
    foreign key (workspace_id, user_id) references app_user on delete cascade
);

alter table workspace add column second_step_required boolean not null default false; -- of owners and admins

-- the hash is the cookie's secret; people end sessions by an id that opens nothing
alter table web_session
    add column id uuid not null default gen_random_uuid(),
    add column address text not null default '';
create unique index web_session_id on web_session (workspace_id, id);

alter table entry_link drop constraint entry_link_purpose_check;
alter table entry_link add constraint entry_link_purpose_check
    check (purpose in ('owner_setup', 'owner_sign_in', 'invitation', 'password_reset'));

create table api_key (
    workspace_id uuid not null references workspace,
    id uuid not null,
    name text not null,
    prefix text not null,                             -- shown, so that people can tell keys apart
    secret_hash bytea not null,                       -- the secret itself is told once and stored nowhere
    permissions text[] not null,
    device_ids uuid[],                                -- null: every device its maker sees
    created_by uuid not null,                         -- a key never reaches further than its maker does now
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,                         -- written at most once a minute
    revoked_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, created_by) references app_user
);
create unique index api_key_secret on api_key (secret_hash);

alter table audit_entry add column key_id uuid;       -- done by a program with this key, in the name of user_id
create index audit_entry_at on audit_entry (workspace_id, at desc, id desc);

-- What was done stays written down: not even a fault of ours can change it. Whoever owns the schema can still drop the
-- trigger, so this guards against the application, not against the database's administrator.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
    for each statement execute function refuse_change();

-- A request that its sender may repeat without doing the thing twice (the header Idempotency-Key).
create table repeatable_request (
    workspace_id uuid not null,
    actor_id uuid not null,                           -- a user or an API key
    key text not null,
    fingerprint bytea not null,                       -- of method, address and body
    attempt uuid not null,                            -- who works on it; an older attempt's transaction is refused
    lease_until timestamptz not null,                 -- a process that died lets go then
    done boolean not null default false,              -- set in the transaction that does the thing
    created_at timestamptz not null,
    status integer,                                   -- null while there is no answer to repeat
    media_type text,
    body bytea,
    primary key (workspace_id, actor_id, key)
);
create index repeatable_request_age on repeatable_request (created_at);
