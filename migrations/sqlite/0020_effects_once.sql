-- The inbound message for which a code was used: answered again after a crash, it is told the same, and is no wrong guess.
ALTER TABLE link_codes ADD COLUMN used_inbound TEXT;
-- The inbound message that ended a role or a pause, for the same reason.
ALTER TABLE subscriptions ADD COLUMN ended_inbound TEXT;
ALTER TABLE mutes ADD COLUMN ended_inbound TEXT;
