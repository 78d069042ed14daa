-- Meetings with a rule of their own, typed in by staff or closed by them; lists that are fetched by themselves;
-- what clients say of the meetings they chose, and what somebody has verified. Meetings that are there meet every
-- week, as they did. Occurrences that are there are asked about as new ones are; those long over are passed by.

ALTER TABLE meeting ADD COLUMN rule TEXT NOT NULL DEFAULT '';  -- RRULE, on one weekday
ALTER TABLE meeting ADD COLUMN starts_on INTEGER;              -- from where the rule counts; NULL: any week
ALTER TABLE meeting ADD COLUMN closed_at INTEGER;              -- by staff: whatever its list says
ALTER TABLE meeting ADD COLUMN closed_by INTEGER REFERENCES staff (person_id);
UPDATE meeting SET rule = 'FREQ=WEEKLY;BYDAY=' || substr('SUMOTUWETHFRSA', weekday * 2 + 1, 2);

CREATE INDEX meeting_by_place ON meeting (latitude, longitude);
CREATE INDEX meeting_by_zone ON meeting (zone, weekday, time, id);

-- The one list that staff type in; its format says nothing.
ALTER TABLE meeting_list ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));
CREATE UNIQUE INDEX meeting_list_by_hand ON meeting_list (by_hand) WHERE by_hand;

-- A list that is fetched again and again.
CREATE TABLE meeting_feed (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),  -- of the list it brings
  url TEXT NOT NULL CHECK (url <> ''),
  zone TEXT NOT NULL,                    -- for rows that name none; '': the sites', if they share one
  every_hours INTEGER NOT NULL CHECK (every_hours BETWEEN 1 AND 720),
  allow_shrink INTEGER NOT NULL DEFAULT 0 CHECK (allow_shrink IN (0, 1)),  -- the next time, and once
  etag TEXT NOT NULL DEFAULT '',
  fetch_at INTEGER NOT NULL,             -- when it is due
  failures INTEGER NOT NULL DEFAULT 0,   -- since it last went well
  made_at INTEGER NOT NULL
) STRICT;

CREATE INDEX meeting_feed_due ON meeting_feed (fetch_at, id);

-- What came of fetching one; the last twenty of each.
CREATE TABLE meeting_feed_run (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES meeting_feed (id),
  ended_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'unchanged', 'failed')),
  error TEXT NOT NULL,                   -- in one line; '': none
  rows_read INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  added INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  refusals TEXT NOT NULL,                -- JSON: the first of them, with their reasons
  CHECK ((outcome = 'failed') = (error <> ''))
) STRICT;

CREATE INDEX meeting_feed_run_by_feed ON meeting_feed_run (feed_id, id);

-- What became of the meeting, until the client has seen it.
ALTER TABLE commitment ADD COLUMN flag TEXT CHECK (flag IN ('changed', 'gone', 'back'));
ALTER TABLE commitment ADD COLUMN flagged_at INTEGER CHECK ((flag IS NULL) = (flagged_at IS NULL));

-- Said by the client, and verified by staff: two things. Nothing said is unknown, and never a no.
ALTER TABLE occurrence ADD COLUMN ask_at INTEGER;  -- when the app asks whether they went; NULL: it does not any more
ALTER TABLE occurrence ADD COLUMN asked_at INTEGER;
ALTER TABLE occurrence ADD COLUMN went TEXT CHECK (went IN ('yes', 'no'));
ALTER TABLE occurrence ADD COLUMN went_said_at INTEGER CHECK ((went IS NULL) = (went_said_at IS NULL));
ALTER TABLE occurrence ADD COLUMN verified_by TEXT CHECK (verified_by IN ('slip', 'told'));
ALTER TABLE occurrence ADD COLUMN verified_staff INTEGER REFERENCES staff (person_id)
  CHECK ((verified_by IS NULL) = (verified_staff IS NULL));
ALTER TABLE occurrence ADD COLUMN verified_at INTEGER CHECK ((verified_by IS NULL) = (verified_at IS NULL));
ALTER TABLE occurrence ADD COLUMN told_by TEXT CHECK ((verified_by IS NOT NULL AND verified_by = 'told') = (told_by IS NOT NULL));
UPDATE occurrence SET ask_at = ends_at + 1800000 WHERE status = 'planned';

CREATE INDEX occurrence_to_ask ON occurrence (ask_at, id) WHERE ask_at IS NOT NULL;
