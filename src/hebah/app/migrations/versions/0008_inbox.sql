-- 0008 inbox: chats over many numbers, what is unread among them, and what waits to be told to WhatsApp.

create index chat_newest on chat (workspace_id, last_at desc, id desc);
create index chat_unread on chat (workspace_id, last_at desc, id desc) where unread > 0;
create index chat_archived on chat (workspace_id, last_at desc, id desc) where archived_at is not null;
create index chat_pinned on chat (workspace_id, device_id, pinned_at desc) where pinned_at is not null;

-- messages of others that somebody has read here and WhatsApp does not know of yet; gone once it does
create table read_mark (
    workspace_id uuid not null,
    device_id uuid not null,
    chat_id uuid not null,
    until timestamptz not null,                       -- everything of the chat up to here
    at timestamptz not null,
    primary key (workspace_id, device_id, chat_id),
    foreign key (workspace_id, chat_id) references chat on delete cascade
);
