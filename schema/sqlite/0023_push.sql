-- Notifications on a client's own device, by Web Push, as one more channel of reminders. Reminders and messages that
-- are there stay as they are; no device is woken before somebody turns it on there.

ALTER TABLE message RENAME TO message_before;
ALTER TABLE reminder RENAME TO reminder_before;

-- As before (step 17), on one more channel.
CREATE TABLE reminder (
  id INTEGER PRIMARY KEY,
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('session', 'occurrence', 'check_in')),
  subject_id INTEGER NOT NULL,
  version INTEGER NOT NULL,              -- of what the reminder says
  group_id INTEGER,                      -- whose rule counts, when it is about a group
  receiver_id INTEGER NOT NULL REFERENCES person (id),
  channel TEXT NOT NULL CHECK (channel IN ('live', 'push', 'email', 'sms')),
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

INSERT INTO reminder (id, subject_kind, subject_id, version, group_id, receiver_id, channel, offset_minutes, starts_at,
                      zone, due_at, try_at, state, why, sent_at, late_by_s, sent_seq, next_at, acknowledged_at,
                      answer)
SELECT id, subject_kind, subject_id, version, group_id, receiver_id, channel, offset_minutes, starts_at, zone, due_at,
       try_at, state, why, sent_at, late_by_s, sent_seq, next_at, acknowledged_at, answer
FROM reminder_before;

-- As before; to whom a push goes is looked up when it goes.
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL CHECK (channel IN ('push', 'email', 'sms')),
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

INSERT INTO message (id, channel, address, person_id, purpose, reminder_id, text, made_at, try_at, give_up_at, state,
                     lease_token, leased_until, begun_at, attempts, settled_at, outcome)
SELECT id, channel, address, person_id, purpose, reminder_id, text, made_at, try_at, give_up_at, state, lease_token,
       leased_until, begun_at, attempts, settled_at, outcome
FROM message_before;

DROP TABLE message_before;
DROP TABLE reminder_before;

CREATE INDEX reminder_due ON reminder (try_at, id) WHERE state = 'pending';
CREATE INDEX reminder_next ON reminder (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX reminder_waiting ON reminder (receiver_id, sent_seq) WHERE state = 'sent';
CREATE INDEX reminder_overdue ON reminder (starts_at) WHERE state = 'sent';
CREATE INDEX reminder_attention ON reminder (starts_at, id)
  WHERE state IN ('expired', 'unconfirmed', 'uncertain', 'failed');
CREATE INDEX reminder_by_receiver ON reminder (receiver_id, due_at);
CREATE INDEX reminder_by_day ON reminder (due_at, id);
CREATE INDEX message_due ON message (try_at, id) WHERE state = 'pending';
CREATE INDEX message_leased ON message (leased_until) WHERE state = 'leased';
CREATE INDEX message_by_person ON message (person_id, id);
CREATE INDEX message_settled ON message (settled_at) WHERE settled_at IS NOT NULL;

-- Where a device can be woken: what its browser gave when somebody turned notifications on there. It ends with the
-- sign-in, whoever ends that.
CREATE TABLE push_subscription (
  sign_in_id INTEGER PRIMARY KEY REFERENCES sign_in (id),
  endpoint TEXT NOT NULL UNIQUE CHECK (endpoint <> ''),  -- an address of the browser's push service; one device's alone
  p256dh TEXT NOT NULL,                   -- the browser's public key, base64url (RFC 8291 §2.1)
  auth TEXT NOT NULL,                     -- and the secret it shares with this server
  since_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER push_ends AFTER UPDATE OF revoked_at ON sign_in WHEN NEW.revoked_at IS NOT NULL
BEGIN
  DELETE FROM push_subscription WHERE sign_in_id = NEW.id;
END;
