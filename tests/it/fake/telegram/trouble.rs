//! Trouble on order.

use super::FakeTelegram;
use super::fault::{Fault, Seen};
use super::world::unix;

impl FakeTelegram {
    /// The next call that sends, edits or pins fails. Polls pass, so a running poller does not eat it.
    pub fn fail_next_send(&self, fault: Fault) {
        self.fail_when(Some(1), fault, |seen| seen.is_send());
    }

    /// The next call of one method (documented spelling) fails.
    pub fn fail_next_call(&self, method: &'static str, fault: Fault) {
        self.fail_when(Some(1), fault, move |seen| seen.method == method);
    }

    /// The next `times` sends to one chat fail; `None` is until [`Self::heal`].
    pub fn fail_chat(&self, chat: i64, times: Option<usize>, fault: Fault) {
        self.fail_when(times, fault, move |seen| seen.is_send() && seen.chat() == Some(chat));
    }

    /// The next `times` calls that the predicate picks fail; `None` is until [`Self::heal`].
    pub fn fail_when(&self, times: Option<usize>, fault: Fault, when: impl Fn(&Seen<'_>) -> bool + Send + 'static) {
        self.shared.world().faults.add(fault, times, Box::new(when));
    }

    /// One chat answers 429 for this many seconds of the fake's time, with what is left of them as
    /// `retry_after`. Unlike an injected 429 this catches a sender that comes back too early.
    pub fn flood(&self, chat: i64, seconds: u64) {
        let until = (self.shared.elapsed)() + std::time::Duration::from_secs(seconds);
        self.shared.world().chat(chat).flooded_until = until;
    }

    /// Another process polls with the same token, and always wins.
    pub fn set_rival(&self, rival: bool) {
        self.shared.world().updates.rival = rival;
        self.shared.wake_polls();
    }

    /// How many ordered faults no call has met yet. A test that ends with some did not test them.
    pub fn faults_left(&self) -> usize {
        self.shared.world().faults.left()
    }

    /// Takes back every fault that is left.
    pub fn heal(&self) {
        self.shared.world().faults.clear();
    }

    /// The fake's clock now, as the `date` of a message would show it.
    pub fn unix_now(&self) -> i64 {
        unix((self.shared.elapsed)())
    }
}
