-- Calendar feeds: a private address under which a calendar program fetches one person's sessions. Nobody has
-- one until they ask for it; a new one replaces the old, and a row that is gone is an address that is none.

CREATE TABLE feed (
  person_id INTEGER PRIMARY KEY REFERENCES person (id),
  token_hash TEXT NOT NULL UNIQUE,
  shows_place INTEGER NOT NULL DEFAULT 0 CHECK (shows_place IN (0, 1)),  -- the room's name, to a client
  created_at INTEGER NOT NULL
) STRICT;
