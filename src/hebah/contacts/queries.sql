-- name: add_contacts_for_phones!
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

-- name: link_suppressions!
-- A contact made anew for a suppressed number is suppressed from its first moment.
UPDATE suppression s SET contact_id = given.contact_id
FROM unnest(:address_hashes::bytea[], :contact_ids::uuid[]) AS given (address_hash, contact_id)
WHERE s.workspace_id = :workspace_id AND s.address_hash = given.address_hash
    AND s.contact_id IS DISTINCT FROM given.contact_id;

-- name: lock_people
-- Before a batch or an edit decides: nobody else changes who has these numbers; in one order, so that two writers never deadlock.
SELECT id FROM contact WHERE workspace_id = :workspace_id AND phone = ANY(:phones::text[]) ORDER BY phone FOR UPDATE;

-- name: read_people
-- Who has these numbers, with what is known of them as a lead.
SELECT c.id AS contact_id, c.phone, c.name, c.zone, c.language, c.variables, c.consent, c.consent_source, c.consent_at,
    l.id AS lead_id, l.device_id, l.niches, l.status, l.triggers, l.note, s.reason AS suppressed_reason
FROM contact c
LEFT JOIN lead l ON l.workspace_id = c.workspace_id AND l.contact_id = c.id
LEFT JOIN suppression s ON s.workspace_id = c.workspace_id AND s.contact_id = c.id
WHERE c.workspace_id = :workspace_id AND c.phone = ANY(:phones::text[]);

-- name: save_contact!
-- What is known about a person, after an edit by hand.
UPDATE contact SET phone = :phone, name = :name, zone = :zone, language = :language, variables = :variables,
    consent = :consent, consent_source = :consent_source, consent_at = :consent_at, updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: add_consent_entry!
-- Append only: evidence of consent is never overwritten.
INSERT INTO consent_entry (workspace_id, id, contact_id, consent, source, given_at, recorded_at, recorded_by)
VALUES (:workspace_id, :id, :contact_id, :consent, :source, :given_at, :at, :by);

-- name: list_consents
-- How a contact's consent came to be, newest first, with who wrote it down.
SELECT e.consent, e.source, e.given_at, e.recorded_at, u.name AS recorded_by
FROM consent_entry e LEFT JOIN app_user u ON u.workspace_id = e.workspace_id AND u.id = e.recorded_by
WHERE e.workspace_id = :workspace_id AND e.contact_id = :contact_id
ORDER BY e.recorded_at DESC, e.id DESC
LIMIT 200;

-- name: lift_suppression!
-- An owner allows messages again: by the person and by the number.
DELETE FROM suppression
WHERE workspace_id = :workspace_id AND (contact_id = :contact_id OR address_hash = :address_hash);

-- name: suppressed_why$
-- Whether anything blocks this person, and what.
SELECT reason FROM suppression WHERE workspace_id = :workspace_id AND contact_id = :contact_id LIMIT 1;

-- name: copy_suppression!
-- Somebody who asked for silence has it under a new number too.
INSERT INTO suppression (workspace_id, address_hash, contact_id, reason, word, device_id, at)
SELECT workspace_id, :address_hash, contact_id, reason, word, device_id, at FROM suppression
WHERE workspace_id = :workspace_id AND contact_id = :contact_id
LIMIT 1
ON CONFLICT (workspace_id, address_hash) DO NOTHING;

-- name: leave_old_number!
-- The old number stays blocked for whoever has it next.
UPDATE suppression SET contact_id = NULL
WHERE workspace_id = :workspace_id AND contact_id = :contact_id AND address_hash <> :address_hash;

-- name: unlink_suppressions!
-- The hash of the number keeps the block when the person is erased.
UPDATE suppression SET contact_id = NULL WHERE workspace_id = :workspace_id AND contact_id = ANY(:contact_ids::uuid[]);

-- name: drop_contacts
-- Only people who were never messaged and never wrote: what happened keeps its person.
DELETE FROM contact c WHERE c.workspace_id = :workspace_id AND c.id = ANY(:contact_ids::uuid[])
    AND NOT EXISTS (SELECT FROM outbox o WHERE o.workspace_id = c.workspace_id AND o.contact_id = c.id)
    AND NOT EXISTS (SELECT FROM chat h WHERE h.workspace_id = c.workspace_id AND h.contact_id = c.id)
RETURNING c.id;

-- name: drop_consents!
-- Evidence about somebody who is erased is erased too.
DELETE FROM consent_entry WHERE workspace_id = :workspace_id AND contact_id = ANY(:contact_ids::uuid[]);

-- name: add_lead!
-- What makes a contact a lead; its row was locked and looked at, so there is none yet.
INSERT INTO lead (workspace_id, id, contact_id, device_id, niches, status, triggers, note, created_at, updated_at)
VALUES (:workspace_id, :id, :contact_id, :device_id, :niches, :status, :triggers, :note, :at, :at);

-- name: save_lead!
-- After an edit by hand; the version tells the next editor.
UPDATE lead SET device_id = :device_id, niches = :niches, status = :status, triggers = :triggers, note = :note,
    version = version + 1, updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: lock_lead^
-- Contact first, as imports lock them; whoever comes second sees what the first one wrote.
SELECT c.id FROM contact c
WHERE c.workspace_id = :workspace_id
    AND c.id = (SELECT l.contact_id FROM lead l WHERE l.workspace_id = :workspace_id AND l.id = :id)
FOR UPDATE;

-- name: find_lead^
-- One lead as its screen shows it.
SELECT l.workspace_id, l.id AS lead_id, l.contact_id, l.device_id, l.niches, l.status, l.triggers, l.note, l.version,
    l.created_at, l.updated_at, c.phone, c.name, c.zone, c.language, c.variables, c.consent, c.consent_source,
    c.consent_at, s.reason AS suppressed_reason, s.at AS suppressed_at
FROM lead l
JOIN contact c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id
LEFT JOIN suppression s ON s.workspace_id = l.workspace_id AND s.contact_id = l.contact_id
WHERE l.workspace_id = :workspace_id AND l.id = :id;

-- name: delete_leads!
-- These people are no leads any more.
DELETE FROM lead WHERE workspace_id = :workspace_id AND id = ANY(:ids::uuid[]);

-- name: list_leads
-- Newest first.
SELECT l.workspace_id, l.id AS lead_id, l.contact_id, l.device_id, l.niches, l.status, l.triggers, l.note, l.version,
    l.created_at, l.updated_at, c.phone, c.name, c.zone, c.language, c.variables, c.consent, c.consent_source,
    c.consent_at, s.reason AS suppressed_reason, s.at AS suppressed_at
FROM (
    SELECT * FROM leads_matching(:workspace_id, :granted::uuid[], :niche::text, :status::text, :device_id::uuid, :pool::boolean,
        :consent::text, :suppressed::boolean, :words::text, :digits::text) AS l
    WHERE :before_at::timestamptz IS NULL OR (l.created_at, l.id) < (:before_at, :before_id::uuid)
    ORDER BY l.created_at DESC, l.id DESC
    LIMIT :limit + 1
) l
JOIN contact c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id
LEFT JOIN suppression s ON s.workspace_id = l.workspace_id AND s.contact_id = l.contact_id
ORDER BY l.created_at DESC, l.id DESC;

-- name: list_variable_names
-- Each row of a file has the same columns, so they are known before the first row is written.
SELECT DISTINCT key AS name FROM contact c, jsonb_object_keys(c.variables) AS key
WHERE c.workspace_id = :workspace_id AND EXISTS (
    SELECT FROM lead l WHERE l.workspace_id = c.workspace_id AND l.contact_id = c.id)
ORDER BY key
LIMIT :most;

-- name: list_device_names
-- For the column that says whose a lead is.
SELECT id, name FROM device WHERE workspace_id = :workspace_id;

-- name: count_leads$
-- Counted until it no longer matters.
SELECT count(*)::integer FROM (
    SELECT FROM leads_matching(:workspace_id, :granted::uuid[], :niche::text, :status::text, :device_id::uuid, :pool::boolean,
        :consent::text, :suppressed::boolean, :words::text, :digits::text)
    LIMIT :most
) found;

-- name: count_facets
-- How many leads stand behind each filter of the list, in one pass over those the reader may see.
WITH seen AS MATERIALIZED (
    SELECT contact_id, device_id, status, niches FROM lead
    WHERE workspace_id = :workspace_id AND (:granted::uuid[] IS NULL OR device_id = ANY(:granted))
)
SELECT 'status' AS facet, status AS name, count(*)::integer AS count FROM seen GROUP BY status
UNION ALL
SELECT 'device', device_id::text, count(*)::integer FROM seen GROUP BY device_id
UNION ALL
(SELECT 'niche', niche, count(*)::integer FROM seen, unnest(niches) AS niche GROUP BY niche ORDER BY 3 DESC, 2 LIMIT 500)
UNION ALL
SELECT 'consent', c.consent, count(*)::integer
FROM seen JOIN contact c ON c.workspace_id = :workspace_id AND c.id = seen.contact_id GROUP BY c.consent
UNION ALL
SELECT 'suppressed', NULL, count(*)::integer FROM seen
WHERE contact_id IN (SELECT contact_id FROM suppression WHERE workspace_id = :workspace_id AND contact_id IS NOT NULL);

-- name: known_devices
-- Slots that leads may be given to.
SELECT id FROM device WHERE workspace_id = :workspace_id AND id = ANY(:ids::uuid[]) AND deleted_at IS NULL;

-- name: list_received_campaigns
-- What this person was to get, newest first; read from the rows that campaigns left.
SELECT o.campaign_id, k.name, o.state, o.code, coalesce(o.settled_at, o.dispatched_at, o.created_at) AS at
FROM outbox o JOIN campaign k ON k.workspace_id = o.workspace_id AND k.id = o.campaign_id
WHERE o.workspace_id = :workspace_id AND o.contact_id = :contact_id
ORDER BY o.id DESC
LIMIT 200;

-- name: add_import^
-- A file has arrived; the mapping is our guess until a person has chosen.
INSERT INTO lead_import (workspace_id, id, file_name, file_sha256, file_size, kind, encoding, delimiter, columns, sample,
    mapping, created_by, created_at, updated_at)
VALUES (:workspace_id, :id, :file_name, :sha256, :size, :kind, :encoding, :delimiter, :columns, :sample, :guess,
    :created_by, :at, :at)
RETURNING *;

-- name: find_import^
-- One import as its screen shows it.
SELECT * FROM lead_import WHERE workspace_id = :workspace_id AND id = :id;

-- name: lock_import^
-- Before a change of state, and before every batch: who comes second sees what the first one did.
SELECT * FROM lead_import WHERE workspace_id = :workspace_id AND id = :id FOR UPDATE;

-- name: list_imports
-- The latest ones; people resume and look at recent files.
SELECT * FROM lead_import WHERE workspace_id = :workspace_id ORDER BY id DESC LIMIT 50;

-- name: plan_import!
-- A dry run starts from nothing.
UPDATE lead_import SET state = 'checking', options = :options, rows_total = NULL, rows_done = 0, counts = '{}', updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: drop_refused_rows!
-- What an earlier dry run found holds no more.
DELETE FROM lead_import_error WHERE workspace_id = :workspace_id AND import_id = :id;

-- name: start_import!
-- The real run counts anew.
UPDATE lead_import SET state = 'running', rows_done = 0, counts = '{}', updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: end_import!
-- A worker or a person is done with it.
UPDATE lead_import SET state = :state, failure = :failure, rows_total = coalesce(:rows_total::integer, rows_total),
    updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: advance_import!
-- In the transaction of the batch, so that a batch counts exactly when its effects do.
UPDATE lead_import SET rows_done = :rows_done, counts = :counts, updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: imports_to_work_on
-- A worker's turn, over all workspaces; whoever waits longest first.
SELECT workspace_id, id FROM lead_import WHERE state IN ('checking', 'running') ORDER BY updated_at LIMIT 20;

-- name: abandoned_imports
-- Files that nobody went on with.
SELECT workspace_id, id FROM lead_import WHERE state IN ('mapping', 'checked') AND updated_at < :before LIMIT 100;

-- name: imports_with_files
-- Whose file is still needed.
SELECT id FROM lead_import WHERE state IN ('mapping', 'checking', 'checked', 'running');

-- name: add_refused_rows!
-- The rows a person has to repair, as they were read.
INSERT INTO lead_import_error (workspace_id, import_id, row_number, column_name, code, shown, cells)
SELECT :workspace_id, :import_id, r.row_number, r.column_name, r.code, r.shown, r.cells
FROM jsonb_to_recordset(:rows::jsonb) AS r (row_number integer, column_name text, code text, shown text, cells text[])
ON CONFLICT (workspace_id, import_id, row_number) DO NOTHING;

-- name: list_refused_rows
-- In the order of the file.
SELECT row_number, column_name, code, shown, cells FROM lead_import_error
WHERE workspace_id = :workspace_id AND import_id = :import_id AND row_number > :after
ORDER BY row_number LIMIT :limit + 1;

-- name: suppressed_hashes
-- Which of these numbers are blocked, whether or not anybody has them now.
SELECT address_hash FROM suppression WHERE workspace_id = :workspace_id AND address_hash = ANY(:hashes::bytea[]);

-- name: add_people
-- New contacts of a batch. Fewer come back when somebody else made one of them in between: the batch is done again.
INSERT INTO contact (workspace_id, id, phone, name, zone, language, variables, consent, consent_source, consent_at,
    created_at, updated_at)
SELECT :workspace_id, r.id, r.phone, r.name, r.zone, r.language, r.variables, r.consent, r.consent_source, r.consent_at,
    :at, :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (id uuid, phone text, name text, zone text, language text, variables jsonb,
    consent text, consent_source text, consent_at timestamptz)
ORDER BY r.phone
ON CONFLICT (workspace_id, phone) WHERE phone IS NOT NULL DO NOTHING
RETURNING phone;

-- name: change_people!
-- Known contacts of a batch, locked and looked at before.
UPDATE contact c SET name = r.name, zone = r.zone, language = r.language, variables = r.variables, consent = r.consent,
    consent_source = r.consent_source, consent_at = r.consent_at, updated_at = :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (id uuid, name text, zone text, language text, variables jsonb,
    consent text, consent_source text, consent_at timestamptz)
WHERE c.workspace_id = :workspace_id AND c.id = r.id;

-- name: add_leads!
-- New leads of a batch.
INSERT INTO lead (workspace_id, id, contact_id, device_id, niches, status, triggers, note, created_at, updated_at)
SELECT :workspace_id, r.lead_id, r.id, r.device_id, r.niches, r.status, r.triggers, r.note, :at, :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (id uuid, lead_id uuid, device_id uuid, niches text[], status text,
    triggers text[], note text);

-- name: change_leads!
-- Known leads of a batch; the version tells somebody who has one open.
UPDATE lead l SET niches = r.niches, status = r.status, triggers = r.triggers, note = r.note, version = l.version + 1,
    updated_at = :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (lead_id uuid, niches text[], status text, triggers text[], note text)
WHERE l.workspace_id = :workspace_id AND l.id = r.lead_id;

-- name: add_consent_entries!
-- Where the consents of a batch come from.
INSERT INTO consent_entry (workspace_id, id, contact_id, consent, source, given_at, recorded_at, recorded_by)
SELECT :workspace_id, r.entry_id, r.id, r.consent, r.consent_source, r.consent_at, :at, :by
FROM jsonb_to_recordset(:rows::jsonb) AS r (id uuid, entry_id uuid, consent text, consent_source text,
    consent_at timestamptz);
