-- How a feed from elsewhere fares: tries that failed since it last went well, and when it was last read whole,
-- and not only found unchanged. Those there are already begin anew.
ALTER TABLE outside_calendar ADD COLUMN failures bigint NOT NULL DEFAULT 0;
ALTER TABLE outside_calendar ADD COLUMN read_at bigint;
