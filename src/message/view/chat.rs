//! Short answers to what people type.

use super::{Lookup, PeriodView, roles_vi, typed};
use crate::domain::delivery::Choice;
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::{ReportingPeriod, moment_vi};
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::subscription::Role;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Answer to `/trogiup`: who asks.
#[derive(Clone, Debug, Serialize)]
pub struct HelpView {
    /// "Sở Xây dựng": the unit or units whose group it is.
    pub unit: Option<String>,
    /// The leaders' chat.
    pub leader: bool,
    /// The office's chat.
    pub office: bool,
    /// It may ask for every unit.
    pub sees_all: bool,
    /// The chat has no role.
    pub unlinked: bool,
}

/// The commands that a chat with these roles has.
#[must_use]
pub fn help(lookup: Lookup<'_>, roles: &[Role]) -> HelpView {
    let leader = roles.contains(&Role::Leader);
    let office = roles.contains(&Role::Office);
    HelpView {
        unit: unit_names(lookup, roles.iter().filter_map(Role::unit)),
        leader,
        office,
        sees_all: leader || office,
        unlinked: roles.is_empty(),
    }
}

fn unit_names<'a>(lookup: Lookup<'_>, units: impl Iterator<Item = &'a UnitCode>) -> Option<String> {
    let names: Vec<String> = units.map(|unit| lookup.unit_name(unit)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The first line of what `/xemthem` gives.
#[derive(Clone, Debug, Serialize)]
pub struct RestView {
    /// That of the whole answer: "📊 Sở Xây dựng · tháng 7/2023 (số liệu đến 24/7)".
    pub title: String,
}

/// The first line of the rest of an answer, whose first line is given without any marks.
#[must_use]
pub fn rest(title: &str) -> RestView {
    RestView { title: title.trim_end_matches([':', '.']).to_owned() }
}

/// No unit is called that.
#[derive(Clone, Debug, Serialize)]
pub struct UnknownUnitView {
    /// What was typed; null when nothing was.
    pub asked: Option<String>,
    /// What may have been meant.
    pub suggestions: Vec<ChoiceView>,
    /// "1, 2 hoặc 3": the numbers that may be typed as an answer; null where nothing listens.
    pub numbers: Option<String>,
}

/// No unit is called that, or none was named; units that come near.
#[must_use]
pub fn unknown_unit(asked: &str, suggestions: &[&OrgUnit]) -> UnknownUnitView {
    let asked = typed(asked);
    UnknownUnitView {
        asked: (!asked.is_empty()).then_some(asked),
        suggestions: ChoiceView::of(suggestions),
        numbers: None,
    }
}

impl UnknownUnitView {
    /// Lets people choose by number or button: `ask` gives the command about a unit.
    #[must_use]
    pub fn to_choose(mut self, ask: impl Fn(&UnitCode) -> String) -> Self {
        self.numbers = ChoiceView::offer(&mut self.suggestions, ask);
        self
    }
}

/// Several units are called that.
#[derive(Clone, Debug, Serialize)]
pub struct AmbiguousUnitView {
    /// What was typed.
    pub asked: String,
    /// What it may mean.
    pub choices: Vec<ChoiceView>,
    /// "1, 2 hoặc 3": the numbers that may be typed as an answer; null where nothing listens.
    pub numbers: Option<String>,
}

impl AmbiguousUnitView {
    /// Lets people choose by number or button: `ask` gives the command about a unit.
    #[must_use]
    pub fn to_choose(mut self, ask: impl Fn(&UnitCode) -> String) -> Self {
        self.numbers = ChoiceView::offer(&mut self.choices, ask);
        self
    }
}

/// One of several.
#[derive(Clone, Debug, Serialize)]
pub struct ChoiceView {
    /// From 1.
    pub number: usize,
    /// "Sở Tư pháp".
    pub unit: String,
    #[serde(skip)]
    code: UnitCode,
    /// The command that it stands for, once it can be chosen.
    #[serde(skip)]
    command: Option<String>,
}

impl ChoiceView {
    fn of(units: &[&OrgUnit]) -> Vec<Self> {
        let choice = |(unit, number): (&&OrgUnit, usize)| Self {
            number,
            unit: unit.full_name(),
            code: unit.code.clone(),
            command: None,
        };
        units.iter().zip(1..).map(choice).collect()
    }

    /// Gives each its command, and the numbers in words.
    fn offer(choices: &mut [Self], ask: impl Fn(&UnitCode) -> String) -> Option<String> {
        for choice in choices.iter_mut() {
            choice.command = Some(ask(&choice.code));
        }
        numbers_vi(choices.len())
    }

    /// What a medium with buttons shows.
    pub(crate) fn choice(&self) -> Option<Choice> {
        Some(Choice { label: self.unit.clone(), command: self.command.clone()? })
    }
}

/// So many numbers are listed one by one.
const NUMBERS: usize = 4;

/// "1, 2 hoặc 3", "từ 1 đến 10"; none for none.
pub(super) fn numbers_vi(count: usize) -> Option<String> {
    if count > NUMBERS {
        return Some(format!("từ 1 đến {count}"));
    }
    let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
    match numbers.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{} hoặc {last}", first.join(", "))),
    }
}

/// Several units are called that.
#[must_use]
pub fn ambiguous_unit(asked: &str, choices: &[&OrgUnit]) -> AmbiguousUnitView {
    AmbiguousUnitView { asked: typed(asked), choices: ChoiceView::of(choices), numbers: None }
}

/// A command that resembles one that exists.
#[derive(Clone, Debug, Serialize)]
pub struct NearMissView {
    /// What was typed: "/statsu sở tư pháp".
    pub asked: String,
    /// What was probably meant: "/status sở tư pháp".
    pub meant: String,
    /// The same, not shortened: what is done when it is chosen.
    #[serde(skip)]
    command: String,
}

impl NearMissView {
    /// What a medium with buttons shows.
    pub(crate) fn choice(&self) -> Choice {
        Choice { label: self.meant.clone(), command: self.command.clone() }
    }
}

/// What was typed and what was probably meant, both with the slash.
#[must_use]
pub fn near_miss(asked: &str, meant: &str) -> NearMissView {
    NearMissView { asked: typed(asked), meant: typed(meant), command: meant.to_owned() }
}

/// There are no figures of that period.
#[derive(Clone, Debug, Serialize)]
pub struct NoFiguresView {
    /// "tháng 8/2023"; null when no period was asked for and there are no figures at all.
    pub period: Option<String>,
    /// The latest period that has figures.
    pub latest: Option<PeriodView>,
}

/// There are no figures of `period`; the latest snapshot that can be shown instead.
#[must_use]
pub fn no_figures(period: Option<ReportingPeriod>, latest: Option<&SnapshotHeader>) -> NoFiguresView {
    NoFiguresView { period: period.map(ReportingPeriod::name_vi), latest: latest.map(PeriodView::of) }
}

/// What was typed is no month.
#[derive(Clone, Debug, Serialize)]
pub struct BadMonthView {
    /// What was typed.
    pub asked: String,
}

/// What was typed is no month.
#[must_use]
pub fn bad_month(asked: &str) -> BadMonthView {
    BadMonthView { asked: typed(asked) }
}

/// A unit's chat asked for what it may not see.
#[derive(Clone, Debug, Serialize)]
pub struct ForbiddenView {
    /// "Sở Xây dựng": what it may see. Null for a chat that may see nothing of the kind.
    pub own: Option<String>,
    /// "Văn phòng UBND tỉnh": whom to ask.
    pub office: String,
}

/// A chat with these roles asked for what it may not see.
#[must_use]
pub fn forbidden(lookup: Lookup<'_>, roles: &[Role]) -> ForbiddenView {
    ForbiddenView { own: unit_names(lookup, roles.iter().filter_map(Role::unit)), office: lookup.office.to_owned() }
}

/// The chat is linked now.
#[derive(Clone, Debug, Serialize)]
pub struct LinkedView {
    /// What people call the chat.
    pub chat: String,
    /// "Sở Xây dựng".
    pub unit: Option<String>,
    /// As the leaders' chat.
    pub leader: bool,
    /// As the office's chat.
    pub office: bool,
    /// "tỉnh Bình Định".
    pub organisation: String,
}

/// What the chat of that title is linked as.
#[must_use]
pub fn linked(lookup: Lookup<'_>, title: &str, role: &Role) -> LinkedView {
    LinkedView {
        chat: typed(title),
        unit: unit_names(lookup, role.unit().into_iter()),
        leader: *role == Role::Leader,
        office: *role == Role::Office,
        organisation: lookup.organisation.to_owned(),
    }
}

/// To the office: a code that ties a chat.
#[derive(Clone, Debug, Serialize)]
pub struct CodeIssuedView {
    /// For whom: "Sở Xây dựng", "lãnh đạo", "Văn phòng".
    pub whom: String,
    /// The code, as it is typed behind `/dangky`; `code` is a helper of the templates.
    pub password: String,
    /// "8:10 ngày 24/7/2023": after that it is worth nothing.
    pub until: String,
}

/// A code for a role, until a moment.
#[must_use]
pub fn code_issued(lookup: Lookup<'_>, role: &Role, code: &str, until: DateTime<Utc>) -> CodeIssuedView {
    CodeIssuedView {
        whom: roles_vi(lookup, std::slice::from_ref(role)),
        password: code.to_owned(),
        until: moment_vi(until),
    }
}
