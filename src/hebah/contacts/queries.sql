-- name: add_contacts_for_phones
-- People who write to us, or whom a phone of ours writes to, without being leads; a known number is left alone.
INSERT INTO contact (workspace_id, id, phone, name, created_at, updated_at)
SELECT :workspace_id, given.id, given.phone, given.name, :at, :at
FROM unnest(:ids::uuid[], :phones::text[], :names::text[]) AS given (id, phone, name)
ORDER BY given.phone
ON CONFLICT (workspace_id, phone) WHERE phone IS NOT NULL DO NOTHING;

-- name: find_contacts_by_phones
-- Ids of numbers.
SELECT phone, id FROM contact WHERE workspace_id = :workspace_id AND phone = ANY(:phones::text[]);

-- name: add_suppressions
-- A person is suppressed once; the first reason stays. Gives back those that are new.
INSERT INTO suppression (workspace_id, address_hash, contact_id, reason, word, device_id, at)
SELECT given.workspace_id, given.address_hash, given.contact_id, given.reason, given.word, given.device_id, given.at
FROM unnest(:workspace_ids::uuid[], :address_hashes::bytea[], :contact_ids::uuid[], :reasons::text[], :words::text[],
    :device_ids::uuid[], :ats::timestamptz[])
    AS given (workspace_id, address_hash, contact_id, reason, word, device_id, at)
ORDER BY given.workspace_id, given.address_hash
ON CONFLICT (workspace_id, address_hash) DO NOTHING
RETURNING workspace_id, contact_id;

-- name: link_suppressions
-- A contact made anew for a suppressed number is suppressed from its first moment.
UPDATE suppression s SET contact_id = given.contact_id
FROM unnest(:address_hashes::bytea[], :contact_ids::uuid[]) AS given (address_hash, contact_id)
WHERE s.workspace_id = :workspace_id AND s.address_hash = given.address_hash
    AND s.contact_id IS DISTINCT FROM given.contact_id;
