-- The inbound message by which a person of the office had a message sent again or dropped: answered again after a crash, it
-- is told the same.
ALTER TABLE deliveries ADD COLUMN decided_inbound TEXT;
CREATE INDEX deliveries_decided ON deliveries (decided_inbound) WHERE decided_inbound IS NOT NULL;
