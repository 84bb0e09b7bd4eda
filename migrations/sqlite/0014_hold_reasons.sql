-- Why a snapshot was doubted, as words with commas ('vanished,partial'); none for one that never was. It stays when a
-- person of the office confirms the figures: history tells that they were.
ALTER TABLE snapshots ADD COLUMN held_for TEXT;
