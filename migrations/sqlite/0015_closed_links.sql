-- The unit of this link has ended and the chat was told so, once: it hears nothing new of it. The link stays on record,
-- and what the chat may ask stays as it was.
ALTER TABLE subscriptions ADD COLUMN closed_at INTEGER;
