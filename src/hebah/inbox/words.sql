-- name: workspaces
-- Whose words are kept, and up to which message; null: nothing yet.
SELECT workspace.id, words_progress.indexed_until
FROM workspace LEFT JOIN words_progress ON words_progress.workspace_id = workspace.id;

-- name: settled_at$
-- Whatever got its id before this instant is committed or gone: nobody's transaction is that old.
SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity WHERE datname = current_database();

-- name: begin_progress!
-- A row to lock.
INSERT INTO words_progress (workspace_id, indexed_until) VALUES (:workspace_id, :none) ON CONFLICT DO NOTHING;

-- name: take_progress$
-- One process at a time; the others find nothing.
SELECT indexed_until FROM words_progress WHERE workspace_id = :workspace_id FOR UPDATE SKIP LOCKED;

-- name: keep_progress!
-- Search trusts the index up to here.
UPDATE words_progress SET indexed_until = :until WHERE workspace_id = :workspace_id;

-- name: unworded
-- What comes next, in the order in which it came. Locked against deletion, or words would outlive their message.
SELECT device_id, chat_id, at, id, body
FROM message
WHERE workspace_id = :workspace_id AND id > :after AND id <= :until
ORDER BY id
LIMIT :limit
FOR KEY SHARE;

-- name: add_words!
-- A message that was changed since has been here already.
INSERT INTO message_words (workspace_id, device_id, chat_id, at, id, words)
SELECT :workspace_id, device_id, chat_id, at, id, array_to_tsvector(string_to_array(words, ' '))
FROM unnest(:device_ids::uuid[], :chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[], :words::text[])
    AS given (device_id, chat_id, at, id, words)
ON CONFLICT (workspace_id, chat_id, at, id) DO NOTHING;

-- name: take_reworded
-- Changed messages that nobody else has in hand, with what they say now.
WITH taken AS (
    SELECT workspace_id, chat_id, at, id FROM message_reworded
    WHERE workspace_id = :workspace_id
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
SELECT message.device_id, taken.chat_id, taken.at, taken.id, message.body
FROM taken
LEFT JOIN message USING (workspace_id, chat_id, at, id);

-- name: drop_words!
-- Before the words of now are written.
DELETE FROM message_words
USING unnest(:chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[]) AS given (chat_id, at, id)
WHERE message_words.workspace_id = :workspace_id AND message_words.chat_id = given.chat_id
    AND message_words.at = given.at AND message_words.id = given.id;

-- name: end_reworded!
-- In the same transaction as their words.
DELETE FROM message_reworded
USING unnest(:chat_ids::uuid[], :ats::timestamptz[], :ids::uuid[]) AS given (chat_id, at, id)
WHERE message_reworded.workspace_id = :workspace_id AND message_reworded.chat_id = given.chat_id
    AND message_reworded.at = given.at AND message_reworded.id = given.id;
