-- The inbound message that decides upon a file: noted before its figures are recorded, so that whoever dies on the way
-- goes on with the same file, and is told the same. And which snapshots came of it: a JSON array of pairs, the id and
-- whether the same figures were there before.
ALTER TABLE uploads ADD COLUMN decided_inbound TEXT;
ALTER TABLE uploads ADD COLUMN recorded TEXT;
-- The inbound message that confirms held figures, noted before they are published, for the same reason.
ALTER TABLE snapshots ADD COLUMN confirmed_inbound TEXT;
