-- Groups, the series that produce sessions, who is enrolled, and who waits for a seat. Sessions that exist
-- already belong to no group and no series.

-- Legal caps, of the licence and not of the house: nobody overrides them. NULL: none.
ALTER TABLE service ADD COLUMN legal_largest INTEGER CHECK (legal_largest BETWEEN 1 AND 500);
ALTER TABLE service ADD COLUMN legal_clients_per_facilitator INTEGER
  CHECK (legal_clients_per_facilitator BETWEEN 1 AND 500);

-- "group" is a word of SQL.
CREATE TABLE therapy_group (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  service_id INTEGER NOT NULL REFERENCES service (id),
  name TEXT NOT NULL CHECK (name <> ''),
  alias TEXT NOT NULL CHECK (alias <> ''),         -- all that a client's screen says of it
  admission TEXT NOT NULL CHECK (admission IN ('open', 'rolling', 'closed')),
  smallest INTEGER NOT NULL CHECK (smallest BETWEEN 1 AND 500),
  largest INTEGER NOT NULL CHECK (largest BETWEEN 1 AND 500),
  clients_per_facilitator INTEGER CHECK (clients_per_facilitator BETWEEN 1 AND 500),
  youngest INTEGER CHECK (youngest BETWEEN 0 AND 120),
  oldest INTEGER CHECK (oldest BETWEEN 0 AND 120),
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'ended')),
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  UNIQUE (site_id, name),
  CHECK (smallest <= largest)
) STRICT;

-- Whom it admits. Of phases and levels one must be the client's; tags the client must have all.
CREATE TABLE group_admits (
  group_id INTEGER NOT NULL REFERENCES therapy_group (id),
  kind TEXT NOT NULL CHECK (kind IN ('phase', 'level', 'tag')),
  value TEXT NOT NULL CHECK (value <> ''),
  PRIMARY KEY (group_id, kind, value)
) STRICT, WITHOUT ROWID;

-- The curriculum: its sessions take one topic after the other, round and round.
CREATE TABLE group_topic (
  group_id INTEGER NOT NULL REFERENCES therapy_group (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  title TEXT NOT NULL CHECK (title <> ''),
  PRIMARY KEY (group_id, position)
) STRICT, WITHOUT ROWID;

-- The rule that produces the sessions of a group, or of one client with a counselor.
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  service_id INTEGER NOT NULL REFERENCES service (id),
  group_id INTEGER REFERENCES therapy_group (id),
  client_id INTEGER REFERENCES client (person_id),
  title TEXT NOT NULL CHECK (title <> ''),
  room_id INTEGER REFERENCES room (id),
  link TEXT NOT NULL DEFAULT '',
  starts_on INTEGER NOT NULL,            -- the rule's DTSTART: this day at `time` in `zone`
  time INTEGER NOT NULL CHECK (time BETWEEN 0 AND 1439),
  duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 5 AND 720),
  zone TEXT NOT NULL,
  rule TEXT NOT NULL,                    -- RRULE
  seats INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 500),
  follows_id INTEGER REFERENCES series (id),  -- the one it was split from
  expanded_until INTEGER NOT NULL,       -- instances before this instant exist, or are skipped
  until_at INTEGER,                      -- no instance at or after this instant: it was ended or split
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  CHECK ((group_id IS NULL) <> (client_id IS NULL)),
  CHECK (client_id IS NULL OR seats = 1)
) STRICT;

CREATE INDEX series_by_group ON series (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX series_by_client ON series (client_id, id) WHERE client_id IS NOT NULL;
CREATE INDEX series_by_horizon ON series (expanded_until) WHERE until_at IS NULL;

CREATE TABLE series_facilitator (
  series_id INTEGER NOT NULL REFERENCES series (id),
  position INTEGER NOT NULL CHECK (position >= 0),  -- the first leads
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  PRIMARY KEY (series_id, position)
) STRICT, WITHOUT ROWID;

-- Instances that the rule gives and that do not take place; they can be put back.
CREATE TABLE series_skip (
  series_id INTEGER NOT NULL REFERENCES series (id),
  original_at INTEGER NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('closed', 'conflict', 'by_hand', 'paused')),
  detail TEXT NOT NULL,
  skipped_at INTEGER NOT NULL,
  PRIMARY KEY (series_id, original_at)
) STRICT, WITHOUT ROWID;

ALTER TABLE session ADD COLUMN group_id INTEGER REFERENCES therapy_group (id);
ALTER TABLE session ADD COLUMN series_id INTEGER REFERENCES series (id);
-- The instant that the rule gave it: which instance it is, wherever it was moved to.
ALTER TABLE session ADD COLUMN original_at INTEGER;
ALTER TABLE session ADD COLUMN topic TEXT NOT NULL DEFAULT '';

CREATE UNIQUE INDEX session_by_series ON session (series_id, original_at) WHERE series_id IS NOT NULL;
CREATE INDEX session_by_group ON session (group_id, starts_at) WHERE group_id IS NOT NULL;

-- Outside roster and ratio: an interpreter, a speaker, somebody of the family.
CREATE TABLE session_guest (
  session_id INTEGER NOT NULL REFERENCES session (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  name TEXT NOT NULL CHECK (name <> ''),
  role TEXT NOT NULL CHECK (role IN ('contact', 'interpreter', 'speaker', 'trainee')),
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;

-- A client in a group from a day on, through a day or open. Changing one rewrites the participants of the
-- sessions to come; rows are never deleted.
CREATE TABLE enrolment (
  id INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL REFERENCES therapy_group (id),
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  from_on INTEGER NOT NULL,
  until_on INTEGER,                      -- the last day
  mandatory INTEGER NOT NULL CHECK (mandatory IN (0, 1)),
  made_at INTEGER NOT NULL,
  ended_at INTEGER,                      -- when somebody decided on its end; NULL: as it was made
  CHECK (until_on >= from_on - 1)        -- the day before its first: it never came to be
) STRICT;

CREATE INDEX enrolment_by_group ON enrolment (group_id, from_on, id);
CREATE INDEX enrolment_by_client ON enrolment (client_id, from_on, id);
CREATE UNIQUE INDEX enrolment_once ON enrolment (group_id, client_id) WHERE until_on IS NULL;

-- Who wants a seat: in a group, or at one session.
--
--   waiting ─▶ offered ─▶ accepted
--      ▲          ├─────▶ declined
--      │          └─────▶ expired       nobody answered in time
--      ├──────────┘                     the seat was taken back
--      └─▶ left                         gave up waiting, was discharged, or got a seat elsewhere

CREATE TABLE waitlist (
  id INTEGER PRIMARY KEY,
  group_id INTEGER REFERENCES therapy_group (id),
  session_id INTEGER REFERENCES session (id),
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  since_at INTEGER NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 1),
  reason TEXT NOT NULL DEFAULT '',       -- of the priority
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN
    ('waiting', 'offered', 'accepted', 'declined', 'expired', 'left')),
  offered_at INTEGER,
  answer_by INTEGER,                     -- the seat is held until then
  starts_at INTEGER,                     -- of the session that the offer names; NULL: none is planned
  answered_at INTEGER,                   -- when the wait came to its end
  looked_at INTEGER NOT NULL DEFAULT 0,  -- when it was last looked whether there is a seat
  CHECK ((group_id IS NULL) <> (session_id IS NULL)),
  CHECK ((priority = 0) = (reason = '')),
  CHECK (state <> 'offered' OR (offered_at IS NOT NULL AND answer_by > offered_at))
) STRICT;

CREATE UNIQUE INDEX waitlist_once_group ON waitlist (group_id, client_id)
  WHERE group_id IS NOT NULL AND state IN ('waiting', 'offered');
CREATE UNIQUE INDEX waitlist_once_session ON waitlist (session_id, client_id)
  WHERE session_id IS NOT NULL AND state IN ('waiting', 'offered');
CREATE INDEX waitlist_by_group ON waitlist (group_id, state) WHERE group_id IS NOT NULL;
CREATE INDEX waitlist_by_session ON waitlist (session_id, state) WHERE session_id IS NOT NULL;
CREATE INDEX waitlist_by_client ON waitlist (client_id, since_at);
CREATE INDEX waitlist_to_look_at ON waitlist (looked_at, id) WHERE state IN ('waiting', 'offered');
CREATE INDEX waitlist_due ON waitlist (answer_by) WHERE state = 'offered';
