-- What each Zalo bot has sent in each month: its provider allows so many.

CREATE TABLE lane_months (
    lane      TEXT NOT NULL,
    -- A calendar month in Vietnam: 2023-07.
    month     TEXT NOT NULL,
    -- Messages that were accepted, or may have been.
    used      BIGINT NOT NULL,
    -- When the office was told that it will be used up soon, and that it is.
    warned_at BIGINT,
    spent_at  BIGINT,
    PRIMARY KEY (lane, month)
);
