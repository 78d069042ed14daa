-- News goes on to somebody's other ways of being reached when no device of theirs has shown it, and a text message
-- can be answered with the letter of a time. Messages that are there stay as they are.

ALTER TABLE message ADD COLUMN topic text COLLATE "C" CHECK (topic IN ('session', 'sessions', 'offer', 'commitment'));
ALTER TABLE message ADD COLUMN topic_id bigint;
ALTER TABLE message ADD COLUMN topic_version bigint;  -- what of a session it tells; NULL: that it is off
ALTER TABLE message ADD COLUMN unless_shown bigint;  -- its number in the person's stream: not once that has been shown

CREATE INDEX message_notice ON message (person_id, topic, topic_id)
  WHERE topic IS NOT NULL AND state IN ('pending', 'leased');

-- What a text message has proposed instead of an appointment, by letter; the last proposal counts.
CREATE TABLE text_choice (
  person_id bigint NOT NULL REFERENCES person (id),
  letter text COLLATE "C" NOT NULL CHECK (letter IN ('a', 'b', 'c')),
  session_id bigint NOT NULL REFERENCES session (id),  -- in whose place
  starts_at bigint NOT NULL,
  until_at bigint NOT NULL,
  PRIMARY KEY (person_id, letter)
);

CREATE INDEX text_choice_by_age ON text_choice (until_at);

ALTER TABLE text_reply RENAME TO text_reply_before;

-- As before (step 17), with one meaning more.
CREATE TABLE text_reply (
  gateway_id text COLLATE "C" PRIMARY KEY,
  at bigint NOT NULL,
  address text COLLATE "C" NOT NULL,
  person_id bigint REFERENCES person (id),
  meant text COLLATE "C" NOT NULL
    CHECK (meant IN ('confirm', 'cant_come', 'running_late', 'choose', 'stop', 'start', 'other'))
);

INSERT INTO text_reply (gateway_id, at, address, person_id, meant)
SELECT gateway_id, at, address, person_id, meant FROM text_reply_before;

DROP TABLE text_reply_before;

CREATE INDEX text_reply_by_address ON text_reply (address, at);
CREATE INDEX text_reply_by_age ON text_reply (at);
