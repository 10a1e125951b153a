-- 0029 brought: a message that a file has brought and a link then delivers is one message.
-- Oldest code that runs on it: 0.1.

-- When the newest message was said that a file has brought into the chat; null: no file has. Whatever arrives and is newer
-- is not compared, so that chats pay for it while the same time is told from two sides, and not for ever.
alter table chat add column brought_until timestamptz;
update chat set brought_until = brought.until
from (
    select workspace_id, chat_id, max(at) as until from message where archive_id is not null group by workspace_id, chat_id
) as brought
where chat.workspace_id = brought.workspace_id and chat.id = brought.chat_id;

-- When a message of ours went out, where that was not in the minute of `at`: it was said here while the link was down. No
-- default and seldom set, so that no row is written again.
alter table message add column sent_at timestamptz;
create index message_sent on message (workspace_id, chat_id, sent_at) where sent_at is not null;

-- The index of words goes by ids, which in an archive are as old as what was said: until lately it passed these by. A job
-- takes them up bite by bite; until then search reads them letter by letter. Known by an id that is older than the row.
insert into message_reworded (workspace_id, chat_id, at, id)
select message.workspace_id, message.chat_id, message.at, message.id
from message
where message.body <> ''
    and (message.workspace_id, message.device_id) in (select workspace_id, device_id from archive)
    and ('x' || left(translate(message.id::text, '-', ''), 12))::bit(48)::bigint
        < extract(epoch from message.received_at - interval '1 minute') * 1000
    and not exists (
        select from message_words
        where message_words.workspace_id = message.workspace_id and message_words.chat_id = message.chat_id
            and message_words.at = message.at and message_words.id = message.id
    )
on conflict do nothing;
