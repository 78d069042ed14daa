-- That nobody is in two places is kept along one number for each owner: a kind in words, compared as a column of its
-- own, made this index a fifth larger and a new row half as dear again.

ALTER TABLE busy DROP CONSTRAINT busy_excludes;
ALTER TABLE busy ADD CONSTRAINT busy_excludes EXCLUDE USING gist (
  (owner_id * 4 + CASE owner_kind WHEN 'staff' THEN 0 WHEN 'client' THEN 1 ELSE 2 END) WITH =,
  int8range(from_at, until_at) WITH &&) WHERE (NOT overridden);
