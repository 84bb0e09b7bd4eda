-- What people typed, stored before the medium is told that we have it.

CREATE TABLE inbound (
    -- The order of arrival: a provider's clock counts in seconds.
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    medium       TEXT NOT NULL,
    lane         TEXT NOT NULL,
    -- The medium's own id of the message or update: what is delivered to us twice is heard once.
    external_id  TEXT NOT NULL,
    chat_address TEXT NOT NULL,
    chat_title   TEXT NOT NULL,
    is_group     BOOLEAN NOT NULL,
    sender       TEXT NOT NULL,
    text         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    heard_at     BIGINT NOT NULL,
    answered_at  BIGINT,
    UNIQUE (medium, lane, external_id)
);
CREATE INDEX inbound_unanswered ON inbound (seq) WHERE answered_at IS NULL;

-- Where each poller stands: an update offset, an ETag, a last run.
CREATE TABLE cursors (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
