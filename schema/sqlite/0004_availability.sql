-- When sites are open and people can be booked, and seats of time that are held for a moment. Without rows
-- here nothing is restricted: a site without hours is open, a member of staff without hours can be booked.

-- What somebody must be allowed to do to lead this service; empty: nothing particular.
ALTER TABLE service ADD COLUMN credential TEXT NOT NULL DEFAULT '';

CREATE TABLE staff_credential (
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  credential TEXT NOT NULL CHECK (credential <> ''),
  until_on INTEGER,                      -- the last day on which it is valid
  PRIMARY KEY (staff_id, credential)
) STRICT, WITHOUT ROWID;

-- Wall times in the site's zone. `until_time` 1440 is midnight.
CREATE TABLE site_hours (
  site_id INTEGER NOT NULL REFERENCES site (id),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),       -- 0 = Sunday
  from_time INTEGER NOT NULL CHECK (from_time BETWEEN 0 AND 1439),
  until_time INTEGER NOT NULL CHECK (until_time BETWEEN 1 AND 1440),
  PRIMARY KEY (site_id, weekday, from_time),
  CHECK (until_time > from_time)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_hours (
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  site_id INTEGER NOT NULL REFERENCES site (id),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
  from_time INTEGER NOT NULL CHECK (from_time BETWEEN 0 AND 1439),
  until_time INTEGER NOT NULL CHECK (until_time BETWEEN 1 AND 1440),
  PRIMARY KEY (staff_id, site_id, weekday, from_time),
  CHECK (until_time > from_time)
) STRICT, WITHOUT ROWID;

-- Time of every week that is not for clients, in the zone of the staff member's home site.
CREATE TABLE staff_block (
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
  from_time INTEGER NOT NULL CHECK (from_time BETWEEN 0 AND 1439),
  until_time INTEGER NOT NULL CHECK (until_time BETWEEN 1 AND 1440),
  kind TEXT NOT NULL CHECK (kind IN ('lunch', 'notes', 'team', 'supervision')),
  PRIMARY KEY (staff_id, weekday, from_time),
  CHECK (until_time > from_time)
) STRICT, WITHOUT ROWID;

-- What differs from the week: off and leave take away, extra adds.
CREATE TABLE staff_exception (
  id INTEGER PRIMARY KEY,
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  kind TEXT NOT NULL CHECK (kind IN ('off', 'leave', 'extra')),
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  CHECK (until_at > from_at)
) STRICT;

CREATE INDEX staff_exception_by_staff ON staff_exception (staff_id, until_at, from_at);

-- Days on which a site, or every site, is closed; both days included.
CREATE TABLE closure (
  id INTEGER PRIMARY KEY,
  site_id INTEGER REFERENCES site (id),  -- NULL: every site
  from_on INTEGER NOT NULL,
  until_on INTEGER NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  source TEXT NOT NULL DEFAULT '',       -- the imported calendar's name; empty: typed in
  uid TEXT NOT NULL DEFAULT '',          -- its UID there
  CHECK (until_on >= from_on)
) STRICT;

CREATE INDEX closure_by_end ON closure (until_on, from_on);
CREATE UNIQUE INDEX closure_by_source ON closure (source, uid, from_on) WHERE source <> '';

-- A calendar kept elsewhere, whose busy time counts here: a file, or a feed that is fetched again.
CREATE TABLE outside_calendar (
  id INTEGER PRIMARY KEY,
  staff_id INTEGER NOT NULL UNIQUE REFERENCES staff (person_id),
  url TEXT NOT NULL,                     -- empty: a file
  etag TEXT NOT NULL DEFAULT '',
  fetched_at INTEGER,
  fetch_at INTEGER,                      -- when it is due again; NULL: a file
  error TEXT NOT NULL DEFAULT ''         -- of the last try
) STRICT;

CREATE INDEX outside_calendar_due ON outside_calendar (fetch_at) WHERE fetch_at IS NOT NULL;

-- When they are busy there, and nothing about with what.
CREATE TABLE outside_busy (
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (staff_id, from_at, until_at),
  CHECK (until_at > from_at)
) STRICT, WITHOUT ROWID;

-- Time that is kept for somebody who is deciding. It counts as taken until it expires or is booked.
CREATE TABLE hold (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person (id),  -- for whom it is kept
  from_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CHECK (until_at > from_at AND until_at - from_at <= 46800000)
) STRICT;

CREATE INDEX hold_by_expiry ON hold (expires_at);
CREATE INDEX hold_by_person ON hold (person_id, expires_at);

CREATE TABLE hold_owner (
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('staff', 'client', 'room')),
  owner_id INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  hold_id INTEGER NOT NULL REFERENCES hold (id),
  until_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (owner_kind, owner_id, from_at, hold_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX hold_owner_by_hold ON hold_owner (hold_id);
