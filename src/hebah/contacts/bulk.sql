-- name: add_bulk_edit!
-- Confirmed by a person; a worker does it.
INSERT INTO bulk_edit (workspace_id, id, change, leads, created_by, created_at, updated_at)
VALUES (:workspace_id, :id, :change, :leads, :created_by, :at, :at);

-- name: choose_matching!
-- All that a filter finds, in the order of the list.
INSERT INTO bulk_edit_lead (workspace_id, bulk_edit_id, place, lead_id)
SELECT :workspace_id, :id, row_number() OVER (ORDER BY l.created_at DESC, l.id DESC), l.id
FROM leads_matching(:workspace_id, :granted::uuid[], :niche::text, :status::text, :device_id::uuid, :pool::boolean,
        :consent::text, :suppressed::boolean, :words::text, :digits::text) AS l
ORDER BY 3
LIMIT :most + 1;

-- name: choose_ticked!
-- Those that somebody has ticked and that are still there.
INSERT INTO bulk_edit_lead (workspace_id, bulk_edit_id, place, lead_id)
SELECT :workspace_id, :id, row_number() OVER (ORDER BY l.created_at DESC, l.id DESC), l.id
FROM lead l
WHERE l.workspace_id = :workspace_id AND l.id = ANY(:lead_ids::uuid[]);

-- name: find_bulk_edit^
-- One of them with its progress.
SELECT * FROM bulk_edit WHERE workspace_id = :workspace_id AND id = :id;

-- name: lock_bulk_edit^
-- Before a change of state, and before every batch: who comes second sees what the first one did.
SELECT * FROM bulk_edit WHERE workspace_id = :workspace_id AND id = :id FOR UPDATE;

-- name: list_bulk_edits
-- The latest ones; people look whether theirs is done, and undo.
SELECT * FROM bulk_edit WHERE workspace_id = :workspace_id ORDER BY id DESC LIMIT 20;

-- name: bulk_edits_to_work_on
-- A worker's turn, over all workspaces; whoever waits longest first.
SELECT workspace_id, id FROM bulk_edit WHERE state IN ('running', 'undoing') ORDER BY updated_at LIMIT 20;

-- name: move_bulk_edit!
-- A worker or a person goes on to the next state.
UPDATE bulk_edit SET state = :state, failure = :failure, updated_at = :at,
    ended_at = CASE WHEN state = 'running' THEN :at ELSE ended_at END
WHERE workspace_id = :workspace_id AND id = :id;

-- name: advance_bulk_edit!
-- In the transaction of the batch, so that a batch counts exactly when its effects do.
UPDATE bulk_edit SET leads_done = :leads_done, leads_back = :leads_back, counts = :counts, updated_at = :at
WHERE workspace_id = :workspace_id AND id = :id;

-- name: lock_chosen
-- The people behind the next places; in the order in which everybody locks them.
SELECT c.id
FROM bulk_edit_lead b
JOIN lead l ON l.workspace_id = b.workspace_id AND l.id = b.lead_id
JOIN contact c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id
WHERE b.workspace_id = :workspace_id AND b.bulk_edit_id = :id AND b.place > :after AND b.place <= :after + :limit
ORDER BY c.phone
FOR UPDATE OF c;

-- name: read_chosen
-- What is known of them now that nobody else changes it; nothing of a lead that is gone.
SELECT b.place, b.lead_id, b.was, b.is_now, c.id AS contact_id, c.phone, c.name, c.zone, c.language, c.variables, c.consent,
    c.consent_source, c.consent_at, l.device_id, l.niches, l.status, l.triggers, l.note, s.reason AS suppressed_reason
FROM bulk_edit_lead b
LEFT JOIN lead l ON l.workspace_id = b.workspace_id AND l.id = b.lead_id
LEFT JOIN contact c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id
LEFT JOIN suppression s ON s.workspace_id = l.workspace_id AND s.contact_id = l.contact_id
WHERE b.workspace_id = :workspace_id AND b.bulk_edit_id = :id AND b.place > :after AND b.place <= :after + :limit
ORDER BY b.place;

-- name: write_leads!
-- What a batch makes of its leads; the version tells somebody who has one open.
UPDATE lead l SET niches = r.niches, status = r.status, triggers = r.triggers, device_id = r.device_id,
    version = l.version + 1, updated_at = :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (lead_id uuid, niches text[], status text, triggers text[], device_id uuid)
WHERE l.workspace_id = :workspace_id AND l.id = r.lead_id;

-- name: write_variables!
-- And of the people behind them.
UPDATE contact c SET variables = r.variables, updated_at = :at
FROM jsonb_to_recordset(:rows::jsonb) AS r (contact_id uuid, variables jsonb)
WHERE c.workspace_id = :workspace_id AND c.id = r.contact_id;

-- name: keep_what_was!
-- With the change itself, so that it can be undone.
UPDATE bulk_edit_lead b SET was = r.was, is_now = r.is_now
FROM jsonb_to_recordset(:rows::jsonb) AS r (place integer, was jsonb, is_now jsonb)
WHERE b.workspace_id = :workspace_id AND b.bulk_edit_id = :id AND b.place = r.place;

-- name: forget_chosen!
-- What cannot be undone any more needs nobody's former values.
DELETE FROM bulk_edit_lead WHERE (workspace_id, bulk_edit_id) IN (
    SELECT workspace_id, id FROM bulk_edit
    WHERE ended_at < :before AND state NOT IN ('running', 'undoing')
);
