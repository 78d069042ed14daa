-- What clients agreed in writing may be told, and what was told of them. There is none of either yet.

-- A consent counts its papers; each stays, as it was signed (42 CFR 2.31).
CREATE TABLE consent (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  version INTEGER NOT NULL CHECK (version >= 1),  -- the paper that counts
  entered_at INTEGER NOT NULL,
  event_at INTEGER CHECK (event_at >= entered_at),      -- the event or condition it ends with had come about
  revoked_at INTEGER CHECK (revoked_at >= entered_at),
  revoked_by INTEGER REFERENCES person (id),            -- the client, or who took their letter
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
) STRICT;

CREATE INDEX consent_by_client ON consent (client_id, entered_at);

CREATE TABLE consent_version (
  consent_id INTEGER NOT NULL REFERENCES consent (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  discloser TEXT NOT NULL CHECK (discloser <> ''),
  recipient TEXT NOT NULL CHECK (recipient <> ''),
  tells_attendance INTEGER NOT NULL CHECK (tells_attendance IN (0, 1)),
  tells_hours INTEGER NOT NULL CHECK (tells_hours IN (0, 1)),
  tells_phase INTEGER NOT NULL CHECK (tells_phase IN (0, 1)),
  tells_enrolment INTEGER NOT NULL CHECK (tells_enrolment IN (0, 1)),
  purpose TEXT NOT NULL CHECK (purpose <> ''),
  expires_on INTEGER CHECK (expires_on >= signed_on),   -- in force all through this day
  expires_when TEXT CHECK (expires_when <> ''),
  signed_on INTEGER NOT NULL,
  signed_by TEXT NOT NULL CHECK (signed_by IN ('client', 'representative')),
  representative TEXT CHECK (representative <> ''),
  revocable_on INTEGER,                                 -- 42 CFR 2.35(c); NULL with the next: at any time
  revocable_when TEXT CHECK (revocable_when <> ''),
  paper TEXT CHECK (paper <> ''),
  entered_at INTEGER NOT NULL,
  entered_by INTEGER NOT NULL REFERENCES staff (person_id),
  PRIMARY KEY (consent_id, version),
  CHECK (tells_attendance OR tells_hours OR tells_phase OR tells_enrolment),
  CHECK (expires_on IS NOT NULL OR expires_when IS NOT NULL),
  CHECK ((signed_by = 'representative') = (representative IS NOT NULL)),
  CHECK (revocable_on IS NULL OR revocable_when IS NULL)
) STRICT, WITHOUT ROWID;

-- What was told, or is about to be:
--
--   draft ─▶ approved ─▶ handed_out      a report, on a consent; its content is fixed when it is approved
--                        handed_out      what was told without one, and recorded afterwards
CREATE TABLE disclosure (
  id INTEGER PRIMARY KEY,
  client_id INTEGER NOT NULL REFERENCES client (person_id),
  basis TEXT NOT NULL CHECK (basis IN ('consent', 'medical_emergency', 'child_abuse_report', 'audit_evaluation',
                                       'court_order')),
  state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'handed_out')),
  recipient TEXT NOT NULL CHECK (recipient <> ''),
  made_by INTEGER NOT NULL REFERENCES staff (person_id),  -- who drafted the report, or recorded what was told
  made_at INTEGER NOT NULL,
  told_by INTEGER REFERENCES staff (person_id),
  told_at INTEGER,
  -- Of a report.
  consent_id INTEGER REFERENCES consent (id),
  consent_version INTEGER,
  tells_attendance INTEGER NOT NULL DEFAULT 0 CHECK (tells_attendance IN (0, 1)),
  tells_hours INTEGER NOT NULL DEFAULT 0 CHECK (tells_hours IN (0, 1)),
  tells_phase INTEGER NOT NULL DEFAULT 0 CHECK (tells_phase IN (0, 1)),
  tells_enrolment INTEGER NOT NULL DEFAULT 0 CHECK (tells_enrolment IN (0, 1)),
  purpose TEXT CHECK (purpose <> ''),
  from_on INTEGER,
  until_on INTEGER CHECK (until_on >= from_on),
  approved_by INTEGER REFERENCES staff (person_id),
  approved_at INTEGER,
  content TEXT,                                           -- JSON
  digest TEXT,                                            -- SHA-256 of it
  -- Of an exception; what each must say is below.
  affiliation TEXT CHECK (affiliation <> ''),
  nature TEXT CHECK (nature <> ''),                       -- of the emergency; what was reported, seen or ordered
  docket TEXT CHECK (docket <> ''),
  ordered_on INTEGER,
  agreement TEXT CHECK (agreement <> ''),
  FOREIGN KEY (consent_id, consent_version) REFERENCES consent_version (consent_id, version),
  CHECK ((state = 'handed_out') = (told_at IS NOT NULL)),
  CHECK ((told_at IS NULL) = (told_by IS NULL)),
  CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
  CHECK ((approved_at IS NULL) = (content IS NULL)),
  CHECK ((content IS NULL) = (digest IS NULL)),
  CHECK (approved_by <> made_by),
  CHECK (CASE basis
    WHEN 'consent' THEN consent_id IS NOT NULL AND consent_version IS NOT NULL AND purpose IS NOT NULL
      AND from_on IS NOT NULL AND until_on IS NOT NULL AND (state = 'draft') = (approved_at IS NULL)
      AND (tells_attendance OR tells_hours OR tells_phase OR tells_enrolment)
    ELSE state = 'handed_out' AND consent_id IS NULL AND approved_at IS NULL AND nature IS NOT NULL
      AND (basis = 'medical_emergency') = (affiliation IS NOT NULL)
      AND (basis = 'audit_evaluation') = (agreement IS NOT NULL)
      AND (basis = 'court_order') = (docket IS NOT NULL)
      AND (basis = 'court_order') = (ordered_on IS NOT NULL)
    END)
) STRICT;

CREATE INDEX disclosure_by_client ON disclosure (client_id, made_at);

-- What was handed out stays as it was.
CREATE TRIGGER disclosure_is_kept BEFORE DELETE ON disclosure WHEN OLD.state = 'handed_out' BEGIN
  SELECT RAISE(ABORT, 'what was disclosed is never deleted');
END;
CREATE TRIGGER disclosure_is_fixed BEFORE UPDATE ON disclosure
WHEN OLD.state = 'handed_out' OR (OLD.content IS NOT NULL AND NEW.content IS NOT OLD.content) BEGIN
  SELECT RAISE(ABORT, 'what was approved or disclosed is never changed');
END;
