-- Circled's first schema. Instants are UTC milliseconds, dates are days since 1970-01-01, times of day
-- are minutes since midnight, booleans are 0 and 1. What code promises about one row stands here as a
-- CHECK; what it promises about two rows, as a UNIQUE or a trigger.

-- Places ------------------------------------------------------------------------------------------

CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  zone TEXT NOT NULL,
  break_minutes INTEGER NOT NULL DEFAULT 0 CHECK (break_minutes BETWEEN 0 AND 60),
  emergency_number TEXT NOT NULL DEFAULT '911',
  crisis_line TEXT NOT NULL DEFAULT '988',
  helpline TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE room (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  name TEXT NOT NULL CHECK (name <> ''),
  seats INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 1000),
  UNIQUE (site_id, name)
) STRICT;

-- People: staff and clients share one id space, for a stream, an account and a receiver are a person's.

CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('staff', 'client'))
) STRICT;

CREATE TABLE staff (
  person_id INTEGER PRIMARY KEY REFERENCES person (id),
  name TEXT NOT NULL CHECK (name <> ''),
  role TEXT NOT NULL CHECK (role IN ('admin', 'supervisor', 'clinician', 'counselor', 'front_desk')),
  site_id INTEGER NOT NULL REFERENCES site (id),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;

CREATE INDEX staff_by_site ON staff (site_id, name);

CREATE TABLE client (
  person_id INTEGER PRIMARY KEY REFERENCES person (id),
  preferred_name TEXT NOT NULL CHECK (preferred_name <> ''),
  family_name TEXT NOT NULL,
  search_name TEXT NOT NULL,             -- folded "preferred family", for prefix search
  site_id INTEGER NOT NULL REFERENCES site (id),
  zone TEXT NOT NULL,                    -- where the client lives; quiet hours are in it
  phone TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX client_by_name ON client (site_id, search_name, person_id);

CREATE TABLE assignment (
  id INTEGER PRIMARY KEY,
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  from_at INTEGER NOT NULL,
  until_at INTEGER CHECK (until_at > from_at)
) STRICT;

CREATE INDEX assignment_by_client ON assignment (client_id, staff_id, from_at);
CREATE INDEX assignment_by_staff ON assignment (staff_id, client_id, from_at);
CREATE UNIQUE INDEX assignment_once ON assignment (staff_id, client_id) WHERE until_at IS NULL;

CREATE TABLE episode (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  admitted_on INTEGER NOT NULL,
  discharged_on INTEGER CHECK (discharged_on >= admitted_on),
  discharge TEXT CHECK (discharge IN ('completed', 'transferred', 'against_advice', 'administrative',
                                      'incarcerated', 'died')),
  CHECK ((discharged_on IS NULL) = (discharge IS NULL))
) STRICT;

CREATE INDEX episode_by_client ON episode (client_id, admitted_on);
CREATE UNIQUE INDEX episode_open ON episode (client_id) WHERE discharged_on IS NULL;

CREATE TABLE phase (
  id INTEGER PRIMARY KEY,
  episode_id INTEGER NOT NULL REFERENCES episode (id),
  phase TEXT NOT NULL CHECK (phase IN ('detox', 'treatment', 'aftercare')),
  from_on INTEGER NOT NULL,
  until_on INTEGER CHECK (until_on >= from_on)
) STRICT;

CREATE INDEX phase_by_episode ON phase (episode_id, from_on);
CREATE UNIQUE INDEX phase_open ON phase (episode_id) WHERE until_on IS NULL;

-- Access ------------------------------------------------------------------------------------------

-- What an account may do follows from its person: a staff member's role, or client.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL UNIQUE REFERENCES person (id),
  login TEXT UNIQUE CHECK (login <> ''),  -- lower case; clients who only use a device have none
  password_hash TEXT,                     -- argon2id, with its salt and parameters
  disabled_at INTEGER
) STRICT;

-- One row for each signed-in browser or device; the token itself is never stored.
CREATE TABLE sign_in (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  token_hash TEXT NOT NULL UNIQUE,
  by TEXT NOT NULL CHECK (by IN ('cookie', 'bearer')),
  device TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,                    -- signed out, revoked, or seen to have expired
  acknowledged_seq INTEGER NOT NULL DEFAULT 0  -- how far this device has its person's stream
) STRICT;

CREATE INDEX sign_in_by_account ON sign_in (account_id, id) WHERE revoked_at IS NULL;
CREATE INDEX sign_in_by_expiry ON sign_in (expires_at) WHERE revoked_at IS NULL;
CREATE INDEX sign_in_by_end ON sign_in (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE enrolment_code (
  code_hash TEXT PRIMARY KEY,            -- keyed, for a code is short
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  made_by INTEGER NOT NULL REFERENCES account (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolment_code_by_client ON enrolment_code (client_id, expires_at);
CREATE INDEX enrolment_code_by_age ON enrolment_code (expires_at);

-- Failed tries of one kind from one source; a row is worth nothing after `forget_at`.
CREATE TABLE throttle (
  key TEXT PRIMARY KEY,                  -- "sign_in login …" (hashed), "sign_in address …", "enrol address …"
  failures INTEGER NOT NULL,
  next_at INTEGER NOT NULL,              -- no further try before this
  forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX throttle_by_age ON throttle (forget_at);

CREATE TABLE idempotency (
  account_id INTEGER NOT NULL REFERENCES account (id),
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  etag TEXT NOT NULL,
  location TEXT NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, route, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (at);

-- Append-only. Until the batch ends an entry has no place in the chain; then it gets the next position
-- and a seal, keyed, over its content and the seal before it.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  account_id INTEGER,                    -- NULL: the server itself, or nobody signed in
  action TEXT NOT NULL,                  -- "session.book", "client.view"
  subject_kind TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  detail TEXT NOT NULL,                  -- JSON
  request_id TEXT NOT NULL,
  position INTEGER,                      -- 1, 2, … without a gap
  seal TEXT,
  CHECK ((position IS NULL) = (seal IS NULL))
) STRICT;

-- Finds both the chain's end and what is not sealed yet (a UNIQUE index allows many NULLs).
CREATE UNIQUE INDEX audit_by_position ON audit (position);
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id, id);
CREATE INDEX audit_by_account ON audit (account_id, action, subject_id, at);

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit entries are never deleted');
END;
CREATE TRIGGER audit_is_fixed BEFORE UPDATE ON audit
WHEN OLD.seal IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.account_id IS NOT OLD.account_id
  OR NEW.action <> OLD.action OR NEW.subject_kind <> OLD.subject_kind OR NEW.subject_id <> OLD.subject_id
  OR NEW.detail <> OLD.detail OR NEW.request_id <> OLD.request_id
BEGIN
  SELECT RAISE(ABORT, 'audit entries are never changed');
END;

-- Where the chain ends, with a seal of its own, so that cutting off the tail shows.
CREATE TABLE audit_end (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL,
  seal TEXT NOT NULL
) STRICT;

-- Streams -----------------------------------------------------------------------------------------

CREATE TABLE stream (
  person_id INTEGER PRIMARY KEY REFERENCES person (id),
  last_seq INTEGER NOT NULL,
  pruned_seq INTEGER NOT NULL DEFAULT 0  -- events up to here are gone
) STRICT;

-- What is to be pruned for its length; the code says the same number.
CREATE INDEX stream_long ON stream (person_id) WHERE last_seq - pruned_seq > 10000;

CREATE TABLE stream_event (
  person_id INTEGER NOT NULL REFERENCES person (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,                    -- the members of a JSON object, without braces and number
  PRIMARY KEY (person_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX stream_event_by_age ON stream_event (at);

-- Calendar ----------------------------------------------------------------------------------------

CREATE TABLE service (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,             -- "counseling", "education", "case_management"
  name TEXT NOT NULL,
  neutral_name TEXT NOT NULL,            -- what a client's screen and reminders say: "Appointment"
  counts INTEGER NOT NULL CHECK (counts IN (0, 1))  -- toward counseling hours
) STRICT;

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  service_id INTEGER NOT NULL REFERENCES service (id),
  kind TEXT NOT NULL CHECK (kind IN ('one_on_one', 'group')),
  title TEXT NOT NULL,                   -- for staff; clients see the service's neutral name
  room_id INTEGER REFERENCES room (id),
  link TEXT NOT NULL DEFAULT '',
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'completed', 'cancelled')),
  version INTEGER NOT NULL DEFAULT 1,    -- the ETag: every change of the session or its sheet
  told_version INTEGER NOT NULL DEFAULT 1,  -- only changes of what a reminder says
  seats INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 500),
  created_at INTEGER NOT NULL,
  CHECK (ends_at > starts_at AND ends_at - starts_at <= 43200000),
  CHECK (kind = 'group' OR seats = 1)
) STRICT;

CREATE INDEX session_by_site ON session (site_id, starts_at);

CREATE TABLE facilitator (
  session_id INTEGER NOT NULL REFERENCES session (id),
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  starts_at INTEGER NOT NULL,            -- the session's, for lists by person
  leads INTEGER NOT NULL CHECK (leads IN (0, 1)),
  PRIMARY KEY (session_id, staff_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX facilitator_by_staff ON facilitator (staff_id, starts_at);

CREATE TABLE participant (
  session_id INTEGER NOT NULL REFERENCES session (id),
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  starts_at INTEGER NOT NULL,            -- the session's, for lists by person
  source TEXT NOT NULL CHECK (source IN ('booking', 'enrolment', 'make_up', 'walk_in')),
  answer TEXT NOT NULL DEFAULT 'none' CHECK (answer IN ('none', 'confirmed', 'cant_come')),
  answered_at INTEGER,
  verdict TEXT NOT NULL DEFAULT 'expected' CHECK (verdict IN
    ('expected', 'attended', 'excused', 'unexcused', 'turned_away', 'cancelled_by_program')),
  PRIMARY KEY (session_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX participant_by_client ON participant (client_id, starts_at);

-- Nobody is in two places: every facilitator, room and client of a scheduled session, with its break.
CREATE TABLE busy (
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('staff', 'client', 'room')),
  owner_id INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  session_id INTEGER NOT NULL REFERENCES session (id),
  until_at INTEGER NOT NULL,
  overridden INTEGER NOT NULL DEFAULT 0 CHECK (overridden IN (0, 1)),
  PRIMARY KEY (owner_kind, owner_id, from_at, session_id),
  CHECK (until_at > from_at AND until_at - from_at <= 46800000)
) STRICT, WITHOUT ROWID;

CREATE INDEX busy_by_session ON busy (session_id);

-- A row that is not overridden may overlap nothing; 46800000 ms (12 h and the longest break) is the
-- longest row, and the lower bound on from_at keeps the search short in a long history.
CREATE TRIGGER busy_excludes BEFORE INSERT ON busy
WHEN NEW.overridden = 0 AND EXISTS (
  SELECT 1 FROM busy
  WHERE owner_kind = NEW.owner_kind AND owner_id = NEW.owner_id
    AND from_at < NEW.until_at AND from_at > NEW.from_at - 46800000 AND until_at > NEW.from_at)
BEGIN
  SELECT RAISE(ABORT, 'somebody would be in two places');
END;
CREATE TRIGGER busy_is_replaced BEFORE UPDATE ON busy BEGIN
  SELECT RAISE(ABORT, 'busy rows are deleted and inserted, never changed');
END;

-- Attendance --------------------------------------------------------------------------------------

CREATE TABLE stay (
  session_id INTEGER NOT NULL,
  client_id INTEGER NOT NULL,
  number INTEGER NOT NULL,               -- 1, 2, … in order of arrival
  arrived_at INTEGER NOT NULL,
  departed_at INTEGER CHECK (departed_at > arrived_at),
  PRIMARY KEY (session_id, client_id, number),
  FOREIGN KEY (session_id, client_id) REFERENCES participant (session_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sheet (
  session_id INTEGER PRIMARY KEY REFERENCES session (id),
  closed_at INTEGER NOT NULL,
  closed_by INTEGER NOT NULL REFERENCES staff (person_id)
) STRICT;

-- Aftercare ---------------------------------------------------------------------------------------

CREATE TABLE meeting_list (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,             -- the file's name, or what the importer was told
  format TEXT NOT NULL CHECK (format IN ('bmlt', 'meeting_guide')),
  imported_at INTEGER NOT NULL
) STRICT;

CREATE TABLE meeting (
  id INTEGER PRIMARY KEY,
  list_id INTEGER NOT NULL REFERENCES meeting_list (id),
  key TEXT NOT NULL,                     -- the list's own id of it
  name TEXT NOT NULL CHECK (name <> ''),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),       -- 0 = Sunday
  time INTEGER NOT NULL CHECK (time BETWEEN 0 AND 1439),
  duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 1 AND 1440),
  zone TEXT NOT NULL,
  place TEXT NOT NULL,                   -- venue name
  address TEXT NOT NULL,
  town TEXT NOT NULL,
  notes TEXT NOT NULL,                   -- which door, how to dial in, when it is closed
  search_text TEXT NOT NULL,             -- folded name, place, town, borough and county
  latitude REAL,
  longitude REAL,
  online_url TEXT NOT NULL,
  in_person INTEGER NOT NULL CHECK (in_person IN (0, 1)),
  types TEXT NOT NULL,                   -- the list's own codes, comma-separated
  version INTEGER NOT NULL DEFAULT 1,    -- counts changes of day, time, zone or place
  gone_at INTEGER,                       -- dropped by its list; kept, for people committed to it
  UNIQUE (list_id, key)
) STRICT;

CREATE INDEX meeting_by_time ON meeting (weekday, time, id);

CREATE TABLE aftercare_goal (
  client_id INTEGER PRIMARY KEY REFERENCES client (person_id),
  meetings_per_week INTEGER NOT NULL CHECK (meetings_per_week BETWEEN 0 AND 21),
  since_at INTEGER NOT NULL
) STRICT;

CREATE TABLE commitment (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  meeting_id INTEGER NOT NULL REFERENCES meeting (id),
  rule TEXT NOT NULL,                    -- RRULE
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  expanded_until INTEGER NOT NULL        -- occurrences exist for every instant before this
) STRICT;

CREATE UNIQUE INDEX commitment_once ON commitment (client_id, meeting_id) WHERE ended_at IS NULL;
CREATE INDEX commitment_by_meeting ON commitment (meeting_id) WHERE ended_at IS NULL;
CREATE INDEX commitment_by_horizon ON commitment (expanded_until) WHERE ended_at IS NULL;

CREATE TABLE occurrence (
  id INTEGER PRIMARY KEY,
  commitment_id INTEGER NOT NULL REFERENCES commitment (id),
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
  version INTEGER NOT NULL DEFAULT 1,
  status TEXT NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'cancelled')),
  answer TEXT NOT NULL DEFAULT 'none' CHECK (answer IN ('none', 'confirmed', 'cant_come')),
  answered_at INTEGER,
  UNIQUE (commitment_id, starts_at)
) STRICT;

CREATE INDEX occurrence_by_client ON occurrence (client_id, starts_at);

-- Reminders ---------------------------------------------------------------------------------------
--
--   pending ─▶ sent ─▶ acknowledged
--      │  ▲      ├───▶ unconfirmed       its start came before anybody saw it
--      │  │      └───▶ cancelled         its subject moved or went before anybody saw it
--      │  └─▶ leased ─▶ sent             channels that leave the house send under a lease; back to
--      │         └────▶ uncertain        pending when it runs out, uncertain when the outcome is unknown
--      ├───▶ expired                     its start passed before it could be sent
--      └───▶ cancelled                   its subject moved or went, or a later one says the same

CREATE TABLE reminder (
  id INTEGER PRIMARY KEY,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('session', 'occurrence')),
  subject_id INTEGER NOT NULL,
  version INTEGER NOT NULL,              -- of what the reminder says
  receiver_id INTEGER NOT NULL REFERENCES person (id),
  channel TEXT NOT NULL CHECK (channel IN ('live')),
  offset_minutes INTEGER NOT NULL CHECK (offset_minutes BETWEEN 0 AND 43200),
  starts_at INTEGER NOT NULL,
  zone TEXT NOT NULL,                    -- in which the text names the time
  due_at INTEGER NOT NULL,               -- when it was promised: lateness counts from here
  try_at INTEGER NOT NULL,               -- when it is sent: later when quiet hours hold a late one
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
    ('pending', 'leased', 'sent', 'acknowledged', 'expired', 'cancelled', 'unconfirmed', 'uncertain')),
  lease_token INTEGER NOT NULL DEFAULT 0,   -- grows with each lease: an old holder cannot finish
  leased_until INTEGER,
  sent_at INTEGER,
  late_by_s INTEGER NOT NULL DEFAULT 0,
  sent_seq INTEGER,                      -- its number in the receiver's stream
  acknowledged_at INTEGER,
  answer TEXT CHECK (answer IN ('confirmed', 'cant_come')),  -- the receiver's last word on the subject
  UNIQUE (subject_kind, subject_id, receiver_id, channel, offset_minutes, version),
  CHECK ((state = 'leased') = (leased_until IS NOT NULL)),
  CHECK (state NOT IN ('sent', 'acknowledged', 'unconfirmed') OR (sent_at IS NOT NULL AND sent_seq IS NOT NULL)),
  CHECK ((state = 'acknowledged') = (acknowledged_at IS NOT NULL)),
  CHECK (due_at <= starts_at AND due_at <= try_at)
) STRICT;

CREATE INDEX reminder_due ON reminder (try_at, id) WHERE state = 'pending';
CREATE INDEX reminder_leased ON reminder (leased_until) WHERE state = 'leased';
CREATE INDEX reminder_waiting ON reminder (receiver_id, sent_seq) WHERE state = 'sent';
CREATE INDEX reminder_overdue ON reminder (starts_at) WHERE state = 'sent';
CREATE INDEX reminder_attention ON reminder (starts_at, id) WHERE state IN ('expired', 'unconfirmed');
CREATE INDEX reminder_by_receiver ON reminder (receiver_id, due_at);
