-- "I need to talk": who is on call, whom a client's request went to, and what came of it. Sites that are there
-- keep their numbers; who answers the helpline is not known of them yet, and the usual time limits hold.

-- What stands beside the helpline's number: who answers, when, and what the call costs.
ALTER TABLE site ADD COLUMN helpline_who TEXT NOT NULL DEFAULT '';
ALTER TABLE site ADD COLUMN helpline_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE site ADD COLUMN helpline_cost TEXT NOT NULL DEFAULT 'unknown'
  CHECK (helpline_cost IN ('unknown', 'free', 'charged'));
-- How long each is asked before the next is.
ALTER TABLE site ADD COLUMN counselor_minutes INTEGER NOT NULL DEFAULT 5 CHECK (counselor_minutes BETWEEN 1 AND 120);
ALTER TABLE site ADD COLUMN primary_minutes INTEGER NOT NULL DEFAULT 5 CHECK (primary_minutes BETWEEN 1 AND 120);
ALTER TABLE site ADD COLUMN backup_minutes INTEGER NOT NULL DEFAULT 10 CHECK (backup_minutes BETWEEN 1 AND 120);

-- Until when a dashboard of this sign-in is taken to be open, for it said so a moment ago.
ALTER TABLE sign_in ADD COLUMN watching_until INTEGER;

-- Who is on call for a site, from then until then; no two shifts of a site overlap. 1209600000 ms are 14 days.
CREATE TABLE on_call (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  primary_id INTEGER NOT NULL REFERENCES staff (person_id),
  backup_id INTEGER REFERENCES staff (person_id),
  version INTEGER NOT NULL DEFAULT 1,
  CHECK (until_at > from_at AND until_at - from_at <= 1209600000),
  CHECK (backup_id <> primary_id)
) STRICT;

CREATE INDEX on_call_by_site ON on_call (site_id, until_at, from_at);

CREATE TRIGGER on_call_excludes BEFORE INSERT ON on_call
WHEN EXISTS (
  SELECT 1 FROM on_call
  WHERE site_id = NEW.site_id AND until_at > NEW.from_at AND until_at < NEW.until_at + 1209600000
    AND from_at < NEW.until_at)
BEGIN
  SELECT RAISE(ABORT, 'two shifts of a site would overlap');
END;
CREATE TRIGGER on_call_excludes_change BEFORE UPDATE ON on_call
WHEN EXISTS (
  SELECT 1 FROM on_call
  WHERE site_id = NEW.site_id AND until_at > NEW.from_at AND until_at < NEW.until_at + 1209600000
    AND from_at < NEW.until_at AND id <> NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'two shifts of a site would overlap');
END;

-- One request of a client to be called.
--
--          nobody came, the next is asked
--              ┌──────┐
--              ▼      │
--   asked ─▶ open ────┘
--              ├─────────────▶ seen ─────────▶ closed       somebody calls; then says what came of it
--              └─▶ unanswered ──▲                           nobody was left to ask
--   open, seen, unanswered ──▶ withdrawn                    the client does not need it any more
--   seen, unanswered ──▶ open                               the client asks again, from the beginning
CREATE TABLE support_request (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  site_id INTEGER NOT NULL REFERENCES site (id),  -- whose people are asked
  asked_at INTEGER NOT NULL,             -- the last time that the client did
  state TEXT NOT NULL CHECK (state IN ('open', 'seen', 'closed', 'withdrawn', 'unanswered')),
  step TEXT CHECK (step IN ('counselor', 'primary', 'backup')),  -- who was asked last; NULL: there was nobody
  due_at INTEGER CHECK (due_at > asked_at),  -- when the next is asked
  seen_at INTEGER,
  seen_by INTEGER REFERENCES staff (person_id),
  ended_at INTEGER,
  ended_by INTEGER REFERENCES staff (person_id),
  outcome TEXT CHECK (outcome IN ('talked', 'not_reached', 'emergency', 'other')),
  note TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  CHECK ((state = 'open') = (due_at IS NOT NULL)),
  CHECK (state <> 'open' OR step IS NOT NULL),
  CHECK ((seen_at IS NULL) = (seen_by IS NULL)),
  CHECK (state NOT IN ('seen', 'closed') OR seen_at IS NOT NULL),
  CHECK (state NOT IN ('open', 'unanswered') OR seen_at IS NULL),
  CHECK ((state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)),
  CHECK ((state = 'closed') = (ended_by IS NOT NULL)),
  CHECK ((state = 'closed') = (outcome IS NOT NULL)),
  CHECK (state = 'closed' OR note = '')
) STRICT;

CREATE UNIQUE INDEX support_request_once ON support_request (client_id)
  WHERE state IN ('open', 'seen', 'unanswered');
CREATE INDEX support_request_due ON support_request (due_at, id) WHERE state = 'open';
CREATE INDEX support_request_waiting ON support_request (asked_at, id)
  WHERE state IN ('open', 'seen', 'unanswered');

CREATE TRIGGER support_request_is_over BEFORE UPDATE ON support_request
WHEN OLD.state IN ('closed', 'withdrawn')
BEGIN
  SELECT RAISE(ABORT, 'a request that has ended does not change');
END;

-- Whom it went to, and when last.
CREATE TABLE support_asked (
  request_id INTEGER NOT NULL REFERENCES support_request (id),
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  asked_at INTEGER NOT NULL,
  PRIMARY KEY (request_id, staff_id)
) STRICT, WITHOUT ROWID;
