//! Samples of the messages about the queue itself.

use super::Samples;
use crate::domain::budget::{BudgetPolicy, Month};
use crate::message::view::{self, CollectedWhy};
use chrono::{DateTime, Duration};

const TITLES: [&str; 3] = [
    "📌 Sở Xây dựng · tháng 7/2023 (số liệu đến 24/7)",
    "✅ BQL KKT tỉnh · tháng 7/2023 (số liệu đến 24/7)",
    "📌 UBND huyện An Lão (các xã) · tháng 7/2023 (số liệu đến 24/7)",
];

pub(super) fn about_the_queue(samples: &mut Samples) {
    // 25/7/2023, 09:00 in Vietnam.
    let first = DateTime::from_timestamp(1_690_250_400, 0).unwrap_or_default();
    let message =
        |n: i32| (TITLES[usize::try_from(n).unwrap_or_default() % TITLES.len()], first + Duration::minutes(20) * n);
    let several: Vec<_> = (0..3).map(message).collect();
    let many: Vec<_> = (0..40).map(message).collect();
    let month = CollectedWhy::ZaloBudget { month: "tháng 7/2023".to_owned() };
    samples.add("collected, the month's messages are used up", view::collected(&month, &several));
    let policy = BudgetPolicy { monthly: 3_000, warn_percent: 80, reserve_percent: 5, collect_hour: 8 };
    let budget = |used| view::zalo_budget(&policy, "zalo_bot:1459232241454765289", Month::of(first), used);
    samples.add("zalo budget, soon used up", budget(2_400));
    samples.add("zalo budget, used up", budget(3_000));
    samples.add("collected, far behind", view::collected(&CollectedWhy::Behind, &many));
}
