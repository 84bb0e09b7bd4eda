//! `channels.toml`: what a medium allows us.

use crate::catalog::section::Section;
use crate::domain::budget::BudgetPolicy;

pub(super) fn read(mut file: Section<'_>) -> Option<BudgetPolicy> {
    let zalo = file.section("zalo").and_then(|mut zalo| {
        let monthly = zalo.number("monthly_budget", 1..=1_000_000);
        let warn_percent = zalo.number("warn_percent", 1..=100);
        let reserve_percent = zalo.number("reserve_percent", 0..=50);
        let collect_hour = zalo.number("collect_hour", 0..=23);
        if let (Some(warn), Some(reserve)) = (warn_percent, reserve_percent)
            && warn + reserve > 100
        {
            zalo.wrong("warn_percent", "is too late: with `reserve_percent` it must be at most 100");
        }
        zalo.finish();
        Some(BudgetPolicy {
            monthly: monthly?,
            warn_percent: warn_percent?,
            reserve_percent: reserve_percent?,
            collect_hour: collect_hour?,
        })
    });
    file.finish();
    zalo
}
