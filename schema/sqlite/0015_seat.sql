-- Seats that are given back, what clients may book by themselves, groups that end on a day to come, and when a
-- session was last changed for whoever keeps it in another calendar. Nobody has given back a seat yet, and
-- clients may book nothing; the trail says when sessions that are there were changed.

-- Said that they can't come, and another may have the seat for this once; they get it back if it is free.
ALTER TABLE participant ADD COLUMN seat_given_back INTEGER NOT NULL DEFAULT 0 CHECK (seat_given_back IN (0, 1));

-- Whether a client may book it with one of their counselors, without asking anybody.
ALTER TABLE service ADD COLUMN clients_book INTEGER NOT NULL DEFAULT 0 CHECK (clients_book IN (0, 1));

-- The first day on which there is no such group any more, whatever its state says; NULL: nobody has decided.
ALTER TABLE therapy_group ADD COLUMN ends_on INTEGER;

-- A series that ends on a day beyond the horizon is extended until then.
CREATE INDEX series_to_extend ON series (expanded_until) WHERE until_at IS NULL OR until_at > expanded_until;
DROP INDEX series_by_horizon;

-- Its time, place, people or whether it takes place; NULL: as it was made.
ALTER TABLE session ADD COLUMN changed_at INTEGER;

UPDATE session SET changed_at = (
  SELECT max(a.at) FROM audit a WHERE a.subject_kind = 'session' AND a.subject_id = session.id
  AND a.action IN ('session.change', 'session.cancel'));
