-- 0007 team: who answers a chat, labels, notes among colleagues, and replies they need again and again.

alter table chat add column assigned_to uuid;         -- a user
create index chat_assigned on chat (workspace_id, assigned_to, last_at desc) where assigned_to is not null;

create table label (
    workspace_id uuid not null references workspace,
    id uuid not null,
    name text not null,
    colour text not null,
    created_at timestamptz not null,
    primary key (workspace_id, id)
);
create unique index label_name on label (workspace_id, lower(name));

create table chat_label (
    workspace_id uuid not null,
    chat_id uuid not null,
    label_id uuid not null,
    primary key (workspace_id, chat_id, label_id),
    foreign key (workspace_id, chat_id) references chat on delete cascade,
    foreign key (workspace_id, label_id) references label on delete cascade
);
create index chat_label_label on chat_label (workspace_id, label_id);

create table chat_note (
    workspace_id uuid not null,
    chat_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    body text not null,
    at timestamptz not null,
    primary key (workspace_id, chat_id, id),
    foreign key (workspace_id, chat_id) references chat on delete cascade
);

create table canned_reply (
    workspace_id uuid not null references workspace,
    id uuid not null,
    shortcut text not null,                           -- what follows the slash
    body text not null,
    updated_at timestamptz not null,
    primary key (workspace_id, id)
);
create unique index canned_reply_shortcut on canned_reply (workspace_id, lower(shortcut));
