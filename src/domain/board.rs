//! The board in a chat: one pinned message that always shows the newest figures.
//!
//! Edits are coalesced: what waits is rewritten, and only the newest state is sent, not more often than [`EDIT_PAUSE`]; an
//! edit costs the bot as much of its pace as a message.

use chrono::{DateTime, Duration, Utc};

/// The shortest time between two edits of one board.
pub const EDIT_PAUSE: Duration = Duration::seconds(60);

/// When a board that could not be sent is tried again although nothing changed.
pub const TRY_AGAIN: Duration = Duration::hours(24);

/// Where the newest text of a board stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for its turn.
    Waiting,
    /// It is under way.
    Sending,
    /// People see it.
    Sent,
    /// Nobody knows whether people see it.
    Unknown,
    /// It was given up.
    GivenUp,
}

/// The newest row of a board in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRow {
    /// Its id.
    pub id: String,
    /// Which version of it.
    pub version: i64,
    /// Where it stands.
    pub stage: Stage,
    /// Its text.
    pub body: String,
    /// When its sending ended.
    pub ended: Option<DateTime<Utc>>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing for now.
    Nothing,
    /// The text that waits is replaced.
    Rewrite,
    /// A new text is queued.
    Queue,
}

/// Decides. `editable` says that the message is known: an edit may be repeated without harm, a new message may not.
#[must_use]
pub fn next(newest: Option<&BoardRow>, wanted: &str, editable: bool, now: DateTime<Utc>) -> Next {
    let Some(newest) = newest else { return Next::Queue };
    let rested = |pause: Duration| newest.ended.is_none_or(|ended| now - ended >= pause);
    let same = newest.body == wanted;
    match newest.stage {
        Stage::Waiting if same => Next::Nothing,
        Stage::Waiting => Next::Rewrite,
        Stage::Sending => Next::Nothing,
        Stage::Sent if same => Next::Nothing,
        Stage::Unknown if same && !editable => Next::Nothing,
        Stage::GivenUp if same => {
            if rested(TRY_AGAIN) {
                Next::Queue
            } else {
                Next::Nothing
            }
        }
        Stage::Sent | Stage::Unknown | Stage::GivenUp if rested(EDIT_PAUSE) => Next::Queue,
        Stage::Sent | Stage::Unknown | Stage::GivenUp => Next::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_000_000 + seconds, 0).unwrap()
    }

    fn row(stage: Stage, ended: Option<i64>) -> BoardRow {
        BoardRow { id: "d".to_owned(), version: 1, stage, body: "old".to_owned(), ended: ended.map(at) }
    }

    #[test]
    fn only_the_newest_state_is_sent_and_not_too_often() {
        let table = [
            (Stage::Waiting, None, "new", 0, Next::Rewrite),
            (Stage::Waiting, None, "old", 0, Next::Nothing),
            (Stage::Sending, None, "new", 0, Next::Nothing),
            (Stage::Sent, Some(0), "old", 90_000, Next::Nothing),
            (Stage::Sent, Some(0), "new", 59, Next::Nothing),
            (Stage::Sent, Some(0), "new", 60, Next::Queue),
            (Stage::GivenUp, Some(0), "old", 3_600, Next::Nothing),
            (Stage::GivenUp, Some(0), "old", 86_400, Next::Queue),
            (Stage::GivenUp, Some(0), "new", 60, Next::Queue),
        ];
        for (stage, ended, wanted, now, expected) in table {
            assert_eq!(next(Some(&row(stage, ended)), wanted, true, at(now)), expected, "{stage:?} {wanted} {now}");
        }
        assert_eq!(next(None, "new", false, at(0)), Next::Queue);
    }

    #[test]
    fn an_edit_may_be_repeated_and_a_message_may_not() {
        let unknown = row(Stage::Unknown, Some(0));
        assert_eq!(next(Some(&unknown), "old", true, at(60)), Next::Queue);
        assert_eq!(next(Some(&unknown), "old", false, at(60)), Next::Nothing);
        assert_eq!(next(Some(&unknown), "new", false, at(60)), Next::Queue);
    }
}
