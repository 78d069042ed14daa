-- Hours by level of care, and make-ups: what a level asks for in a week, how a site cuts its weeks, and which
-- session was booked in place of one that was missed. Nobody has any of it yet; the rules that a programme
-- begins with come from the program (attendance/hours_policy.cpp).

-- Never edited but for its end: what asks for something else is a new row from a day to come.
CREATE TABLE care_rule (
  id INTEGER PRIMARY KEY,
  jurisdiction TEXT NOT NULL,            -- "US-IL"; empty: where a site's own has none
  level TEXT NOT NULL CHECK (level <> ''),  -- care_level.level
  youngest INTEGER NOT NULL CHECK (youngest BETWEEN 0 AND 120),
  oldest INTEGER CHECK (oldest BETWEEN 0 AND 120),
  least_minutes INTEGER NOT NULL CHECK (least_minutes BETWEEN 0 AND 10080),
  most_minutes INTEGER CHECK (most_minutes BETWEEN 0 AND 10080),  -- still within; NULL: no bound
  least_days INTEGER NOT NULL CHECK (least_days BETWEEN 0 AND 7),
  least_individual_minutes INTEGER NOT NULL CHECK (least_individual_minutes >= 0),
  least_group_minutes INTEGER NOT NULL CHECK (least_group_minutes >= 0),
  partial_week TEXT NOT NULL CHECK (partial_week IN ('prorated', 'not_judged')),
  from_on INTEGER NOT NULL,
  until_on INTEGER CHECK (until_on >= from_on - 1),  -- the last day
  source TEXT NOT NULL CHECK (source <> ''),
  checked TEXT NOT NULL,                 -- what of the source was read, and what was not
  CHECK (oldest >= youngest),
  CHECK (most_minutes >= least_minutes),
  CHECK (least_individual_minutes <= least_minutes AND least_group_minutes <= least_minutes)
) STRICT;

CREATE UNIQUE INDEX care_rule_once ON care_rule (jurisdiction, level, youngest, from_on);

CREATE TABLE care_policy (
  site_id INTEGER PRIMARY KEY REFERENCES site (id),
  jurisdiction TEXT NOT NULL,
  week_starts INTEGER NOT NULL CHECK (week_starts BETWEEN 0 AND 6),  -- 0 = Sunday
  make_up_days INTEGER NOT NULL CHECK (make_up_days BETWEEN 1 AND 90)
) STRICT;

-- What is linked holds as long as the client stands on the other session's list, to come or attended.
CREATE TABLE make_up (
  id INTEGER PRIMARY KEY,
  missed_session_id INTEGER NOT NULL,
  client_id INTEGER NOT NULL,
  session_id INTEGER NOT NULL REFERENCES session (id),
  made_at INTEGER NOT NULL,
  ended_at INTEGER CHECK (ended_at >= made_at),
  FOREIGN KEY (missed_session_id, client_id) REFERENCES participant (session_id, client_id),
  CHECK (session_id <> missed_session_id)
) STRICT;

CREATE UNIQUE INDEX make_up_once ON make_up (missed_session_id, client_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX make_up_by_session ON make_up (session_id, client_id) WHERE ended_at IS NULL;
