-- 0024 names: chats are found by a name, a number or a label among hundreds of thousands without reading each of them.
-- Oldest code that runs on it: 0.1.

-- Every two letters that stand side by side in a text, in lower case. An index of them finds any part of a name, and in
-- Chinese two signs are a name already; PostgreSQL's own way, pg_trgm, is missing from some installations. A loop,
-- since it takes a quarter of the time of a query that says the same.
create function letter_pairs(said text) returns text[] language plpgsql immutable strict parallel safe as $$
declare
    letters constant text := lower(said);
    pairs text[] := '{}';
begin
    for place in 1 .. length(letters) - 1 loop
        pairs := pairs || substr(letters, place, 2);
    end loop;
    return pairs;
end $$;
create index contact_name_pairs on contact using gin (letter_pairs(name)) where name <> '';

-- the chats of a person, and every number without reading the chats
create index chat_contact on chat (workspace_id, contact_id) include (id, address);
-- Few chats have a name of their own: groups, and people who hide their number. Pairs of these would be written anew with
-- each message that comes.
create index chat_named on chat (workspace_id, id) include (name) where name <> '';
