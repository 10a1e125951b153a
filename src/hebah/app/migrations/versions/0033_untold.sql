-- 0033 untold: what a phone keeps of its chats, read and perhaps not told. Oldest code that runs on it: 0.1.

-- The library notes a change of what a phone keeps of its chats as read before it tells us of it. From then until
-- everything is stored the collection is marked; a connection that finds the mark reads the whole of it again.
alter table companion.app_state add column untold boolean not null default false;
