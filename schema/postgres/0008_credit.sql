-- What a participant's stays come to, kept beside the verdict and written with it: whole minutes, so that sums
-- over years read one table. NULL: nobody said that this person attended.

ALTER TABLE participant ADD COLUMN late_minutes bigint CHECK (late_minutes BETWEEN 0 AND 720);
ALTER TABLE participant ADD COLUMN left_early_minutes bigint CHECK (left_early_minutes BETWEEN 0 AND 720);
ALTER TABLE participant ADD COLUMN credited_minutes bigint CHECK (credited_minutes BETWEEN 0 AND 720);
