-- 0022 stops: sending forbidden until somebody lets it go on, and campaigns that pause by themselves.
-- Oldest code that runs on it: 0.1.

-- Every claim looks here, so it is kept small: a row exists only while its stop is on.
create table stop (
    id uuid primary key,
    scope text not null check (scope in ('everything', 'workspace', 'device', 'campaign')),
    workspace_id uuid references workspace,      -- null: all of them
    subject uuid,                                -- the device or campaign; null: the whole workspace, or everything
    reason text not null default '',
    since timestamptz not null,
    stopped_by_workspace uuid,                   -- null: from the machine itself
    stopped_by uuid,
    check ((workspace_id is null) = (scope = 'everything')),
    check ((subject is null) = (scope in ('everything', 'workspace')))
);
-- two people pressing the same button make one stop
create unique index stop_once on stop (workspace_id, subject) nulls not distinct;

-- how many of a hundred messages may fail, or be answered by wanting no more, before a campaign pauses; null: any
-- Workspaces that are there get what new ones begin with.
alter table workspace
    add column pause_errors_percent integer default 20 check (pause_errors_percent between 1 and 100),
    add column pause_opt_outs_percent integer default 3 check (pause_opt_outs_percent between 1 and 100);
alter table workspace
    alter column pause_errors_percent drop default,
    alter column pause_opt_outs_percent drop default;

-- the figures behind the reason of a state, such as how many of the last hundred failed
alter table campaign add column state_facts jsonb not null default '{}';

-- what waits for the end of a restriction, should it come early
create index outbox_restricted on outbox (workspace_id, device_id) where state = 'queued' and hold = 'restricted';

-- what of a campaign went out last, for the watch over its failures and its chart
create index outbox_campaign_sent on outbox (workspace_id, campaign_id, dispatched_at)
    where campaign_id is not null and dispatched_at is not null;
