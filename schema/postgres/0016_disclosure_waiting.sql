-- Reports that wait for somebody: a draft for a supervisor, an approved one to be handed out. They are few, however
-- many were handed out.
CREATE INDEX disclosure_waiting ON disclosure (state, id) WHERE state <> 'handed_out';
