-- 0009 people: chats of people whose number was hidden when they wrote and is known now.
create index chat_hidden on chat (workspace_id, address) where address like 'lid:%';
