-- 0027 bulk edits: one change to many leads, done in batches by a worker. Oldest code that runs on it: 0.1.

create table bulk_edit (
    workspace_id uuid not null references workspace,
    id uuid not null,
    change jsonb not null,                            -- what is done: verb, and the tags, field, status, device or reason
    state text not null default 'running'
        check (state in ('running', 'finished', 'cancelled', 'failed', 'undoing', 'undone')),
    failure text,
    leads integer not null,                           -- how many were chosen
    leads_done integer not null default 0,            -- from the first on, whatever became of them
    leads_back integer not null default 0,            -- of the same, looked at again while it is undone
    counts jsonb not null default '{}',               -- changed, unchanged, gone, full; undone, kept
    created_by uuid not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz,                             -- the change; undoing it is possible for a while from here
    primary key (workspace_id, id)
);
create index bulk_edit_work on bulk_edit (updated_at) where state in ('running', 'undoing');

-- Who was chosen, fixed when it was confirmed: the same leads are changed as were counted, and a worker that takes over
-- goes on at a place. Rows go when it cannot be undone any more, since they say what was known of people.
create table bulk_edit_lead (
    workspace_id uuid not null,
    bulk_edit_id uuid not null,
    place integer not null,
    lead_id uuid not null,
    was jsonb,                                        -- what the change found and left; null: this lead was not changed
    is_now jsonb,
    primary key (workspace_id, bulk_edit_id, place),
    foreign key (workspace_id, bulk_edit_id) references bulk_edit on delete cascade
);

-- Which leads a list, its count, its file and its bulk edits are about, written once. PostgreSQL reads it as part of the
-- statement around it, with its plan and its indexes. What filters by the contact is a set hashed once, so that a page of
-- few matches costs one pass. A null does not restrict.
create function leads_matching(
    workspace uuid, granted uuid[], wanted_niche text, wanted_status text, device uuid, pool boolean, wanted_consent text,
    suppressed boolean, words text, digits text
) returns setof lead language sql stable as $$
    select l.* from lead l
    where l.workspace_id = workspace
        and (granted is null or l.device_id = any (granted))
        and (wanted_niche is null or l.niches @> array[wanted_niche])
        and (wanted_status is null or l.status = wanted_status)
        and (device is null or l.device_id = device)
        and (not pool or l.device_id is null)
        and (wanted_consent is null or l.contact_id in (
            select p.id from contact p where p.workspace_id = workspace and p.consent = wanted_consent))
        and (suppressed is null or suppressed = (l.contact_id in (
            select b.contact_id from suppression b where b.workspace_id = workspace and b.contact_id is not null)))
        and (words is null or l.note ilike words or l.contact_id in (
            select p.id from contact p
            where p.workspace_id = workspace and (p.name ilike words or (digits is not null and p.phone like digits))))
$$;
