//! Samples of the answers to `/xephang`, `/sosanh`, `/lichsu`, `/baocao` and `/huy`, and of what is said around codes.

use super::world::{June, World, header};
use super::{SampleError, Samples, summary};
use crate::domain::assessment::Rating;
use crate::domain::guessing::LockedBy;
use crate::domain::history::{HistoryCell, HistoryChange, HistoryMonth};
use crate::domain::indicator::{Indicator, IndicatorCode};
use crate::domain::org_unit::{TierCode, UnitCode};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent, Points, Rate};
use crate::domain::subscription::{Chat, LinkedChat, Medium, Role};
use crate::message::Message;
use crate::message::view::{self, Lookup, RankExtent};

pub(super) fn add(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    ranks(world, samples)?;
    let lookup = world.lookup();
    let period = world.july(June::SameDay, 24, |_| false)?;
    let pair = |a: &str, b: &str| Ok::<_, SampleError>((UnitCode::parse(a)?, UnitCode::parse(b)?));
    samples.add("compared, one tier", view::compared(lookup, &period, &[pair("so-xay-dung", "so-noi-vu")?]));
    let both = [pair("an-lao", "bql-kkt")?, pair("an-lao-xa", "bql-kkt")?];
    samples.add("compared, other tiers", view::compared(lookup, &period, &both));
    samples.add("compare, no names", Message::CompareUsage);
    months(lookup, samples)?;
    samples.add("report", view::report(lookup, &period, None));
    let office = view::OfficeStateView::of([view::snapshot(&header("2023-07", 24, 3)?)], 3, 1, 2);
    samples.add("report, to the office", view::report(lookup, &period, None).to_the_office(office));
    let well = view::OfficeStateView::of([], 0, 0, 0);
    samples.add("report, to the office, all well", view::report(lookup, &period, None).to_the_office(well));
    let holes = world.july(June::Absent, 24, |o| o.unit.as_str() == "so-noi-vu")?;
    samples.add("report, one tier", view::report(lookup, &holes, Some(&TierCode::parse("provincial")?)));
    untying(lookup, samples)
}

fn ranks(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let period = world
        .july(June::SameDay, 24, |o| o.unit.as_str() == "so-tu-phap" && o.indicator.as_str() == "online_payment")?;
    let averages = summary::scopes(true)?;
    let payment = IndicatorCode::parse("online_payment")?;
    let submission = IndicatorCode::parse("online_submission")?;
    let more = |tier: &TierCode| format!("/xephang online_payment {tier} tất cả");
    let ends = view::ranking(lookup, &period, &averages, (&submission, None), RankExtent::Ends(0), more);
    samples.add("ranking, the ends", ends);
    let provincial = TierCode::parse("provincial")?;
    let whole = (&payment, Some(&provincial));
    samples.add("ranking, one tier", view::ranking(lookup, &period, &averages, whole, RankExtent::Whole, more));
    let own = [UnitCode::parse("so-noi-vu")?];
    samples.add("own ranks", view::own_ranks(lookup, &period, &averages, &own, None));
    let own = [UnitCode::parse("an-lao")?, UnitCode::parse("an-lao-xa")?];
    samples.add("own ranks, one indicator", view::own_ranks(lookup, &period, &averages, &own, Some(&payment)));
    let ask = |indicator: &IndicatorCode| format!("/xephang {indicator}");
    samples.add("which indicator", view::ask_indicator(lookup, "", ask));
    samples.add("no such indicator", view::ask_indicator(lookup, "tỷ lệ <hài lòng>", ask));
    Ok(())
}

fn months(lookup: Lookup<'_>, samples: &mut Samples) -> Result<(), SampleError> {
    let target = Some(Percent::parse_plain("60")?);
    let figure = |rate: &str, rating, change| {
        Ok::<_, SampleError>(HistoryCell {
            rating,
            actual: Some(Rate::Published(Percent::parse_plain(rate)?)),
            target,
            change,
        })
    };
    let change = |points: i64, like_for_like| HistoryChange::Points {
        points: Points::between(Exact::from(i128::from(points)), Exact::from(0)),
        like_for_like,
    };
    let nothing = |rating| HistoryCell { rating, actual: None, target: None, change: HistoryChange::None };
    let indicators: Vec<&Indicator> = lookup.indicators.iter().collect();
    let row = |period: &str, day: u32, cell: HistoryCell| {
        let header = header(period, day, 1)?;
        let cells = vec![cell; indicators.len()];
        Ok::<_, SampleError>(HistoryMonth { period: header.period, header: Some(header), cells })
    };
    let june = ReportingPeriod::parse("2023-06")?;
    let gap = HistoryMonth { period: june, header: None, cells: vec![nothing(Rating::NoData); indicators.len()] };
    let table = vec![
        row("2023-07", 24, figure("62.5", Rating::Met, change(3, false))?)?,
        gap,
        row("2023-05", 31, figure("58", Rating::Missed, HistoryChange::OtherBasis)?)?,
        row("2023-04", 30, figure("41.5", Rating::Missed, change(-2, true))?)?,
        row("2023-03", 31, nothing(Rating::NoActivity))?,
    ];
    let one: Vec<HistoryMonth> =
        table.iter().map(|month| HistoryMonth { cells: month.cells[..1].to_vec(), ..month.clone() }).collect();
    let july = ReportingPeriod::parse("2023-07")?;
    let unit = UnitCode::parse("so-xay-dung")?;
    samples.add("history", view::history(lookup, july, &indicators, &[(unit.clone(), table)]));
    let mut merged = view::history(lookup, july, &indicators[..1], &[(unit.clone(), one.clone())]);
    for unit in &mut merged.units {
        let before = "Sở Giao thông vận tải, Sở Xây dựng".to_owned();
        unit.arranged = Some(view::ArrangedView { since: "1/5/2023".to_owned(), before });
    }
    samples.add("history, after a merger", merged);
    samples.add("history, one indicator", view::history(lookup, july, &indicators[..1], &[(unit.clone(), one)]));
    samples.add("history, no figures", view::history(lookup, july, &indicators, &[(unit, Vec::new())]));
    Ok(())
}

fn untying(lookup: Lookup<'_>, samples: &mut Samples) -> Result<(), SampleError> {
    let chat = Chat {
        id: "0198".into(),
        medium: Medium::Telegram,
        lane: "telegram".into(),
        address: "-4001".into(),
        title: "Điều hành <Sở Xây dựng>".into(),
        group: true,
        paused: None,
    };
    let linked = LinkedChat { chat, roles: vec![Role::Unit(UnitCode::parse("so-xay-dung")?), Role::Leader] };
    let office = LinkedChat { roles: vec![Role::Office], ..linked.clone() };
    let nobody = LinkedChat { roles: Vec::new(), ..linked.clone() };
    let confirmed = || "/huy xác nhận".to_owned();
    samples.add("untie, this chat", view::untie_ask(lookup, &linked, true, confirmed()));
    samples.add("untie, another chat", view::untie_ask(lookup, &office, false, confirmed()));
    let many: Vec<&LinkedChat> = std::iter::repeat_n(&linked, 12).collect();
    let ask = |linked: &LinkedChat| format!("/huy {}", linked.chat.id);
    samples.add("untie, which chat", view::untie_list(lookup, &many, ask));
    samples.add("untie, no such chat", view::untie_list(lookup, &[], ask));
    samples.add("untied, this chat", view::untied(lookup, &linked, true));
    samples.add("untied, another chat", view::untied(lookup, &office, false));
    for (name, page) in [("the page", true), ("the last", false)] {
        samples.add(&format!("not untied, {name}"), view::UntieRefusedView { page });
    }
    samples.add("a chat untied itself", view::chat_untied(lookup, &linked, "An Nguyễn (90001)"));
    samples.add("a chat untied itself, by nobody known", view::chat_untied(lookup, &linked, ""));
    for (name, by) in [("a chat", LockedBy::Chat), ("a person", LockedBy::Person), ("all", LockedBy::All)] {
        samples.add(&format!("code guessing, {name}"), view::code_guessing("Người lạ", "An Nguyễn (90001)", by));
    }
    samples.add("code guessing, by nobody known", view::code_guessing("Người lạ", "", LockedBy::Chat));
    samples.add("link locked", Message::LinkLocked);
    samples.add("too fast", Message::TooFast);
    for (name, linked) in [
        ("unit", &LinkedChat { roles: linked.roles[..1].to_vec(), ..linked.clone() }),
        ("office", &office),
        ("nobody", &nobody),
    ] {
        samples.add(&format!("hint, {name}"), view::hint(linked));
    }
    Ok(())
}
