-- Plans of aftercare, the templates they are made from, and what clients say of how they are. How many meetings
-- a week somebody means to go to becomes a goal of a plan, agreed when it was set: of those who are in care. Of
-- others, and where it was none, nothing is left. Existing data stays otherwise.

-- Templates: what supervisors want plans to begin with. The server brings one, where there is none.
CREATE TABLE plan_template (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  craving_limit INTEGER NOT NULL CHECK (craving_limit BETWEEN 1 AND 10),
  craving_rise INTEGER CHECK (craving_rise BETWEEN 1 AND 10),   -- NULL: a rise alone is no reason
  ask_days INTEGER NOT NULL CHECK (ask_days BETWEEN 0 AND 127), -- one bit for each weekday, Sunday's is 1
  ask_at INTEGER NOT NULL CHECK (ask_at BETWEEN 0 AND 1439),    -- minutes since midnight, where the client lives
  version INTEGER NOT NULL DEFAULT 1,
  retired_at INTEGER                     -- no plan is made from it any more
) STRICT;

CREATE UNIQUE INDEX plan_template_by_name ON plan_template (name) WHERE retired_at IS NULL;

CREATE TABLE plan_template_goal (
  template_id INTEGER NOT NULL REFERENCES plan_template (id),
  number INTEGER NOT NULL,               -- 1, 2, … in the order they are shown in
  kind TEXT NOT NULL CHECK (kind IN ('visits', 'meetings', 'group', 'text')),
  every_days INTEGER CHECK (every_days BETWEEN 1 AND 92),
  months INTEGER CHECK (months BETWEEN 1 AND 60),               -- so long; then the next
  then_every_days INTEGER CHECK (then_every_days BETWEEN 1 AND 92),
  per_week INTEGER CHECK (per_week BETWEEN 1 AND 21),
  group_id INTEGER REFERENCES therapy_group (id),               -- NULL: chosen when a plan is made
  words TEXT CHECK (words <> ''),
  PRIMARY KEY (template_id, number),
  CHECK ((kind = 'visits') = (every_days IS NOT NULL)),
  CHECK (kind = 'visits' OR months IS NULL),
  CHECK (then_every_days IS NULL OR months IS NOT NULL),
  CHECK ((kind = 'meetings') = (per_week IS NOT NULL)),
  CHECK (kind = 'group' OR group_id IS NULL),
  CHECK ((kind = 'text') = (words IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- A plan belongs to a stay. Its versions are kept; one counts from when the client has agreed to it, and until
-- then the one before does.
CREATE TABLE aftercare_plan (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  episode_id INTEGER NOT NULL UNIQUE REFERENCES episode (id),
  latest INTEGER NOT NULL CHECK (latest >= 1),
  in_force INTEGER CHECK (in_force BETWEEN 1 AND latest),
  shows_progress INTEGER NOT NULL DEFAULT 0 CHECK (shows_progress IN (0, 1)),  -- to the client, who chose it
  asked_until INTEGER                    -- how far self_check_ask reaches; NULL: nothing is asked
) STRICT;

CREATE INDEX aftercare_plan_by_client ON aftercare_plan (client_id);
CREATE INDEX aftercare_plan_asks ON aftercare_plan (asked_until, id) WHERE asked_until IS NOT NULL;

CREATE TABLE plan_version (
  plan_id INTEGER NOT NULL REFERENCES aftercare_plan (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  template_id INTEGER REFERENCES plan_template (id),
  counselor_id INTEGER REFERENCES staff (person_id),            -- NULL: the client's own, before any of the staff's
  safe_contact TEXT NOT NULL,            -- for staff only
  craving_limit INTEGER NOT NULL CHECK (craving_limit BETWEEN 1 AND 10),
  craving_rise INTEGER CHECK (craving_rise BETWEEN 1 AND 10),
  ask_days INTEGER NOT NULL CHECK (ask_days BETWEEN 0 AND 127),
  ask_at INTEGER NOT NULL CHECK (ask_at BETWEEN 0 AND 1439),
  made_at INTEGER NOT NULL,
  made_by INTEGER NOT NULL REFERENCES person (id),
  agreed_at INTEGER CHECK (agreed_at >= made_at),
  agreed_by INTEGER REFERENCES person (id),
  PRIMARY KEY (plan_id, version),
  CHECK ((agreed_at IS NULL) = (agreed_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_goal (
  plan_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  number INTEGER NOT NULL,               -- 1, 2, … in the order they are shown in
  kind TEXT NOT NULL CHECK (kind IN ('visits', 'meetings', 'group', 'text')),
  every_days INTEGER CHECK (every_days BETWEEN 1 AND 92),
  until_on INTEGER,                      -- up to this day; then the next
  then_every_days INTEGER CHECK (then_every_days BETWEEN 1 AND 92),
  per_week INTEGER CHECK (per_week BETWEEN 1 AND 21),
  group_id INTEGER REFERENCES therapy_group (id),
  words TEXT CHECK (words <> ''),
  PRIMARY KEY (plan_id, version, number),
  FOREIGN KEY (plan_id, version) REFERENCES plan_version (plan_id, version),
  CHECK ((kind = 'visits') = (every_days IS NOT NULL)),
  CHECK (kind = 'visits' OR until_on IS NULL),
  CHECK (then_every_days IS NULL OR until_on IS NOT NULL),
  CHECK ((kind = 'meetings') = (per_week IS NOT NULL)),
  CHECK ((kind = 'group') = (group_id IS NOT NULL)),
  CHECK ((kind = 'text') = (words IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO aftercare_plan (client_id, episode_id, latest, in_force)
SELECT e.client_id, e.id, 1, 1 FROM aftercare_goal g JOIN episode e ON e.client_id = g.client_id
WHERE e.discharged_on IS NULL AND g.meetings_per_week > 0;
INSERT INTO plan_version (plan_id, version, safe_contact, craving_limit, craving_rise, ask_days, ask_at, made_at,
                          made_by, agreed_at, agreed_by)
SELECT p.id, 1, '', 8, 3, 0, 1080, g.since_at, p.client_id, g.since_at, p.client_id
FROM aftercare_plan p JOIN aftercare_goal g ON g.client_id = p.client_id;
INSERT INTO plan_goal (plan_id, version, number, kind, per_week)
SELECT p.id, 1, 1, 'meetings', g.meetings_per_week
FROM aftercare_plan p JOIN aftercare_goal g ON g.client_id = p.client_id;

DROP TABLE aftercare_goal;

-- What sets a client off, in their own words. One that is off the list stays with what was said before.
CREATE TABLE client_trigger (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  words TEXT NOT NULL CHECK (words <> ''),
  off_at INTEGER,
  UNIQUE (client_id, words)
) STRICT;

-- What a client said of how they are.
CREATE TABLE self_check (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  at INTEGER NOT NULL,
  craving INTEGER NOT NULL CHECK (craving BETWEEN 0 AND 10),
  mood INTEGER NOT NULL CHECK (mood BETWEEN 1 AND 5),
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX self_check_by_client ON self_check (client_id, at, id);

CREATE TABLE self_check_trigger (
  self_check_id INTEGER NOT NULL REFERENCES self_check (id),
  trigger_id INTEGER NOT NULL REFERENCES client_trigger (id),
  PRIMARY KEY (self_check_id, trigger_id)
) STRICT, WITHOUT ROWID;

-- When a client is asked how they are, some weeks ahead; the subject of a reminder.
CREATE TABLE self_check_ask (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  at INTEGER NOT NULL,
  until_at INTEGER NOT NULL CHECK (until_at > at),  -- from then on it is too late to ask
  off INTEGER NOT NULL DEFAULT 0 CHECK (off IN (0, 1)),  -- the plan does not ask then any more, or they have said
  version INTEGER NOT NULL DEFAULT 1,
  UNIQUE (client_id, at)
) STRICT;
