-- 0025 tallies: how many chats each filter shows, and the chats of a label in their order, are kept while chats change.
-- Oldest code that runs on it: 0.1.

-- Counting a thousand chats of each filter took longer than everything else a page of the list needs, and for an agent of
-- twenty numbers it read all the others' chats as well. One row a device, added up when somebody asks.
create table chat_tally (
    workspace_id uuid not null,
    device_id uuid not null,
    unread integer not null,                          -- of these three the first two are of chats that are not archived
    unassigned integer not null,                      -- unread, and nobody answers
    archived integer not null,
    primary key (workspace_id, device_id)
) with (fillfactor = 50);                             -- written often, so that new versions stay on their page
create table chat_tally_of_user (
    workspace_id uuid not null,
    user_id uuid not null,
    device_id uuid not null,
    assigned integer not null,                        -- chats that are not archived
    primary key (workspace_id, user_id, device_id)
) with (fillfactor = 50);

create type chat_turn as (
    workspace_id uuid, device_id uuid, assigned_to uuid, is_unread boolean, is_archived boolean, chats bigint
);

-- Whoever changes chats, now or in a later release, must leave the tallies right: that is why the database does it, as
-- with words. Once a statement, since many chats of one device may change in one; what did not turn adds up to nothing.
-- Tallies are locked after chats and in sorted order, so that two transactions wait for each other instead of deadlocking.
create function tally_chats() returns trigger language plpgsql as $$
declare
    turns chat_turn[];
begin
    if tg_op = 'INSERT' then
        turns := array(
            select row(workspace_id, device_id, assigned_to, unread > 0, archived_at is not null, count(*))::chat_turn
            from is_now
            where unread > 0 or assigned_to is not null or archived_at is not null
            group by workspace_id, device_id, assigned_to, unread > 0, archived_at is not null);
    elsif tg_op = 'DELETE' then
        turns := array(
            select row(workspace_id, device_id, assigned_to, unread > 0, archived_at is not null, -count(*))::chat_turn
            from was
            where unread > 0 or assigned_to is not null or archived_at is not null
            group by workspace_id, device_id, assigned_to, unread > 0, archived_at is not null);
    else
        turns := array(
            select row(workspace_id, device_id, assigned_to, is_unread, is_archived, sum(chats))::chat_turn
            from (
                select workspace_id, device_id, assigned_to, unread > 0 as is_unread,
                    archived_at is not null as is_archived, 1 as chats
                from is_now
                union all
                select workspace_id, device_id, assigned_to, unread > 0, archived_at is not null, -1 from was
            ) as told
            group by workspace_id, device_id, assigned_to, is_unread, is_archived
            having sum(chats) <> 0);
    end if;
    if cardinality(turns) = 0 then
        return null;
    end if;
    insert into chat_tally as known (workspace_id, device_id, unread, unassigned, archived)
    select workspace_id, device_id, unread, unassigned, archived
    from (
        select workspace_id, device_id,
            coalesce(sum(chats) filter (where is_unread and not is_archived), 0) as unread,
            coalesce(sum(chats) filter (where is_unread and not is_archived and assigned_to is null), 0) as unassigned,
            coalesce(sum(chats) filter (where is_archived), 0) as archived
        from unnest(turns)
        group by workspace_id, device_id
    ) as turned
    where (unread, unassigned, archived) <> (0, 0, 0)
    order by workspace_id, device_id
    on conflict (workspace_id, device_id) do update
    set unread = known.unread + excluded.unread, unassigned = known.unassigned + excluded.unassigned,
        archived = known.archived + excluded.archived;
    insert into chat_tally_of_user as known (workspace_id, user_id, device_id, assigned)
    select workspace_id, assigned_to, device_id, sum(chats)
    from unnest(turns)
    where assigned_to is not null and not is_archived
    group by workspace_id, assigned_to, device_id
    having sum(chats) <> 0
    order by workspace_id, assigned_to, device_id
    on conflict (workspace_id, user_id, device_id) do update set assigned = known.assigned + excluded.assigned;
    return null;
end $$;
create trigger chat_tally_inserted after insert on chat
    referencing new table as is_now for each statement execute function tally_chats();
create trigger chat_tally_updated after update on chat
    referencing old table as was new table as is_now for each statement execute function tally_chats();
create trigger chat_tally_deleted after delete on chat
    referencing old table as was for each statement execute function tally_chats();
insert into chat_tally
select workspace_id, device_id, count(*) filter (where unread > 0 and archived_at is null),
    count(*) filter (where unread > 0 and archived_at is null and assigned_to is null),
    count(*) filter (where archived_at is not null)
from chat group by workspace_id, device_id;
insert into chat_tally_of_user
select workspace_id, assigned_to, device_id, count(*)
from chat where assigned_to is not null and archived_at is null group by workspace_id, assigned_to, device_id;

-- The chats of a label in the order of the list: before, each of them was read to find the newest fifty.
alter table chat_label add column last_at timestamptz;      -- as in chat
update chat_label set last_at = chat.last_at
from chat where chat.workspace_id = chat_label.workspace_id and chat.id = chat_label.chat_id;
alter table chat_label alter column last_at set not null;
drop index chat_label_label;
create index chat_label_newest on chat_label (workspace_id, label_id, last_at desc, chat_id desc);

-- Whoever puts a label on has locked the chat.
create function place_label() returns trigger language plpgsql as $$
begin
    select last_at into new.last_at from chat where workspace_id = new.workspace_id and id = new.chat_id;
    return new;
end $$;
create trigger chat_label_placed before insert on chat_label for each row execute function place_label();

-- Chat by chat: the plan is kept, and may have been made for one chat or for five hundred.
create function move_labels() returns trigger language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    update chat_label set last_at = is_now.last_at
    from is_now
    where chat_label.workspace_id = is_now.workspace_id and chat_label.chat_id = is_now.id
        and chat_label.last_at <> is_now.last_at;
    return null;
end $$;
create trigger chat_label_moved after update on chat
    referencing new table as is_now for each statement execute function move_labels();

-- Nothing is counted in these any more, and every message that comes writes into them.
drop index chat_unread;
create index chat_unread on chat (workspace_id, last_at desc, id desc) where unread > 0;
drop index chat_archived;
create index chat_archived on chat (workspace_id, last_at desc, id desc) where archived_at is not null;
drop index chat_assigned;
create index chat_assigned on chat (workspace_id, assigned_to, last_at desc, id desc) where assigned_to is not null;
-- In the order of a page, which had to be sorted.
drop index chat_recent;
create index chat_recent on chat (workspace_id, device_id, last_at desc, id desc);
