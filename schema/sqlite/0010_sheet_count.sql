-- What a closed sheet comes to, counted as it closes: a report over years reads one row for each session.

ALTER TABLE sheet ADD COLUMN attended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sheet ADD COLUMN excused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sheet ADD COLUMN unexcused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sheet ADD COLUMN turned_away INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sheet ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sheet ADD COLUMN left_early INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sheet ADD COLUMN credited_minutes INTEGER NOT NULL DEFAULT 0;  -- of all who attended, added up

UPDATE sheet SET
  attended = (SELECT count(*) FROM participant p WHERE p.session_id = sheet.session_id AND p.verdict = 'attended'),
  excused = (SELECT count(*) FROM participant p WHERE p.session_id = sheet.session_id AND p.verdict = 'excused'),
  unexcused = (SELECT count(*) FROM participant p WHERE p.session_id = sheet.session_id AND p.verdict = 'unexcused'),
  turned_away = (SELECT count(*) FROM participant p
                 WHERE p.session_id = sheet.session_id AND p.verdict = 'turned_away'),
  late = (SELECT count(*) FROM participant p WHERE p.session_id = sheet.session_id AND p.late_minutes > 0),
  left_early = (SELECT count(*) FROM participant p
                WHERE p.session_id = sheet.session_id AND p.left_early_minutes > 0),
  credited_minutes = (SELECT COALESCE(sum(p.credited_minutes), 0) FROM participant p
                      WHERE p.session_id = sheet.session_id);
