-- Calendar feeds: a private address under which a calendar program fetches one person's sessions. Nobody has
-- one until they ask for it; a new one replaces the old, and a row that is gone is an address that is none.

CREATE TABLE feed (
  person_id bigint PRIMARY KEY REFERENCES person (id),
  token_hash text COLLATE "C" NOT NULL UNIQUE,
  shows_place boolean NOT NULL DEFAULT FALSE,  -- the room's name, to a client
  created_at bigint NOT NULL
);
