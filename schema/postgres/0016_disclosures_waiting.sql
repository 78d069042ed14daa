-- What waits to be approved, and to be handed out, over all clients.
CREATE INDEX disclosure_by_state ON disclosure (state, made_at, id);
