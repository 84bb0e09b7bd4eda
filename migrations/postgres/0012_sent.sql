-- When a lane last sent something, for the alarm that it stands still.
CREATE INDEX deliveries_sent ON deliveries (lane, finished_at) WHERE state = 'sent';
