-- The course of care: levels of care, clearance, holds, what a client is eligible for, and who must not share
-- a group. Clients who exist already have none of it; the digits of their telephone numbers are filled in.

ALTER TABLE client ADD COLUMN born_on INTEGER;
-- What is compared of a telephone number: its last ten digits; empty when it has fewer than seven.
ALTER TABLE client ADD COLUMN phone_key TEXT NOT NULL DEFAULT '';

UPDATE client SET phone_key = (
  WITH RECURSIVE read (i, digits) AS (
    SELECT 1, ''
    UNION ALL
    SELECT i + 1, digits || CASE WHEN substr(phone, i, 1) BETWEEN '0' AND '9' THEN substr(phone, i, 1) ELSE '' END
    FROM read WHERE i <= length(phone))
  SELECT CASE WHEN length(digits) < 7 THEN '' ELSE substr(digits, -10) END FROM read ORDER BY i DESC LIMIT 1);

CREATE INDEX client_by_birth ON client (born_on, person_id) WHERE born_on IS NOT NULL;
CREATE INDEX client_by_phone ON client (phone_key, person_id) WHERE phone_key <> '';

-- Words that groups ask for: "women", "es". In lower case.
CREATE TABLE client_tag (
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  tag TEXT NOT NULL CHECK (tag <> ''),
  PRIMARY KEY (client_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE care_level (
  id INTEGER PRIMARY KEY,
  episode_id INTEGER NOT NULL REFERENCES episode (id),
  level TEXT NOT NULL CHECK (level <> ''),  -- as the programme calls it: "3.5"
  from_on INTEGER NOT NULL,
  until_on INTEGER CHECK (until_on >= from_on)
) STRICT;

CREATE INDEX care_level_by_episode ON care_level (episode_id, from_on);
CREATE UNIQUE INDEX care_level_open ON care_level (episode_id) WHERE until_on IS NULL;

-- A clinician's decision that a client in detox may join groups. It belongs to its episode and ends with it.
CREATE TABLE clearance (
  id INTEGER PRIMARY KEY,
  episode_id INTEGER NOT NULL REFERENCES episode (id),
  given_by INTEGER NOT NULL REFERENCES staff (person_id),
  given_at INTEGER NOT NULL,
  expires_at INTEGER CHECK (expires_at > given_at),  -- NULL: in force until it is withdrawn
  withdrawn_at INTEGER CHECK (withdrawn_at >= given_at),
  withdrawn_by INTEGER REFERENCES staff (person_id),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
) STRICT;

CREATE INDEX clearance_by_episode ON clearance (episode_id, given_at);

-- Hospital, jail, a pass: no reminders, no unexcused absence. (The table `hold` keeps time in the calendar.)
CREATE TABLE episode_hold (
  id INTEGER PRIMARY KEY,
  episode_id INTEGER NOT NULL REFERENCES episode (id),
  kind TEXT NOT NULL CHECK (kind IN ('hospital', 'jail', 'pass', 'other')),
  from_at INTEGER NOT NULL,
  until_at INTEGER CHECK (until_at >= from_at),  -- NULL: nobody knows yet
  keeps_seats INTEGER NOT NULL CHECK (keeps_seats IN (0, 1)),
  made_by INTEGER NOT NULL REFERENCES staff (person_id)
) STRICT;

CREATE INDEX episode_hold_by_episode ON episode_hold (episode_id, from_at);
CREATE UNIQUE INDEX episode_hold_open ON episode_hold (episode_id) WHERE until_at IS NULL;

-- Two clients who must not share a group; a pair stands once, whichever way round it was said.
CREATE TABLE keep_apart (
  id INTEGER PRIMARY KEY,
  one_id INTEGER NOT NULL REFERENCES client (person_id),
  other_id INTEGER NOT NULL REFERENCES client (person_id),
  reason TEXT NOT NULL CHECK (reason <> ''),
  made_by INTEGER NOT NULL REFERENCES staff (person_id),
  made_at INTEGER NOT NULL,
  ended_at INTEGER CHECK (ended_at >= made_at),
  CHECK (one_id < other_id)
) STRICT;

CREATE UNIQUE INDEX keep_apart_by_one ON keep_apart (one_id, other_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX keep_apart_by_other ON keep_apart (other_id, one_id) WHERE ended_at IS NULL;

-- Why a participant is excused before the session has begun, so that it can be taken back; NULL: somebody
-- said so, or nobody did.
ALTER TABLE participant ADD COLUMN excused_for TEXT CHECK (excused_for IN ('hold', 'clearance'));
