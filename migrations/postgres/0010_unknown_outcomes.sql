-- What follows when nobody knows whether a message arrived.

-- How often it was sent again although it may have arrived, by the program (marked, once at most) or by a person.
ALTER TABLE deliveries ADD COLUMN repeated BIGINT NOT NULL DEFAULT 0;
-- The version at which the office was asked about it, or it was left alone: with any later one it is a new question.
ALTER TABLE deliveries ADD COLUMN settled_version BIGINT;
