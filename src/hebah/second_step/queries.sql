-- name: find_second_step^
-- Whether a code is asked for at all.
SELECT salt, confirmed_at, used FROM second_step WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: lock_second_step^
-- Codes of one person are judged one after the other, so that none counts twice.
SELECT salt, confirmed_at, used FROM second_step WHERE workspace_id = :workspace_id AND user_id = :user_id FOR UPDATE;

-- name: begin_second_step!
-- A fresh salt; whatever was begun and not confirmed is worth nothing.
INSERT INTO second_step (workspace_id, user_id, salt) VALUES (:workspace_id, :user_id, :salt)
ON CONFLICT (workspace_id, user_id) DO UPDATE SET salt = excluded.salt, used = 0 WHERE second_step.confirmed_at IS NULL;

-- name: confirm_second_step!
-- From now on the code is asked for.
UPDATE second_step SET confirmed_at = :now WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: use_code!
-- No code up to this step counts again.
UPDATE second_step SET used = :step WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: drop_second_step!
-- The password alone opens again.
DELETE FROM second_step WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: drop_recovery_codes!
-- Codes of an older set are worth nothing.
DELETE FROM recovery_code WHERE workspace_id = :workspace_id AND user_id = :user_id;

-- name: add_recovery_codes!
-- Hashes only.
INSERT INTO recovery_code (workspace_id, user_id, code_hash)
SELECT :workspace_id, :user_id, unnest(:code_hashes::bytea[]);

-- name: use_recovery_code!
-- Each opens once.
DELETE FROM recovery_code WHERE workspace_id = :workspace_id AND user_id = :user_id AND code_hash = :code_hash;

-- name: count_recovery_codes$
-- How many are left.
SELECT count(*) FROM recovery_code WHERE workspace_id = :workspace_id AND user_id = :user_id;
