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
