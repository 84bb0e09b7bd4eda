-- What people typed, stored before the medium is told that we have it.

CREATE TABLE inbound (
    -- The order of arrival: a provider's clock counts in seconds.
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    medium       TEXT NOT NULL,
    lane         TEXT NOT NULL,
    -- The medium's own id of the message or update: what is delivered to us twice is heard once.
    external_id  TEXT NOT NULL,
    chat_address TEXT NOT NULL,
    chat_title   TEXT NOT NULL,
    is_group     INTEGER NOT NULL CHECK (is_group IN (0, 1)),
    sender       TEXT NOT NULL,
    text         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    heard_at     INTEGER NOT NULL,
    answered_at  INTEGER,
    UNIQUE (medium, lane, external_id)
) STRICT;
CREATE INDEX inbound_unanswered ON inbound (seq) WHERE answered_at IS NULL;

-- Where each poller stands: an update offset, an ETag, a last run.
CREATE TABLE cursors (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
