-- Tokens of Zalo Official Accounts. A refresh token works once: the row says `refreshing` before it is used, and holds
-- the new pair before that is used.

CREATE TABLE zalo_oa_tokens (
    app_id        TEXT PRIMARY KEY,
    version       BIGINT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('ok', 'refreshing', 'reconnect')),
    since         BIGINT NOT NULL,
    refresh_token TEXT NOT NULL,
    access_token  TEXT,
    access_until  BIGINT,
    not_before    BIGINT NOT NULL,
    reason        TEXT,
    detail        TEXT
);

-- First refresh tokens that were ever taken from the configuration, as SHA-256: none is taken twice.
CREATE TABLE zalo_oa_first_tokens (
    app_id     TEXT NOT NULL,
    hash       TEXT NOT NULL,
    adopted_at BIGINT NOT NULL,
    PRIMARY KEY (app_id, hash)
);
