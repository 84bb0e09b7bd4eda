-- What is known of each source over HTTP, and of the watched folder: its breaker, what the server wants to be told, what
-- was counted. One row each; a hand-over or a restart goes on from here.
CREATE TABLE sources (
    name         TEXT PRIMARY KEY,
    version      INTEGER NOT NULL,
    -- A digest of all that an answer depends on besides the server: the address, the secrets, the catalog's names. When it
    -- is another one, what the server said before counts for nothing.
    asked_as     TEXT NOT NULL,
    validator    TEXT NOT NULL,
    -- SHA-256 of the last body that was read.
    body         TEXT NOT NULL,
    -- The breaker.
    failures     INTEGER NOT NULL,
    since        INTEGER,
    trouble      TEXT,
    status       INTEGER,
    opened       INTEGER NOT NULL,
    next_at      INTEGER,
    -- The last answer that could be used.
    good_at      INTEGER,
    fetched      INTEGER NOT NULL,
    not_modified INTEGER NOT NULL,
    unchanged    INTEGER NOT NULL,
    failed       INTEGER NOT NULL
) STRICT;

-- Files that a person of the office brought. Nothing of them is a snapshot before a person accepts them.
CREATE TABLE uploads (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The inbound message's, or made by the page: the same file brought twice by a repeated call is one.
    id           TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    -- Who brought it, and by which way.
    brought_by   TEXT NOT NULL,
    brought_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    -- SHA-256 of the bytes.
    hash         TEXT NOT NULL,
    -- A digest of what was understood, which is what a person accepts: read again, it has to be the same.
    understood   TEXT NOT NULL,
    -- Kept only while it waits.
    bytes        BLOB,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'dropped', 'expired')),
    settled_by   TEXT,
    settled_at   INTEGER,
    CHECK ((state = 'waiting') = (bytes IS NOT NULL)),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
) STRICT;
CREATE INDEX uploads_waiting ON uploads (number) WHERE state = 'waiting';
