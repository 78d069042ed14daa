-- Reminders by mail and text message beside the live connection, how each person wants to be reminded, whom
-- to call instead, and four more reasons for a task. Reminders and tasks that are there stay as they are; a
-- reminder under a lease, which no server ever made, would be due anew. Nobody has an address yet.

ALTER TABLE reminder RENAME TO reminder_before;

--   pending ─▶ sent ─▶ acknowledged
--      │         ├───▶ unconfirmed       its start came before anybody saw it
--      │         └───▶ cancelled         its subject moved or went before anybody saw it
--      ├──▶ sending ─▶ sent              by mail or text: its message (below) is under way
--      │         ├───▶ uncertain         nobody knows whether it went out; shown, never sent again
--      │         ├───▶ failed            the address or the other side refused it for good
--      │         └───▶ cancelled, expired
--      ├───▶ expired                     its start passed before it could be sent
--      └───▶ cancelled                   its subject moved or went, or a later one says the same
CREATE TABLE reminder (
  id INTEGER PRIMARY KEY,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('session', 'occurrence', 'check_in')),
  subject_id INTEGER NOT NULL,
  version INTEGER NOT NULL,              -- of what the reminder says
  group_id INTEGER,                      -- whose rule counts, when it is about a group
  receiver_id INTEGER NOT NULL REFERENCES person (id),
  channel TEXT NOT NULL CHECK (channel IN ('live', 'email', 'sms')),
  offset_minutes INTEGER NOT NULL CHECK (offset_minutes BETWEEN 0 AND 43200),
  starts_at INTEGER NOT NULL,
  zone TEXT NOT NULL,                    -- in which the text names the time
  due_at INTEGER NOT NULL,               -- when it was promised: lateness counts from here
  try_at INTEGER NOT NULL,               -- when it is sent: later when quiet hours hold a late one
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
    ('pending', 'sending', 'sent', 'acknowledged', 'expired', 'cancelled', 'unconfirmed', 'uncertain', 'failed')),
  why TEXT NOT NULL DEFAULT '',          -- how it came to that, in one of the code's words; '': the usual way
  sent_at INTEGER,
  late_by_s INTEGER NOT NULL DEFAULT 0,
  sent_seq INTEGER,                      -- its number in the receiver's stream
  next_at INTEGER,                       -- unless it is acknowledged before, the next channel has its turn
  acknowledged_at INTEGER,
  answer TEXT CHECK (answer IN ('confirmed', 'running_late', 'cant_come')),  -- the last word on the subject
  UNIQUE (subject_kind, subject_id, receiver_id, channel, offset_minutes, version),
  CHECK (state NOT IN ('sent', 'acknowledged', 'unconfirmed') OR sent_at IS NOT NULL),
  CHECK (sent_at IS NULL OR channel <> 'live' OR sent_seq IS NOT NULL),
  CHECK (channel <> 'live' OR state NOT IN ('sending', 'uncertain', 'failed')),
  CHECK ((state = 'acknowledged') = (acknowledged_at IS NOT NULL)),
  CHECK (due_at <= starts_at AND due_at <= try_at)
) STRICT;

INSERT INTO reminder (id, subject_kind, subject_id, version, receiver_id, channel, offset_minutes, starts_at, zone,
                      due_at, try_at, state, sent_at, late_by_s, sent_seq, acknowledged_at, answer)
SELECT id, subject_kind, subject_id, version, receiver_id, channel, offset_minutes, starts_at, zone, due_at, try_at,
       CASE WHEN state = 'leased' THEN 'pending' WHEN state = 'uncertain' THEN 'expired' ELSE state END,
       sent_at, late_by_s, sent_seq, acknowledged_at, answer
FROM reminder_before;

DROP TABLE reminder_before;

CREATE INDEX reminder_due ON reminder (try_at, id) WHERE state = 'pending';
CREATE INDEX reminder_next ON reminder (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX reminder_waiting ON reminder (receiver_id, sent_seq) WHERE state = 'sent';
CREATE INDEX reminder_overdue ON reminder (starts_at) WHERE state = 'sent';
CREATE INDEX reminder_attention ON reminder (starts_at, id)
  WHERE state IN ('expired', 'unconfirmed', 'uncertain', 'failed');
CREATE INDEX reminder_by_receiver ON reminder (receiver_id, due_at);
CREATE INDEX reminder_by_day ON reminder (due_at, id);

-- How people are reminded, the narrower before the wider: a person's, a plan's, a group's, the programme's. What
-- is NULL is as the wider says, and at last as the server comes.
CREATE TABLE reminder_rule (
  scope TEXT NOT NULL CHECK (scope IN ('programme', 'group', 'plan', 'person')),
  scope_id INTEGER NOT NULL,             -- of the group, the plan, the person; 0: the programme
  offsets TEXT CHECK (offsets <> ''),    -- minutes before the start, the longest first: "1440,120"
  channels TEXT,                         -- after the live connection, in this order: "sms,email"; '': none
  wait_minutes INTEGER CHECK (wait_minutes BETWEEN 1 AND 1440),  -- for an answer, before the next channel
  quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),      -- minutes since midnight where the person lives
  quiet_until INTEGER CHECK (quiet_until BETWEEN 0 AND 1439),
  language TEXT CHECK (language IN ('en', 'es')),
  version INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (scope, scope_id),
  CHECK ((scope = 'programme') = (scope_id = 0)),
  CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
) STRICT, WITHOUT ROWID;

-- What a reminder says in a language, where the shipped words are not wanted; {when} is the time.
CREATE TABLE reminder_words (
  scope TEXT NOT NULL CHECK (scope IN ('programme', 'group', 'plan', 'person')),
  scope_id INTEGER NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('en', 'es')),
  words TEXT NOT NULL CHECK (words <> ''),
  PRIMARY KEY (scope, scope_id, language)
) STRICT, WITHOUT ROWID;

-- Who was reminded by a rule that changed since: their reminders are planned anew, a few at a time.
CREATE TABLE reminder_replan (
  person_id INTEGER PRIMARY KEY REFERENCES person (id)
) STRICT;

-- Where a person can be written to, once they have said the code that was sent there.
CREATE TABLE channel_address (
  person_id INTEGER NOT NULL REFERENCES person (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  address TEXT NOT NULL CHECK (address <> ''),
  code_hash TEXT,                        -- keyed, for a code is short
  code_until INTEGER,
  code_tries INTEGER NOT NULL DEFAULT 0,
  verified_at INTEGER,
  stopped_at INTEGER,                    -- STOP, or taken back: nothing goes there
  failed_at INTEGER,                     -- refused for good: to be verified anew
  PRIMARY KEY (person_id, channel),
  CHECK ((code_hash IS NULL) = (code_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX channel_address_by_address ON channel_address (channel, address);

-- One text on its way out.
--
--   pending ─▶ leased ─▶ sent
--      ▲         ├─────▶ pending         refused for now; or its server went before it began
--      │         ├─────▶ uncertain       it had begun, and nobody knows how it ended
--      │         └─────▶ failed          refused for good, or too often
--      ├───────────────▶ expired         it was worth nothing any more
--      └───────────────▶ cancelled       what it says is not so any more
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  address TEXT NOT NULL CHECK (address <> ''),
  person_id INTEGER REFERENCES person (id),  -- NULL: somebody we do not know wrote to us
  purpose TEXT NOT NULL CHECK (purpose IN ('reminder', 'verification', 'reply', 'support', 'notice')),
  reminder_id INTEGER UNIQUE REFERENCES reminder (id),
  text TEXT NOT NULL,                    -- '' once it has gone; a reminder's is made when it goes
  made_at INTEGER NOT NULL,
  try_at INTEGER NOT NULL,
  give_up_at INTEGER NOT NULL,           -- from here on it is worth nothing
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
    ('pending', 'leased', 'sent', 'uncertain', 'failed', 'expired', 'cancelled')),
  lease_token INTEGER NOT NULL DEFAULT 0,  -- grows with each lease: an old holder cannot settle
  leased_until INTEGER,
  begun_at INTEGER,                      -- from here on the other side may have it
  attempts INTEGER NOT NULL DEFAULT 0,
  settled_at INTEGER,
  outcome TEXT NOT NULL DEFAULT '',      -- what the other side said last, in one line
  CHECK ((state = 'leased') = (leased_until IS NOT NULL)),
  CHECK ((state IN ('pending', 'leased')) = (settled_at IS NULL)),
  CHECK ((purpose = 'reminder') = (reminder_id IS NOT NULL))
) STRICT;

CREATE INDEX message_due ON message (try_at, id) WHERE state = 'pending';
CREATE INDEX message_leased ON message (leased_until) WHERE state = 'leased';
CREATE INDEX message_by_person ON message (person_id, id);
CREATE INDEX message_settled ON message (settled_at) WHERE settled_at IS NOT NULL;

-- What came in by text message, each once, however often the gateway says it; never its words.
CREATE TABLE text_reply (
  gateway_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  address TEXT NOT NULL,
  person_id INTEGER REFERENCES person (id),
  meant TEXT NOT NULL CHECK (meant IN ('confirm', 'cant_come', 'running_late', 'stop', 'start', 'other'))
) STRICT, WITHOUT ROWID;

CREATE INDEX text_reply_by_address ON text_reply (address, at);
CREATE INDEX text_reply_by_age ON text_reply (at);

-- Front desk called a client about a session instead of, or after, what did not arrive.
CREATE TABLE call (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  session_id INTEGER NOT NULL REFERENCES session (id),
  called_at INTEGER NOT NULL,
  called_by INTEGER NOT NULL REFERENCES staff (person_id),
  outcome TEXT NOT NULL CHECK (outcome IN ('reached', 'voicemail', 'no_answer', 'wrong_number')),
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX call_by_session ON call (session_id, client_id, called_at);
CREATE INDEX call_by_client ON call (client_id, called_at);

-- Whether a word may be left on the machine that answers.
ALTER TABLE client ADD COLUMN voicemail INTEGER NOT NULL DEFAULT 0 CHECK (voicemail IN (0, 1));

-- Said that they will come, and late.
ALTER TABLE participant ADD COLUMN late_said_at INTEGER;

ALTER TABLE task RENAME TO task_before;

CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  staff_id INTEGER REFERENCES staff (person_id),  -- whose it is; NULL: nobody's yet, for supervisors to hand out
  rule TEXT NOT NULL CHECK (rule IN ('by_hand', 'unexcused_in_a_row', 'days_without_service', 'often_late',
                                     'craving', 'reply', 'support', 'plan')),
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

INSERT INTO task (id, client_id, staff_id, rule, reason, opened_at, opened_by, snoozed_until, done_at, done_by,
                  outcome, version)
SELECT id, client_id, staff_id, rule, reason, opened_at, opened_by, snoozed_until, done_at, done_by, outcome, version
FROM task_before;

DROP TABLE task_before;

CREATE INDEX task_by_staff ON task (staff_id, opened_at, id) WHERE done_at IS NULL;
CREATE INDEX task_by_client ON task (client_id, opened_at, id);
-- A rule asks for one thing about a client at a time.
CREATE UNIQUE INDEX task_once ON task (client_id, rule) WHERE done_at IS NULL AND rule <> 'by_hand';
