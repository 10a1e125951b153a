-- 0013 signs: who types, which numbers are on WhatsApp, and older messages of a chat when somebody asks for them.

-- `subject` says what a command is about (a chat, a number): one open command of a kind about each. What is past
-- `expires_at` is never carried out: a typing sign that comes late is worse than none.
alter table device_command
    add column subject text not null default '',
    add column details jsonb not null default '{}',
    add column expires_at timestamptz,
    drop constraint device_command_kind_check,
    add constraint device_command_kind_check
        check (kind in ('refresh', 'log_out', 'answer_passkey', 'typing', 'check_number', 'history'));

-- Until now two that pressed at the same moment could leave two open ones.
update device_command set done_at = requested_at, outcome = 'cancelled', payload = null
where done_at is null and exists (
    select from device_command as other
    where other.workspace_id = device_command.workspace_id and other.device_id = device_command.device_id
      and other.kind = device_command.kind and other.done_at is null and other.id < device_command.id
);
drop index device_command_open;
create unique index device_command_open on device_command (workspace_id, device_id, kind, subject)
    where done_at is null;
create index device_command_done on device_command (done_at) where done_at is not null;
-- how many numbers a device has looked up of late
create index device_command_checks on device_command (workspace_id, device_id, requested_at)
    where kind = 'check_number';
-- the last word about the older messages of a chat
create index device_command_history on device_command (workspace_id, subject, requested_at desc)
    where kind = 'history';

-- What the network says of numbers, for every device of the workspace: nobody is looked up twice in a month.
create table number_check (
    workspace_id uuid not null references workspace,
    phone text not null,
    on_whatsapp boolean not null,
    checked_at timestamptz not null,
    primary key (workspace_id, phone)
);

-- Who types just now: people in chats, and colleagues who answer them. Gone after a crash, and nobody misses it.
create unlogged table typing_sign (
    workspace_id uuid not null,
    device_id uuid not null,
    chat_id uuid not null,
    who text not null,                       -- a user's id, or the address of somebody in the chat
    is_ours boolean not null,
    name text not null,
    state text not null check (state in ('typing', 'recording', 'paused')),
    began_at timestamptz not null,
    at timestamptz not null,
    primary key (workspace_id, device_id, chat_id, who),
    foreign key (workspace_id, chat_id) references chat on delete cascade
);

alter table workspace
    add column typing_on boolean not null default true,      -- whether the other side sees what is written by hand
    add column number_checks integer not null default 50 check (number_checks between 0 and 1000);
