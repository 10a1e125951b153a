-- 0003 messages: everything a message can say, who is who by phone and LID, files to fetch, and packets of older messages.
-- Oldest code that runs on it: 0.1.

-- what the list of chats shows, and what the owner of the phone keeps of a chat there
alter table chat
    add column name text not null default '',         -- of a group, or of somebody who hides the number
    add column last_kind text not null default 'text',
    add column last_sender_name text not null default '',
    add column last_deleted boolean not null default false,
    add column read_until timestamptz,                -- everything up to here has been read, here or on the phone
    add column read_told_until timestamptz,           -- and WhatsApp knows it up to here
    add column pinned_at timestamptz,
    add column muted_until timestamptz,
    add column archived_at timestamptz;
update chat set last_kind = message.kind
from message
where message.workspace_id = chat.workspace_id and message.chat_id = chat.id and message.at = chat.last_at
    and message.id = chat.last_message_id and message.kind <> 'text';

alter table message
    add column sender_name text,                      -- as the sender calls themselves; of groups and hidden numbers
    add column details jsonb,                         -- what only some kinds have: file, quote, place, cards, options
    add column media_ref bytea,                       -- the transport's own: how to fetch the file
    add column media_state text,                      -- waiting, later, ready, expired, damaged, too_large
    add column thumbnail bytea,
    add column raw bytea,                             -- a message we do not understand yet, as it came
    add column once boolean not null default false,   -- to be looked at once only
    add column edited_at timestamptz,
    add column deleted_at timestamptz;
-- events and people name messages by id alone
create index message_id on message (workspace_id, id);

-- reactions, edits and deletions: changes to a message of the same chat, which may not have arrived yet. Append only.
create table message_change (
    workspace_id uuid not null,
    device_id uuid not null,
    target_wire_id text not null,
    id uuid not null,
    chat text not null,                               -- an address, as in chat
    kind text not null check (kind in ('reaction', 'edit', 'deletion')),
    sender text not null,                             -- as in message
    sender_name text,
    wire_id text not null,
    body text not null default '',                    -- the emoji (empty: taken back), or the new words
    at timestamptz not null,
    received_at timestamptz not null,
    waiting boolean not null default false,           -- an edit or a deletion whose message is not here
    primary key (workspace_id, device_id, target_wire_id, id)
);
create index message_change_waiting on message_change (workspace_id, device_id, chat) where waiting;

-- the same person by phone and by LID, learned from what arrives
create table alias (
    workspace_id uuid not null references workspace,
    lid text not null,                                -- digits
    phone text not null,                              -- E.164
    learned_at timestamptz not null,
    primary key (workspace_id, lid)
);
create index alias_phone on alias (workspace_id, phone);

-- files that a gateway still has to fetch; a row goes when the message says what came of it
create table media_fetch (
    workspace_id uuid not null,
    device_id uuid not null,
    message_id uuid not null,
    chat_id uuid not null,
    at timestamptz not null,                          -- of the message, whose key it completes
    due_at timestamptz not null,
    urgency smallint not null,                        -- 0 somebody waits for it, 1 at once, 2 in the background
    tries smallint not null default 0,
    primary key (workspace_id, device_id, message_id)
);
create index media_fetch_due on media_fetch (workspace_id, device_id, urgency, due_at);

-- packets of older messages that a phone has offered
create table history_packet (
    workspace_id uuid not null,
    device_id uuid not null,
    id uuid not null,
    ref bytea not null,                               -- the transport's own
    kind text not null,
    chunk integer not null,
    progress integer not null,                        -- per cent, as the phone says
    state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
    failure text,
    messages integer not null default 0,              -- stored from it
    tries smallint not null default 0,
    offered_at timestamptz not null,
    due_at timestamptz not null,
    done_at timestamptz,
    primary key (workspace_id, device_id, id),
    foreign key (workspace_id, device_id) references device on delete cascade
);
-- offered again until acknowledged, kept once
create unique index history_packet_once on history_packet (workspace_id, device_id, sha256(ref));
create index history_packet_waiting on history_packet (workspace_id, device_id, due_at) where state = 'waiting';
