-- What is to be sent: written in the same transaction as the decision that asks for it.

CREATE TABLE deliveries (
    -- The order in which they were queued; each chat receives its own in this order.
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    chat_id         TEXT NOT NULL REFERENCES chats (id),
    -- The chat's lane, which never changes; here so that one index finds what is due.
    lane            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    reason          TEXT,
    class           TEXT NOT NULL CHECK (class IN ('answer', 'broadcast')),
    dedupe_key      TEXT NOT NULL,
    part            INTEGER NOT NULL,
    parts           INTEGER NOT NULL,
    body            TEXT NOT NULL,
    plain           TEXT NOT NULL,
    snapshot_id     TEXT REFERENCES snapshots (id),
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
    -- Raised by every change of hands: whoever holds an old version has lost the row.
    version         INTEGER NOT NULL,
    failures        INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    -- When the next attempt may be made; while sending, when the sender counts as crashed.
    due_at          INTEGER NOT NULL,
    message_id      TEXT,
    last_error      TEXT,
    created_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    -- The same message never enters the same chat's queue twice.
    UNIQUE (chat_id, dedupe_key, part)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (lane, class, seq) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_of_chat ON deliveries (chat_id, class, seq) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_by_state ON deliveries (state, lane, created_at);

-- One row for each try. Without an end: under way, or its worker is dead.
CREATE TABLE delivery_attempts (
    id          TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    number      INTEGER NOT NULL,
    worker      TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT,
    detail      TEXT,
    UNIQUE (delivery_id, number)
) STRICT;

-- The web medium's "provider": what stands in the chats of the program's own page.
CREATE TABLE web_messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id     TEXT NOT NULL REFERENCES chats (id),
    -- Set for what we sent: a delivery that is tried again appears once.
    delivery_id TEXT UNIQUE,
    author      TEXT NOT NULL CHECK (author IN ('bot', 'person')),
    text        TEXT NOT NULL,
    html        TEXT,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX web_messages_of_chat ON web_messages (chat_id, id);
