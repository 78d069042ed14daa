-- Attendance: the terms by which minutes count, what was said of each client and when, signatures. Participants
-- who were marked before the minutes stood beside the verdict get theirs, by the one rule there was: present
-- between start and end, doubles once. Sheets closed before this are not signed; those open are told of once.

UPDATE participant SET (late_minutes, left_early_minutes, credited_minutes) = (
  SELECT COALESCE(min(c.from_at - c.starts_at), 0) / 60000, COALESCE(min(c.ends_at - c.until_at), 0) / 60000,
    COALESCE(sum(max(0, c.until_at - max(c.from_at, c.counted))), 0) / 60000
  FROM (
    SELECT s.starts_at, s.ends_at, max(t.arrived_at, s.starts_at) AS from_at,
      min(COALESCE(t.departed_at, s.ends_at), s.ends_at) AS until_at,
      COALESCE(max(min(COALESCE(t.departed_at, s.ends_at), s.ends_at))
        OVER (ORDER BY t.arrived_at, t.number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), s.starts_at) AS counted
    FROM stay t JOIN session s ON s.id = t.session_id
    WHERE t.session_id = participant.session_id AND t.client_id = participant.client_id) AS c
  WHERE c.from_at < c.until_at)
WHERE verdict = 'attended' AND credited_minutes IS NULL;

-- The programme's terms from a day on, and a group's own in place of all of them. Without a row: the defaults
-- of attendance/rules.hpp.
CREATE TABLE attendance_policy (
  id INTEGER PRIMARY KEY,
  group_id INTEGER REFERENCES therapy_group (id),  -- NULL: the programme's
  from_on INTEGER NOT NULL,
  follows INTEGER NOT NULL CHECK (follows IN (0, 1)),  -- the group goes by the programme's again
  grace_minutes INTEGER NOT NULL CHECK (grace_minutes BETWEEN 0 AND 60),
  door_closes_minutes INTEGER CHECK (door_closes_minutes BETWEEN 0 AND 720),
  no_credit_after_minutes INTEGER CHECK (no_credit_after_minutes BETWEEN 0 AND 720),
  cap_minutes INTEGER CHECK (cap_minutes BETWEEN 1 AND 720),
  excuse_notice_hours INTEGER NOT NULL CHECK (excuse_notice_hours BETWEEN 0 AND 720),
  excuses_mandatory INTEGER NOT NULL CHECK (excuses_mandatory IN (0, 1)),
  close_within_hours INTEGER NOT NULL CHECK (close_within_hours BETWEEN 1 AND 720),
  documentation_days INTEGER NOT NULL CHECK (documentation_days BETWEEN 1 AND 365),
  co_signature INTEGER NOT NULL CHECK (co_signature IN (0, 1)),
  made_by INTEGER NOT NULL REFERENCES staff (person_id),
  made_at INTEGER NOT NULL,
  CHECK (group_id IS NOT NULL OR NOT follows)
) STRICT;

CREATE UNIQUE INDEX attendance_policy_of_programme ON attendance_policy (from_on) WHERE group_id IS NULL;
CREATE UNIQUE INDEX attendance_policy_of_group ON attendance_policy (group_id, from_on) WHERE group_id IS NOT NULL;

-- Breaks that do not count, in sessions that go on after them.
CREATE TABLE attendance_break (
  policy_id INTEGER NOT NULL REFERENCES attendance_policy (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  after_minutes INTEGER NOT NULL CHECK (after_minutes BETWEEN 0 AND 719),
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 240),
  PRIMARY KEY (policy_id, number)
) STRICT, WITHOUT ROWID;

-- Who excused: the client, in time, or staff afterwards. (`excused_for` is the calendar's: a hold, a clearance.)
ALTER TABLE participant ADD COLUMN excuse TEXT CHECK (excuse IN ('in_advance', 'afterwards'));
ALTER TABLE participant ADD COLUMN reason TEXT NOT NULL DEFAULT '';
-- A cap refuses bookings, never facts: somebody who sat there all the same.
ALTER TABLE participant ADD COLUMN over_capacity INTEGER NOT NULL DEFAULT 0 CHECK (over_capacity IN (0, 1));
ALTER TABLE participant ADD COLUMN not_eligible INTEGER NOT NULL DEFAULT 0 CHECK (not_eligible IN (0, 1));

ALTER TABLE sheet ADD COLUMN signed_at INTEGER;
ALTER TABLE sheet ADD COLUMN signed_by INTEGER REFERENCES staff (person_id);
ALTER TABLE sheet ADD COLUMN co_signed_at INTEGER;
ALTER TABLE sheet ADD COLUMN co_signed_by INTEGER REFERENCES staff (person_id);

CREATE INDEX sheet_unsigned ON sheet (closed_at, session_id) WHERE signed_at IS NULL;

-- Every change of a line, in the order of the sheet's versions; one request's changes share a version. A state is
-- JSON, empty: not on the sheet. Never changed, never deleted.
CREATE TABLE attendance_change (
  session_id INTEGER NOT NULL REFERENCES session (id),
  version INTEGER NOT NULL,              -- the session's, after the change
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  at INTEGER NOT NULL,
  by_id INTEGER REFERENCES person (id),  -- NULL: the server itself
  kind TEXT NOT NULL CHECK (kind IN ('mark', 'walk_in', 'policy', 'credit', 'undo', 'amend')),
  before_state TEXT NOT NULL,
  after_state TEXT NOT NULL,
  reason TEXT NOT NULL,                  -- of an amendment
  undoes INTEGER,                        -- the version that an undo takes back
  PRIMARY KEY (session_id, version, client_id),
  CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER attendance_change_is_kept BEFORE DELETE ON attendance_change BEGIN
  SELECT RAISE(ABORT, 'what was said of attendance is never deleted');
END;
CREATE TRIGGER attendance_change_is_fixed BEFORE UPDATE ON attendance_change BEGIN
  SELECT RAISE(ABORT, 'what was said of attendance is never changed');
END;

-- The sheet as it was signed, as it is after each amendment, and as it was before it was reopened.
CREATE TABLE sheet_version (
  session_id INTEGER NOT NULL REFERENCES session (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  what TEXT NOT NULL CHECK (what IN ('signed', 'amended', 'reopened')),
  at INTEGER NOT NULL,
  by_id INTEGER NOT NULL REFERENCES staff (person_id),
  reason TEXT NOT NULL,
  body TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (session_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sheet_version_is_kept BEFORE DELETE ON sheet_version BEGIN
  SELECT RAISE(ABORT, 'versions of a sheet are never deleted');
END;
CREATE TRIGGER sheet_version_is_fixed BEFORE UPDATE ON sheet_version BEGIN
  SELECT RAISE(ABORT, 'versions of a sheet are never changed');
END;

-- When its facilitators were told that the sheet is still open.
ALTER TABLE session ADD COLUMN sheet_told_at INTEGER;
CREATE INDEX session_open ON session (starts_at, id) WHERE status = 'scheduled';
CREATE INDEX session_untold ON session (starts_at, id) WHERE status = 'scheduled' AND sheet_told_at IS NULL;
