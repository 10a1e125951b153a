-- 0032 restored: what waits for a person after a restore. Oldest code that runs on it: 0.1.

-- The screen that lists it asks every few seconds, and every page asks whether there was a restore at all. Both indexes
-- hold nothing where no backup was ever restored.
create index outbox_restored on outbox (workspace_id, state, id) where code = 'restored';
create index audit_entry_restored on audit_entry (workspace_id, at desc) where action in ('restored', 'restore_closed');
