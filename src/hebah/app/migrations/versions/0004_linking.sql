-- 0004 linking: who a number is, who has read what linking it risks, and answers to a passkey.

alter table device add column push_name text;            -- what the number's owner calls themselves on WhatsApp

-- `sent`: an answer to the passkey is on its way; `refused`: it came too late or was wrong
alter table device_linking add column answer text check (answer in ('sent', 'refused'));

alter table device_command
    add column payload text,                             -- a passkey's answer; gone once the command is done
    drop constraint device_command_kind_check,
    add constraint device_command_kind_check check (kind in ('refresh', 'log_out', 'answer_passkey'));

-- asked once of everybody who links numbers in a way that WhatsApp does not endorse; the audit trail tells it too
create table link_risk_accepted (
    workspace_id uuid not null,
    user_id uuid not null,
    transport text not null,
    at timestamptz not null,
    primary key (workspace_id, user_id, transport),
    foreign key (workspace_id, user_id) references app_user on delete cascade
);
