-- Who asks for help, for themselves or for another, and what came of it. There is none yet.
--
-- No client record, and nothing in it points at one but where a person has decided to admit:
--
--   open ─▶ waiting ─▶ admitted | referred | declined
--     └──────────────▶ admitted | referred | declined
--
-- Some days after they are referred or declined, everything about the person goes (purged_at); when it was
-- asked, when the first call was made and how it ended stay, for those figures are of times alone.
CREATE TABLE enquiry (
  id INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  whom TEXT NOT NULL CHECK (whom IN ('oneself', 'other')),
  number TEXT NOT NULL,                   -- that is safe to call
  ask_for TEXT NOT NULL,                  -- the name to ask for
  voicemail INTEGER NOT NULL CHECK (voicemail IN (0, 1)),  -- whether one may be left
  best_time TEXT NOT NULL DEFAULT '',
  asked_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'waiting', 'admitted', 'referred', 'declined')),
  state_at INTEGER NOT NULL CHECK (state_at >= asked_at),  -- since when it is in this state
  calls INTEGER NOT NULL DEFAULT 0,
  first_call_at INTEGER CHECK (first_call_at >= asked_at),
  session_id INTEGER REFERENCES session (id),              -- the assessment; nobody is on its list
  client_id INTEGER REFERENCES client (person_id),         -- the record that a person made, or named
  purged_at INTEGER CHECK (purged_at >= state_at),
  version INTEGER NOT NULL DEFAULT 1,
  CHECK ((state = 'admitted') = (client_id IS NOT NULL)),
  CHECK ((calls = 0) = (first_call_at IS NULL)),
  CHECK (purged_at IS NULL OR state IN ('referred', 'declined')),
  CHECK ((purged_at IS NULL) = (number <> '')),
  CHECK ((purged_at IS NULL) = (ask_for <> '')),
  CHECK (purged_at IS NULL OR (best_time = '' AND session_id IS NULL))
) STRICT;

CREATE INDEX enquiry_by_site ON enquiry (site_id, asked_at, id);
CREATE INDEX enquiry_by_state ON enquiry (site_id, state, state_at, id) WHERE purged_at IS NULL;

-- What was done about it, one after the other; the number is the version that the step made.
CREATE TABLE enquiry_step (
  enquiry_id INTEGER NOT NULL REFERENCES enquiry (id),
  number INTEGER NOT NULL CHECK (number >= 2),
  at INTEGER NOT NULL,
  by_id INTEGER NOT NULL REFERENCES staff (person_id),
  what TEXT NOT NULL CHECK (what IN ('reached', 'no_answer', 'voicemail', 'wrong_number', 'assessment', 'waiting',
                                     'admitted', 'referred', 'declined')),
  note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (enquiry_id, number)
) STRICT, WITHOUT ROWID;

-- For how many days after its end an enquiry is kept, where the programme wants it otherwise than it comes.
CREATE TABLE enquiry_keeping (
  state TEXT PRIMARY KEY CHECK (state IN ('referred', 'declined')),
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3650)
) STRICT, WITHOUT ROWID;
