//! What can be made to go wrong, and for which call.
//!
//! The dangerous faults are those where the message *was* delivered and the sender cannot know:
//! recorded and answered too late, recorded and cut off. A sender that repeats those sends twice,
//! and `received` shows it.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::error::ApiError;
use super::world::chat_of;

/// One way to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A 5xx (or any status) from a proxy in front of the API: an HTML page, nothing recorded.
    Html(u16),
    /// The socket closes without an answer, nothing recorded.
    Close,
    /// No answer ever, nothing recorded; the socket stays open.
    Hang,
    /// The call is carried out, and answered only after this much *real* time.
    RecordThenDelay(Duration),
    /// The call is carried out, and the socket closes without an answer.
    RecordThenClose,
    /// A refusal of the API, nothing recorded.
    Refuse(ApiError),
}

impl Fault {
    /// 429 with a `retry_after` of the test's choice.
    pub fn too_many_requests(retry_after: u64) -> Self {
        Self::Refuse(ApiError::too_many_requests(retry_after))
    }
}

/// What a predicate may look at.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The method in the documentation's spelling.
    pub method: &'a str,
    /// The parameters.
    pub params: &'a Value,
}

impl Seen<'_> {
    /// The chat the call is about.
    pub fn chat(&self) -> Option<i64> {
        chat_of(self.params)
    }

    /// Whether it puts something before people's eyes.
    pub fn is_send(&self) -> bool {
        matches!(self.method, "sendMessage" | "sendPhoto" | "sendDocument" | "editMessageText" | "pinChatMessage")
    }
}

type Predicate = Box<dyn Fn(&Seen<'_>) -> bool + Send>;

struct Rule {
    fault: Fault,
    /// `None` is for ever.
    left: Option<usize>,
    when: Predicate,
}

/// The rules in force; the oldest that fits wins.
#[derive(Default)]
pub struct Faults(Vec<Rule>);

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|rule| (&rule.fault, rule.left))).finish()
    }
}

impl Faults {
    /// Adds a rule for the next `times` calls that fit, or for all of them.
    pub fn add(&mut self, fault: Fault, times: Option<usize>, when: Predicate) {
        self.0.push(Rule { fault, left: times, when });
    }

    /// The fault for this call, used up.
    pub fn take(&mut self, seen: &Seen<'_>) -> Option<Fault> {
        let at = self.0.iter().position(|rule| (rule.when)(seen))?;
        match &mut self.0[at].left {
            None => Some(self.0[at].fault.clone()),
            Some(left) if *left > 1 => {
                *left -= 1;
                Some(self.0[at].fault.clone())
            }
            Some(_) => Some(self.0.remove(at).fault),
        }
    }

    /// Back to health.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// How many counted faults are still waiting for a call.
    pub fn left(&self) -> usize {
        self.0.iter().filter_map(|rule| rule.left).sum()
    }
}
