-- Tokens of Zalo Official Accounts. A refresh token works once: the row says `refreshing` before it is used, and holds
-- the new pair before that is used.

CREATE TABLE zalo_oa_tokens (
    app_id        TEXT PRIMARY KEY,
    version       INTEGER NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('ok', 'refreshing', 'reconnect')),
    since         INTEGER NOT NULL,
    refresh_token TEXT NOT NULL,
    access_token  TEXT,
    access_until  INTEGER,
    not_before    INTEGER NOT NULL,
    reason        TEXT,
    detail        TEXT
) STRICT, WITHOUT ROWID;

-- First refresh tokens that were ever taken from the configuration, as SHA-256: none is taken twice.
CREATE TABLE zalo_oa_first_tokens (
    app_id     TEXT NOT NULL,
    hash       TEXT NOT NULL,
    adopted_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, hash)
) STRICT, WITHOUT ROWID;
