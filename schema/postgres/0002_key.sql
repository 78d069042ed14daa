-- Which key these data belong to: the audit chain, enrolment codes and throttled logins are keyed. A server
-- with another key is refused. Existing data get their row at the next start.

CREATE TABLE key_check (
  one bigint PRIMARY KEY CHECK (one = 1),
  proof text COLLATE "C" NOT NULL
);
