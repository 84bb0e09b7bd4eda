-- What is done with a delivery; NULL: its text is sent. 'show heat:…' draws a picture, 'board' edits the chat's board,
-- 'pin 17' pins a message.
ALTER TABLE deliveries ADD COLUMN act TEXT;
CREATE INDEX deliveries_board ON deliveries (chat_id, seq) WHERE act = 'board';

-- Links to pictures, for media that fetch them. Only the SHA-256 of the token: a copy of the database opens none.
CREATE TABLE picture_links (
    token_hash TEXT PRIMARY KEY,
    drawing    TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX picture_links_expiry ON picture_links (expires_at);
