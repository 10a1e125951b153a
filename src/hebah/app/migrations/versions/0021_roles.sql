-- A gateway takes its share of the devices it can reach. The one that registered before this release reaches all there
-- were then; it registers anew when it restarts.
alter table worker add column transports text[] not null default '{}';
update worker set transports = '{simulated,companion}' where 'gateway' = any (roles);
alter table worker add column beat_at timestamptz;

-- How each periodic job last went, whichever process ran it.
create table job (
    name text primary key,
    ran_at timestamptz not null,             -- when it last came to its end, well or not
    took interval not null,
    failed_at timestamptz,                   -- when it last failed; kept when it goes well again
    fault text                               -- the name of that failure, never its words
);
