-- 0006 conversations: what people say by hand takes the same way out as campaigns, ahead of them.

-- One stream a workspace for everything said by hand; its id is the workspace's.
alter table stream drop constraint stream_kind_check;
alter table stream add constraint stream_kind_check check (kind in ('campaign', 'conversation'));

alter table outbox
    alter column contact_id drop not null,      -- a group or somebody known by LID only is no contact
    alter column content_id drop not null,      -- said once, to one chat: it stands in the row
    add column chat_id uuid,
    add column said jsonb,                      -- kind, words, answer to what, about what
    add column media_id uuid,
    add column sent_by uuid,                    -- the user
    add constraint outbox_says_something check (
        (said is null and content_id is not null and contact_id is not null)
        or (said is not null and chat_id is not null and chat_address is not null and wire_id is not null)
    );

drop index outbox_in_flight;
-- at most one row per chat on the wire
create unique index outbox_in_flight on outbox (workspace_id, device_id, coalesce(contact_id, chat_id))
    where state = 'dispatching';
-- what people wait for in front of a screen: looked for often, found seldom
create index outbox_by_hand on outbox (not_before, workspace_id, device_id) where state = 'queued' and said is not null;
