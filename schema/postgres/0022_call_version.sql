-- A call tells what was so when it was made: what is moved or cancelled after it has to be told again. Calls of
-- before count as told of what is so now.
ALTER TABLE call ADD COLUMN version bigint NOT NULL DEFAULT 1;
UPDATE call SET version = (SELECT s.told_version FROM session s WHERE s.id = call.session_id);
