-- What somebody is to do about a client: opened by a rule or by hand, done once.
--
--   open ─▶ done
--    snoozed_until hides an open one for a while

CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  staff_id INTEGER REFERENCES staff (person_id),  -- whose it is; NULL: nobody's yet, for supervisors to hand out
  rule TEXT NOT NULL CHECK (rule IN ('by_hand', 'unexcused_in_a_row', 'days_without_service', 'often_late')),
  reason TEXT NOT NULL CHECK (reason <> ''),      -- spelled out, for whoever reads it
  opened_at INTEGER NOT NULL,
  opened_by INTEGER REFERENCES staff (person_id), -- NULL: the rule
  snoozed_until INTEGER,
  done_at INTEGER CHECK (done_at >= opened_at),
  done_by INTEGER REFERENCES staff (person_id),
  outcome TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  CHECK ((done_at IS NULL) = (done_by IS NULL)),
  CHECK ((rule = 'by_hand') = (opened_by IS NOT NULL))
) STRICT;

CREATE INDEX task_by_staff ON task (staff_id, opened_at, id) WHERE done_at IS NULL;
CREATE INDEX task_by_client ON task (client_id, opened_at, id);
-- A rule asks for one thing about a client at a time.
CREATE UNIQUE INDEX task_once ON task (client_id, rule) WHERE done_at IS NULL AND rule <> 'by_hand';

-- When a rule opens a task, where the programme wants it otherwise than it comes: `times` of something, within
-- `days` where that matters. 0 times: it never does.
CREATE TABLE follow_up_rule (
  rule TEXT PRIMARY KEY CHECK (rule IN ('unexcused_in_a_row', 'days_without_service', 'often_late')),
  times INTEGER NOT NULL CHECK (times BETWEEN 0 AND 100),
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 365),
  version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
