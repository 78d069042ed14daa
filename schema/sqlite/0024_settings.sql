-- Accounts that staff set up for each other, records opened without being assigned, sites and rooms that change, and
-- a trail that is read by person and day. An account's last sign-in is taken from those that are still there;
-- otherwise existing rows stay as they are.

ALTER TABLE account ADD COLUMN last_sign_in_at INTEGER;
UPDATE account SET last_sign_in_at = (SELECT max(s.created_at) FROM sign_in s WHERE s.account_id = account.id);

-- What lets somebody choose a password of their own, once. While one is out the account has none.
CREATE TABLE password_code (
  account_id INTEGER PRIMARY KEY REFERENCES account (id),
  code_hash TEXT NOT NULL,               -- keyed, with the account, for a code is short
  made_by INTEGER NOT NULL REFERENCES account (id),
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX password_code_by_age ON password_code (expires_at);

-- Somebody who treats clients, and has nothing to do with this one, opened the record: for a while, with a reason,
-- and a supervisor looks at it afterwards. A row stays.
CREATE TABLE record_opening (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  staff_id INTEGER NOT NULL REFERENCES staff (person_id),
  found_by TEXT NOT NULL CHECK (found_by IN ('name', 'card')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  opened_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,                -- it ends then by itself; earlier where somebody ended it
  reviewed_at INTEGER CHECK (reviewed_at >= opened_at),
  reviewed_by INTEGER REFERENCES staff (person_id),
  finding TEXT CHECK (finding IN ('in_order', 'not_in_order')),
  note TEXT NOT NULL DEFAULT '',
  CHECK (until_at >= opened_at),
  CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
  CHECK ((reviewed_at IS NULL) = (finding IS NULL)),
  CHECK (reviewed_by <> staff_id)
) STRICT;

CREATE INDEX record_opening_by_staff ON record_opening (staff_id, until_at);
CREATE INDEX record_opening_to_review ON record_opening (id) WHERE reviewed_at IS NULL;

ALTER TABLE site ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- Nothing is booked into it any more; what was, stays.
ALTER TABLE room ADD COLUMN retired_at INTEGER;

-- The trail is read by day: of all, of whoever acted, of one subject.
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_actor ON audit (account_id, at, id);
DROP INDEX audit_by_subject;
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id, at, id);
