-- name: add_workspace!
-- A tenant begins with nothing but its settings.
INSERT INTO workspace (
    id, name, zone, language, region, quiet_on, quiet_from, quiet_until, gap_min_s, gap_max_s, hourly_cap, daily_cap,
    pause_errors_percent, pause_opt_outs_percent, simulated_on, keep_files_days, keep_messages_days, media_quota,
    typing_on, number_checks, second_step_required, created_at
) VALUES (
    :workspace_id, :name, :zone, :language, :region, :quiet_on, :quiet_from, :quiet_until, :gap_min_s, :gap_max_s,
    :hourly_cap, :daily_cap, :pause_errors_percent, :pause_opt_outs_percent, :simulated_on, :keep_files_days,
    :keep_messages_days, :media_quota, :typing_on, :number_checks, :second_step_required, :now
);

-- name: find_workspace^
-- The tenant as everybody in it sees it.
SELECT * FROM workspace WHERE id = :workspace_id;

-- name: lock_workspace^
-- Changes to settings and to who is an owner go one after the other.
SELECT * FROM workspace WHERE id = :workspace_id FOR NO KEY UPDATE;

-- name: save_settings!
-- All at once: the decision was made on the locked row.
UPDATE workspace SET
    name = :name, zone = :zone, language = :language, region = :region, quiet_on = :quiet_on, quiet_from = :quiet_from,
    quiet_until = :quiet_until, gap_min_s = :gap_min_s, gap_max_s = :gap_max_s, hourly_cap = :hourly_cap,
    daily_cap = :daily_cap, pause_errors_percent = :pause_errors_percent,
    pause_opt_outs_percent = :pause_opt_outs_percent, simulated_on = :simulated_on, keep_files_days = :keep_files_days,
    keep_messages_days = :keep_messages_days, media_quota = :media_quota, typing_on = :typing_on,
    number_checks = :number_checks, second_step_required = :second_step_required
WHERE id = :workspace_id;

-- name: add_user$
-- The address is unique over all workspaces; a taken one gives nothing.
INSERT INTO app_user (workspace_id, id, email, name, role, password_hash, language, created_at)
VALUES (:workspace_id, :user_id, :email, :name, :role, :password_hash, :language, :now)
ON CONFLICT DO NOTHING RETURNING id;

-- name: list_users
-- Everybody of the workspace with what they were granted; a handful of rows, so no pages.
SELECT
    u.*, coalesce(array_agg(g.device_id) FILTER (WHERE g.device_id IS NOT NULL), '{}') AS device_ids,
    EXISTS (
        SELECT FROM second_step AS t
        WHERE t.workspace_id = u.workspace_id AND t.user_id = u.id AND t.confirmed_at IS NOT NULL
    ) AS second_step_on
FROM app_user AS u
LEFT JOIN device_grant AS g ON g.workspace_id = u.workspace_id AND g.user_id = u.id
WHERE u.workspace_id = :workspace_id AND (:user_id::uuid IS NULL OR u.id = :user_id)
GROUP BY u.workspace_id, u.id
ORDER BY u.created_at, u.id;

-- name: find_password^
-- Signing in starts from an address alone. A user who never chose a password cannot sign in with one.
SELECT workspace_id, id, nullif(password_hash, '') AS password_hash, disabled_at
FROM app_user WHERE lower(email) = lower(:email);

-- name: find_own_password$
-- The present password, to be proved before it is replaced.
SELECT nullif(password_hash, '') FROM app_user WHERE workspace_id = :workspace_id AND id = :user_id;

-- name: find_waiting_user$
-- An invited user who never came: inviting again replaces the invitation.
SELECT id FROM app_user
WHERE workspace_id = :workspace_id AND lower(email) = lower(:email) AND password_hash = '' AND role <> 'owner';

-- name: save_user!
-- What a person says of themself.
UPDATE app_user SET name = :name, theme = :theme, language = :language
WHERE workspace_id = :workspace_id AND id = :user_id;

-- name: save_role!
-- What an owner says of a person.
UPDATE app_user SET name = :name, role = :role, disabled_at = :disabled_at
WHERE workspace_id = :workspace_id AND id = :user_id;

-- name: save_password!
-- The old hash is gone for good.
UPDATE app_user SET password_hash = :password_hash WHERE workspace_id = :workspace_id AND id = :user_id;

-- name: count_other_owners$
-- Owners besides this one who can still sign in.
SELECT count(*) FROM app_user
WHERE workspace_id = :workspace_id AND id <> :user_id AND role = 'owner' AND disabled_at IS NULL AND password_hash <> '';

-- name: find_first_owner^
-- Whether anybody owns this installation; the oldest answers for it.
SELECT workspace_id, id FROM app_user WHERE role = 'owner' AND disabled_at IS NULL ORDER BY created_at LIMIT 1;

-- name: replace_grants!
-- Only devices of the same workspace can be granted.
WITH dropped AS (
    DELETE FROM device_grant
    WHERE workspace_id = :workspace_id AND user_id = :user_id AND NOT device_id = ANY(:device_ids::uuid[])
)
INSERT INTO device_grant (workspace_id, user_id, device_id)
SELECT d.workspace_id, :user_id, d.id FROM device AS d
WHERE d.workspace_id = :workspace_id AND d.id = ANY(:device_ids::uuid[]) AND d.deleted_at IS NULL
ON CONFLICT DO NOTHING;

-- name: count_devices$
-- How many of these ids are slots of the workspace.
SELECT count(*) FROM device WHERE workspace_id = :workspace_id AND id = ANY(:device_ids::uuid[]) AND deleted_at IS NULL;

-- name: add_session!
-- Only the hash of the cookie is stored.
INSERT INTO web_session (
    token_hash, workspace_id, user_id, csrf_token, created_at, seen_at, expires_at, user_agent, address
) VALUES (:token_hash, :workspace_id, :user_id, :csrf_token, :now, :now, :expires_at, :user_agent, :address);

-- name: find_sessions
-- Everything a request needs to know about who is asking, by the cookie alone; many at once for open sockets.
SELECT
    s.token_hash, s.csrf_token, s.seen_at, s.expires_at, u.workspace_id, u.id AS user_id, u.name, u.role,
    w.second_step_required AND t.confirmed_at IS NULL AS second_step_wanted,
    ARRAY(
        SELECT g.device_id FROM device_grant AS g WHERE g.workspace_id = u.workspace_id AND g.user_id = u.id
    ) AS device_ids
FROM web_session AS s
JOIN app_user AS u ON u.workspace_id = s.workspace_id AND u.id = s.user_id
JOIN workspace AS w ON w.id = s.workspace_id
LEFT JOIN second_step AS t ON t.workspace_id = u.workspace_id AND t.user_id = u.id
WHERE s.token_hash = ANY(:token_hashes::bytea[]) AND u.disabled_at IS NULL;

-- name: touch_session!
-- Written at most once a minute per session.
UPDATE web_session SET seen_at = greatest(seen_at, :now) WHERE token_hash = :token_hash;

-- name: drop_session!
-- Signing out is final: the cookie is worth nothing from now on.
DELETE FROM web_session WHERE token_hash = :token_hash;

-- name: drop_sessions!
-- All of a user's browsers but, perhaps, the one that asks.
DELETE FROM web_session
WHERE workspace_id = :workspace_id AND user_id = :user_id
AND (:but::bytea IS NULL OR token_hash <> :but);

-- name: list_sessions
-- A person's browsers, the latest first; those that have ended are left out.
SELECT id, token_hash, created_at, seen_at, address, user_agent FROM web_session
WHERE workspace_id = :workspace_id AND user_id = :user_id AND expires_at > :now AND seen_at > :idle_before
ORDER BY seen_at DESC, created_at DESC, id;

-- name: drop_session_by_id!
-- Ending a browser from another one.
DELETE FROM web_session WHERE workspace_id = :workspace_id AND user_id = :user_id AND id = :session_id;

-- name: drop_ended_sessions!
-- Ended sessions are of no use to anybody.
DELETE FROM web_session WHERE expires_at < :now OR seen_at < :idle_before;

-- name: add_link!
-- Only the hash of the link's token is stored.
INSERT INTO entry_link (token_hash, workspace_id, user_id, purpose, created_at, expires_at)
VALUES (:token_hash, :workspace_id, :user_id, :purpose, :now, :expires_at);

-- name: find_link^
-- A look at a link without using it.
SELECT workspace_id, user_id FROM entry_link
WHERE token_hash = :token_hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now;

-- name: use_link^
-- The row lock lets exactly one of several at once through.
UPDATE entry_link SET used_at = :now
WHERE token_hash = :token_hash AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
RETURNING workspace_id, user_id;

-- name: drop_links!
-- A fresh link makes the older ones of its kind worthless.
DELETE FROM entry_link
WHERE purpose = :purpose AND used_at IS NULL AND user_id IS NOT DISTINCT FROM :user_id::uuid;

-- name: drop_ended_links!
-- Used and expired links are kept a month for whoever asks what happened.
DELETE FROM entry_link WHERE expires_at < :before;

-- name: lock_attempts$
-- Attempts on one key are counted one after the other, so that many at once cannot slip through.
SELECT pg_advisory_xact_lock(hashtextextended('sign-in:' || encode(:key::bytea, 'hex'), 0))::text;

-- name: recent_attempts
-- At most as many as the widest limit looks at.
SELECT email_hash, at FROM sign_in_attempt WHERE email_hash = ANY(:keys::bytea[]) AND at > :since ORDER BY at DESC;

-- name: add_attempts!
-- Before the password is looked at, so that the count is never behind.
INSERT INTO sign_in_attempt (email_hash, at) SELECT key, :now FROM unnest(:keys::bytea[]) AS key;

-- name: drop_attempts!
-- A right password clears what came before it.
DELETE FROM sign_in_attempt WHERE email_hash = ANY(:keys::bytea[]);

-- name: drop_old_attempts!
-- No limit looks further back than a quarter of an hour.
DELETE FROM sign_in_attempt WHERE at < :before;

-- name: add_audit!
-- Written in the transaction of what it tells of.
INSERT INTO audit_entry (workspace_id, id, at, user_id, key_id, action, subject, details)
VALUES (:workspace_id, :entry_id, :at, :user_id, :key_id, :action, :subject, :details);
