-- 0034 turns: a message that moves its chat up the list makes the database do less. Oldest code that runs on it: 0.1.

-- What turned is added up per number and answering user, which is what the tallies are kept by. Before, chats were grouped
-- by whether they are unread and archived as well, and compared by five values instead of three.
drop trigger chat_tally_inserted on chat;
drop trigger chat_tally_updated on chat;
drop trigger chat_tally_deleted on chat;
drop function tally_chats();
drop type chat_turn;
create type chat_turn as (
    workspace_id uuid, device_id uuid, assigned_to uuid,
    unread integer, archived integer, listed integer      -- unread and listed: of chats that are not archived
);
create function tally_chats() returns trigger language plpgsql as $$
declare
    turns chat_turn[];
begin
    if tg_op = 'INSERT' then
        turns := array(
            select row(workspace_id, device_id, assigned_to, count(*) filter (where unread > 0 and archived_at is null),
                count(archived_at), count(*) filter (where archived_at is null))::chat_turn
            from is_now
            where unread > 0 or assigned_to is not null or archived_at is not null
            group by workspace_id, device_id, assigned_to);
    elsif tg_op = 'DELETE' then
        turns := array(
            select row(workspace_id, device_id, assigned_to, -count(*) filter (where unread > 0 and archived_at is null),
                -count(archived_at), -count(*) filter (where archived_at is null))::chat_turn
            from was
            where unread > 0 or assigned_to is not null or archived_at is not null
            group by workspace_id, device_id, assigned_to);
    else
        turns := array(
            select row(workspace_id, device_id, assigned_to, sum(is_unread), sum(is_archived), sum(is_listed))::chat_turn
            from (
                select workspace_id, device_id, assigned_to, (unread > 0 and archived_at is null)::integer as is_unread,
                    (archived_at is not null)::integer as is_archived, (archived_at is null)::integer as is_listed
                from is_now
                union all
                select workspace_id, device_id, assigned_to, -(unread > 0 and archived_at is null)::integer,
                    -(archived_at is not null)::integer, -(archived_at is null)::integer
                from was
            ) as told
            group by workspace_id, device_id, assigned_to
            having sum(is_unread) <> 0 or sum(is_archived) <> 0 or sum(is_listed) <> 0);
    end if;
    if cardinality(turns) = 0 then
        return null;
    end if;
    insert into chat_tally as known (workspace_id, device_id, unread, unassigned, archived)
    select workspace_id, device_id, unread, unassigned, archived
    from (
        select workspace_id, device_id, sum(unread) as unread,
            coalesce(sum(unread) filter (where assigned_to is null), 0) as unassigned, sum(archived) as archived
        from unnest(turns)
        group by workspace_id, device_id
    ) as turned
    where (unread, unassigned, archived) <> (0, 0, 0)
    order by workspace_id, device_id
    on conflict (workspace_id, device_id) do update
    set unread = known.unread + excluded.unread, unassigned = known.unassigned + excluded.unassigned,
        archived = known.archived + excluded.archived;
    insert into chat_tally_of_user as known (workspace_id, user_id, device_id, assigned)
    select workspace_id, assigned_to, device_id, listed
    from unnest(turns)
    where assigned_to is not null and listed <> 0
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

-- One chat in twenty has labels, and for each that moved they were looked for. A chat that once had some stays marked.
alter table chat add column labelled boolean not null default false;
update chat set labelled = true
from (select distinct workspace_id, chat_id from chat_label) as label
where chat.workspace_id = label.workspace_id and chat.id = label.chat_id;
create or replace function place_label() returns trigger language plpgsql as $$
begin
    update chat set labelled = true where workspace_id = new.workspace_id and id = new.chat_id and not labelled;
    select last_at into new.last_at from chat where workspace_id = new.workspace_id and id = new.chat_id;
    return new;
end $$;
create or replace function move_labels() returns trigger language plpgsql
    set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    update chat_label set last_at = is_now.last_at
    from is_now
    where is_now.labelled and chat_label.workspace_id = is_now.workspace_id and chat_label.chat_id = is_now.id
        and chat_label.last_at <> is_now.last_at;
    return null;
end $$;

-- The newest at the end, where PostgreSQL expects it: it goes there without looking for the place, and full pages are left
-- behind full. At the beginning each page was split into halves. Lists read these backwards.
drop index chat_newest;
create index chat_newest on chat (workspace_id, last_at, id);
drop index chat_recent;
create index chat_recent on chat (workspace_id, device_id, last_at, id);
drop index chat_unread;
create index chat_unread on chat (workspace_id, last_at, id) where unread > 0;
drop index chat_archived;
create index chat_archived on chat (workspace_id, last_at, id) where archived_at is not null;
drop index chat_assigned;
create index chat_assigned on chat (workspace_id, assigned_to, last_at, id) where assigned_to is not null;
