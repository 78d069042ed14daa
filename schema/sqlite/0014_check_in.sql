-- Checking in: kiosks, the cards that clients show there, and who said that they are here. Nobody has any yet.

-- A tablet at a site. It is a person of the kind 'staff', for an account and its sign-ins are a person's, but
-- no member of staff: no list of them has it. Its role is 'kiosk'. A row stays, for check-ins name it.
CREATE TABLE kiosk (
  person_id INTEGER PRIMARY KEY REFERENCES person (id),
  site_id INTEGER NOT NULL REFERENCES site (id),
  name TEXT NOT NULL CHECK (name <> ''),  -- where it stands: "Front door"
  made_at INTEGER NOT NULL,
  code_hash TEXT UNIQUE,                  -- of the code that enrols it, keyed, while one is out
  code_expires_at INTEGER,
  enrolled_at INTEGER,
  revoked_at INTEGER,
  CHECK ((code_hash IS NULL) = (code_expires_at IS NULL)),
  CHECK (revoked_at IS NULL OR code_hash IS NULL)
) STRICT;

-- What a client shows at a kiosk: a number that means nothing, and a PIN. Five wrong ones in a row lock it.
CREATE TABLE card (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  number TEXT NOT NULL UNIQUE CHECK (length(number) = 8),  -- the last digit checks the others
  pin_hash TEXT NOT NULL,                 -- keyed, with the number, for a PIN is short
  issued_at INTEGER NOT NULL,
  issued_by INTEGER NOT NULL REFERENCES staff (person_id),
  wrong_pins INTEGER NOT NULL DEFAULT 0 CHECK (wrong_pins BETWEEN 0 AND 5),
  locked_at INTEGER,
  blocked_at INTEGER,
  blocked_for TEXT CHECK (blocked_for IN ('lost', 'replaced', 'ended')),
  CHECK ((wrong_pins = 5) = (locked_at IS NOT NULL)),
  CHECK ((blocked_at IS NULL) = (blocked_for IS NULL))
) STRICT;

CREATE INDEX card_by_client ON card (client_id, id);
-- A client has one good card at a time.
CREATE UNIQUE INDEX card_once ON card (client_id) WHERE blocked_at IS NULL;

-- A client's word, or the desk's, that they have arrived: it proposes an arrival, and marks nobody.
CREATE TABLE check_in (
  session_id INTEGER NOT NULL REFERENCES session (id),
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  at INTEGER NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('app', 'kiosk', 'telehealth', 'front_desk')),
  kiosk_id INTEGER REFERENCES kiosk (person_id),
  staff_id INTEGER REFERENCES staff (person_id),  -- who at the desk
  town TEXT,                              -- where they are now, and how to call back: for an emergency,
  call_back TEXT,                         -- and taken away after a while
  PRIMARY KEY (session_id, client_id),
  CHECK ((kiosk_id IS NOT NULL) = (how = 'kiosk')),
  CHECK ((staff_id IS NOT NULL) = (how = 'front_desk')),
  CHECK ((town IS NULL) = (call_back IS NULL)),
  CHECK (town IS NULL OR how = 'telehealth')
) STRICT, WITHOUT ROWID;

CREATE INDEX check_in_with_town ON check_in (at) WHERE town IS NOT NULL;
