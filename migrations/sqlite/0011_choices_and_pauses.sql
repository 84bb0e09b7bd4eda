-- What a message offers to choose from: a JSON list of [label, command]. NULL for nearly all.
ALTER TABLE deliveries ADD COLUMN buttons TEXT;
CREATE INDEX deliveries_with_buttons ON deliveries (chat_id, seq) WHERE buttons IS NOT NULL;

-- The pause (its paused_at) of which the office was told.
ALTER TABLE chats ADD COLUMN pause_told INTEGER;
-- What is out of reach when this is applied was known before; the office is not told of it again.
UPDATE chats SET pause_told = paused_at WHERE paused IS NOT NULL;
