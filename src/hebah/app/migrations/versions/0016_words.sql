-- 0016 words: what messages say, word by word. A job fills it behind the receiver, in the order in which messages came.

-- one row per message with words; its device and its chat stand among them as @ and the end of their ids
create table message_words (
    workspace_id uuid not null,
    device_id uuid not null,
    chat_id uuid not null,
    at timestamptz not null,
    id uuid not null,
    words tsvector not null,
    primary key (workspace_id, chat_id, at, id)
) partition by range (at);
-- What is said often is found sooner by walking back in time. The instant is written otherwise than `at`, since a search
-- for a seldom word bounds `at` to skip other months, and PostgreSQL would then read this index over a whole month.
create index message_words_newest on message_words (workspace_id, (at at time zone 'UTC') desc, id desc);
create index message_words_words on message_words using gin (words);
create table message_words_default partition of message_words default;

-- up to which message the words of a workspace are there; ids grow in the order in which messages come
create table words_progress (
    workspace_id uuid not null references workspace,
    indexed_until uuid not null,
    primary key (workspace_id)
);

-- messages whose words changed; search reads them as they stand until the job has been here
create table message_reworded (
    workspace_id uuid not null,
    chat_id uuid not null,
    at timestamptz not null,
    id uuid not null,
    primary key (workspace_id, chat_id, at, id)
);

-- Whoever changes or deletes a message, now or in a later release, must not leave its old words behind: that is why the
-- database does it and not the code around each statement.
create function forget_words() returns trigger language plpgsql as $$
begin
    delete from message_words using gone
    where message_words.workspace_id = gone.workspace_id and message_words.chat_id = gone.chat_id
        and message_words.at = gone.at and message_words.id = gone.id;
    return null;
end $$;
create trigger message_forget_words after delete on message
    referencing old table as gone for each statement execute function forget_words();

create function note_reworded() returns trigger language plpgsql as $$
begin
    delete from message_words
    where workspace_id = old.workspace_id and chat_id = old.chat_id and at = old.at and id = old.id;
    insert into message_reworded (workspace_id, chat_id, at, id)
    values (new.workspace_id, new.chat_id, new.at, new.id) on conflict do nothing;
    return null;
end $$;
create trigger message_note_reworded after update of body, chat_id on message
    for each row when (old.body is distinct from new.body or old.chat_id <> new.chat_id)
    execute function note_reworded();

-- how many chats each filter shows, for an agent of a few numbers too, is counted in the indexes without reading chats
drop index chat_unread;
create index chat_unread on chat (workspace_id, last_at desc, id desc) include (device_id, assigned_to, archived_at)
    where unread > 0;
drop index chat_assigned;
create index chat_assigned on chat (workspace_id, assigned_to, last_at desc) include (device_id, archived_at)
    where assigned_to is not null;
drop index chat_archived;
create index chat_archived on chat (workspace_id, last_at desc, id desc) include (device_id)
    where archived_at is not null;
