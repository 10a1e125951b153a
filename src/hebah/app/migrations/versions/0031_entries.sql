-- 0031 entries: a recipient stands in fewer indexes, and what its row belongs to is checked once a statement.
-- Oldest code that runs on it: 0.1.

-- A launch writes a million rows, and each of them once more when it is dispatched and when it settles, every time into
-- every index. One that begins with the person finds what people were sent, and keeps a campaign from reaching anybody
-- twice; before, there was one for each.
drop index outbox_once;
drop index outbox_contact;
create unique index outbox_once on outbox (workspace_id, contact_id, campaign_id);

-- The same stream and the same words were looked up for each row of a launch, a quarter of what it took. Now each is
-- looked up once, however many rows a statement adds. Neither ever goes, so only what is added has to be checked; should
-- a release want to delete some, it has to say so here.
alter table outbox
    drop constraint outbox_workspace_id_stream_id_fkey,
    drop constraint outbox_workspace_id_content_id_fkey;

create function check_owners_of_outbox() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct workspace_id, stream_id, content_id from added) as owned
        where not exists (select from stream where stream.workspace_id = owned.workspace_id and stream.id = owned.stream_id)
            or (owned.content_id is not null and not exists (
                select from content where content.workspace_id = owned.workspace_id and content.id = owned.content_id))
    ) then
        raise foreign_key_violation using message = 'a row of outbox needs its stream and its content';
    end if;
    return null;
end $$;
create trigger outbox_owned after insert on outbox
    referencing new table as added for each statement execute function check_owners_of_outbox();

create function refuse_to_leave_outbox() returns trigger language plpgsql as $$
begin
    raise foreign_key_violation using message = format('rows of outbox may belong to what would leave %I', tg_table_name);
end $$;
create trigger stream_stays before delete on stream for each row execute function refuse_to_leave_outbox();
create trigger content_stays before delete on content for each row execute function refuse_to_leave_outbox();
create trigger stream_named before update of workspace_id, id on stream for each row execute function refuse_to_leave_outbox();
create trigger content_named before update of workspace_id, id on content for each row execute function refuse_to_leave_outbox();
create trigger outbox_stays_owned before update of stream_id, content_id on outbox
    for each row execute function refuse_to_leave_outbox();
