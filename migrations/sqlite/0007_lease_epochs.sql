-- A number that grows with every change of hands. Whoever writes with an older one has lost the lease while it slept.
ALTER TABLE leases ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
