//! Renewal of tokens that are used up by renewing them: when to use what is held, when to renew it, and when only a
//! person can help.
//!
//! A refresh token of a Zalo Official Account works once and brings the next one (contract zalo.md, section 2). A
//! renewal whose outcome nobody knows may have used it up, so it is never repeated: the account has to be connected
//! again by a person. Everything here follows from values; who stores and who calls is above.

use chrono::{DateTime, Duration, Utc};

/// How long before its end an access token is renewed. It lives 25 hours, so this costs nothing, and leaves an hour in
/// which messages still go out while a person reconnects the account.
pub const AHEAD: Duration = Duration::hours(1);

/// A renewal that began this long ago and has no outcome has lost its process. Far longer than the call may take, so
/// that clocks of replicas may differ.
pub const ABANDONED_AFTER: Duration = Duration::minutes(2);

/// After a renewal that surely did not leave, until the next one.
pub const UNSENT_PATIENCE: Duration = Duration::seconds(30);

/// After a renewal that succeeded, until the next one. An access token that is refused although it is new has another
/// trouble than its age, and renewing it for every message would help nobody.
pub const FRESH: Duration = Duration::minutes(1);

/// Where an account's tokens stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// The refresh token is unused.
    Held,
    /// The refresh token is being used by some process.
    Refreshing,
    /// The refresh token is used up, or may be: a person has to connect the account again.
    Reconnect,
}

impl TokenState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "ok",
            Self::Refreshing => "refreshing",
            Self::Reconnect => "reconnect",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Held, Self::Refreshing, Self::Reconnect].into_iter().find(|state| state.as_str() == text)
    }
}

/// Why a person has to connect an account again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReconnectReason {
    /// The provider refused the renewal.
    Refused,
    /// The renewal left, and nobody knows whether it was carried out.
    Lost,
    /// The process that renewed ended before it knew the outcome.
    Abandoned,
}

impl ReconnectReason {
    /// The word in the database and in the template.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Abandoned => "abandoned",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Refused, Self::Lost, Self::Abandoned].into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What is stored of an account's tokens, without the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Where they stand.
    pub state: TokenState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when the access token works; none before the first renewal.
    pub access_until: Option<DateTime<Utc>>,
    /// No renewal before this moment.
    pub not_before: DateTime<Utc>,
}

/// What the access token is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing yet: it is looked after.
    Care,
    /// A call.
    Call,
    /// A call that was refused with the very token that is stored.
    Refused,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// The configured first refresh token becomes the stored one.
    Adopt,
    /// The access token is good; where only care was taken, nothing is to be done.
    Use,
    /// The refresh token is to be used, by one process alone.
    Renew,
    /// Another process renews.
    Wait,
    /// A renewal would come too soon after the last one.
    NotYet,
    /// A renewal has lost its process: the account has to be connected again.
    GiveUp,
    /// A person has to connect the account again.
    AskPerson,
}

/// Decides. `stored` is none for an account that is not known; `first_is_new` says that the configured first refresh
/// token was never adopted for this account, so that an old configuration (of a replica that was not restarted yet, or
/// one whose token has long been used) changes nothing.
#[must_use]
pub fn next_step(stored: Option<Tokens>, first_is_new: bool, need: Need, now: DateTime<Utc>) -> NextStep {
    let Some(tokens) = stored else { return NextStep::Adopt };
    let usable = need != Need::Refused && tokens.access_until.is_some_and(|until| now < until);
    match tokens.state {
        TokenState::Refreshing if tokens.since + ABANDONED_AFTER <= now => NextStep::GiveUp,
        TokenState::Refreshing if usable => NextStep::Use,
        TokenState::Refreshing => NextStep::Wait,
        _ if first_is_new => NextStep::Adopt,
        // Nothing says that a renewal of unknown outcome ends the access token before its time.
        TokenState::Reconnect if usable && need == Need::Call => NextStep::Use,
        TokenState::Reconnect => NextStep::AskPerson,
        TokenState::Held => {
            let ending = tokens.access_until.is_some_and(|until| until - AHEAD <= now);
            if usable && !(need == Need::Care && ending) {
                NextStep::Use
            } else if tokens.not_before <= now {
                NextStep::Renew
            } else {
                NextStep::NotYet
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_690_000_000 + seconds, 0).unwrap()
    }

    fn tokens(state: TokenState, access_until: Option<i64>) -> Tokens {
        Tokens { state, since: at(0), access_until: access_until.map(at), not_before: at(0) }
    }

    #[test]
    fn what_follows_as_a_table() {
        use Need::{Call, Care, Refused};
        use NextStep::{Adopt, AskPerson, GiveUp, NotYet, Renew, Use, Wait};
        use TokenState::{Held, Reconnect, Refreshing};
        let hour = 3_600;
        for (state, until, first_is_new, need, now, expected) in [
            // Never renewed.
            (Held, None, false, Care, 0, Renew),
            (Held, None, false, Call, 0, Renew),
            // Good for long.
            (Held, Some(25 * hour), false, Care, 0, Use),
            (Held, Some(25 * hour), false, Call, 0, Use),
            (Held, Some(25 * hour), false, Refused, 0, Renew),
            // The last hour: care renews, a call does not wait for it.
            (Held, Some(25 * hour), false, Care, 24 * hour - 1, Use),
            (Held, Some(25 * hour), false, Care, 24 * hour, Renew),
            (Held, Some(25 * hour), false, Call, 24 * hour, Use),
            // Over.
            (Held, Some(25 * hour), false, Call, 25 * hour, Renew),
            // Soon after the last one.
            (Held, None, false, Care, -1, NotYet),
            (Held, Some(25 * hour), false, Refused, -1, NotYet),
            // Somebody renews.
            (Refreshing, None, false, Care, 60, Wait),
            (Refreshing, None, false, Call, 60, Wait),
            (Refreshing, Some(hour), false, Call, 60, Use),
            (Refreshing, Some(hour), false, Refused, 60, Wait),
            (Refreshing, None, true, Care, 60, Wait),
            // Nobody does any more, and nobody repeats it.
            (Refreshing, None, false, Care, 120, GiveUp),
            (Refreshing, Some(hour), true, Call, 120, GiveUp),
            // A person is needed; what is left of the access token is used.
            (Reconnect, None, false, Care, 999 * hour, AskPerson),
            (Reconnect, None, false, Call, 999 * hour, AskPerson),
            (Reconnect, Some(hour), false, Call, 60, Use),
            (Reconnect, Some(hour), false, Care, 60, AskPerson),
            (Reconnect, Some(hour), false, Refused, 60, AskPerson),
            (Reconnect, Some(hour), false, Call, hour, AskPerson),
            // The person was here.
            (Reconnect, Some(hour), true, Care, 60, Adopt),
            (Reconnect, None, true, Call, 60, Adopt),
            (Held, Some(25 * hour), true, Care, 60, Adopt),
        ] {
            let got = next_step(Some(tokens(state, until)), first_is_new, need, at(now));
            assert_eq!(got, expected, "{state:?} {until:?} {first_is_new} {need:?} {now}");
        }
        assert_eq!(next_step(None, true, Care, at(0)), Adopt);
    }

    #[test]
    fn words_come_back() {
        for state in [TokenState::Held, TokenState::Refreshing, TokenState::Reconnect] {
            assert_eq!(TokenState::parse(state.as_str()), Some(state));
        }
        for reason in [ReconnectReason::Refused, ReconnectReason::Lost, ReconnectReason::Abandoned] {
            assert_eq!(ReconnectReason::parse(reason.as_str()), Some(reason));
        }
    }
}
