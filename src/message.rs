//! The message room: typed views become text, in the dialect of the medium that will show it.
//!
//! - [`view`] turns domain values into views: every number, date and name is already text there, so that templates
//!   only place words.
//! - The words are in `messages/<message>.hbs`, one template per message for all media; files of the same name in the
//!   office's own directory replace them. What begins with `_` is a part of several messages.
//! - [`Dialect`] is how a medium writes bold, links and code, and what it escapes.
//! - [`split`] cuts what is too long for one message.
//!
//! A set of templates exists only when every message renders with every sample in every dialect
//! ([`Messages::load`]), so a mistake of an editor is found at start or at reload, with file and line, and never by
//! an agency. What this room never does: decide whether to speak, or to whom; send; ask the time.

mod commands;
mod dialect;
mod fold;
mod lint;
mod markdown;
mod sample;
mod set;
mod split;
pub mod view;

pub use commands::BotCommand;
pub use dialect::Dialect;
pub use fold::HEAD_LINES;
pub use sample::{Sample, SampleError, samples};
pub use set::TemplateProblem;
pub use split::{TELEGRAM_LIMIT, TextLimit, split, visible};

use crate::domain::audit::Finding;
use crate::domain::delivery::Choice;
use crate::domain::drawing::Drawing;
use handlebars::Handlebars;
use serde_json::Value;
use set::TemplateSet;
use std::collections::BTreeMap;
use std::path::Path;
use view::Lookup;

macro_rules! messages {
    ($($(#[$doc:meta])* $variant:ident $(($view:ty))? = $name:literal,)*) => {
        /// Everything that the program says, each with the values that it needs.
        #[derive(Clone, Debug)]
        pub enum Message {
            $($(#[$doc])* $variant $(($view))?,)*
        }

        impl Message {
            /// The names of all messages: those of their templates without `.hbs`.
            pub const NAMES: &[&str] = &[$($name),*];

            /// The name of its template without `.hbs`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(messages!(@pattern $variant $(($view))?) => $name,)* }
            }

            fn values(&self) -> Result<Value, serde_json::Error> {
                match self { $(messages!(@bind view $variant $(($view))?) => messages!(@json view $(($view))?),)* }
            }
        }

        $($(
            impl From<$view> for Message {
                fn from(view: $view) -> Self {
                    Self::$variant(view)
                }
            }
        )?)*
    };
    (@pattern $variant:ident ($view:ty)) => { Self::$variant(_) };
    (@pattern $variant:ident) => { Self::$variant };
    (@bind $v:ident $variant:ident ($view:ty)) => { Self::$variant($v) };
    (@bind $v:ident $variant:ident) => { Self::$variant };
    (@json $v:ident ($view:ty)) => { serde_json::to_value($v) };
    (@json $v:ident) => { Ok(Value::Object(serde_json::Map::new())) };
}

messages! {
    /// To a unit: what is not reached, and what to do.
    Bulletin(view::BulletinView) = "bulletin",
    /// To a unit: what is reached again.
    Recovered(view::RecoveredView) = "recovered",
    /// To a unit: there are no figures of it.
    NoData(view::NoDataView) = "no_data",
    /// To a unit, by its schedule: what is still missed.
    Reminder(view::ReminderView) = "reminder",
    /// To a unit: the day of its promise has passed.
    PromiseDue(view::PromiseDueView) = "promise_due",
    /// Answer to `/giaitrinh`: it is noted.
    PromiseMade(view::PromiseMadeView) = "promise_made",
    /// Answer to `/giaitrinh`: which day?
    PromiseDay(view::PromiseDayView) = "promise_day",
    /// Answer to `/giaitrinh`: what is missing.
    PromiseHelp(view::PromiseHelpView) = "promise_help",
    /// Answer to `/giaitrinh`: it is not taken.
    PromiseRefused(view::PromiseRefusedView) = "promise_refused",
    /// Answer to `/tamdung`: alerts pause.
    MuteSet(view::MuteSetView) = "mute_set",
    /// Answer to `/tamdung`: for how long?
    MuteAsk(view::MuteAskView) = "mute_ask",
    /// Answer to `/tamdung` and `/batlai`: it cannot be.
    MuteRefused(view::MuteRefusedView) = "mute_refused",
    /// Alerts come again: by themselves, or as the answer to `/batlai`.
    MuteOver(view::MuteOverView) = "mute_over",
    /// Answer to `/batlai` when nothing pauses.
    NotMuted = "not_muted",
    /// Answer to the office's `/batlai` about others.
    MuteLifted(view::MuteLiftedView) = "mute_lifted",
    /// Answer to `/nhacnho`.
    ChatSchedule(view::ChatScheduleView) = "chat_schedule",
    /// Answer to `/nhacnho`: that is no schedule.
    ScheduleRefused(view::ScheduleRefusedView) = "schedule_refused",
    /// To the leaders: where the province stands.
    Digest(view::DigestView) = "digest",
    /// The rest of that: everything behind "xem thêm".
    DigestMore(view::DigestMoreView) = "digest_more",
    /// Below a picture: what it shows.
    Picture(view::PictureView) = "picture",
    /// The pinned message of the leaders' chat, always with the newest figures.
    Board(view::BoardView) = "board",
    /// To the office: the board of a chat could not be pinned.
    BoardUnpinned(view::BoardUnpinnedView) = "board_unpinned",
    /// Answer to `/status`.
    Status(view::StatusView) = "status",
    /// Answer to `/chitieu`.
    Targets(view::TargetsView) = "targets",
    /// To the office: a snapshot is held.
    FeedSuspicious(view::FeedSuspiciousView) = "feed_suspicious",
    /// To a unit: what was published is corrected.
    Correction(view::CorrectionView) = "correction",
    /// To the office: a correction of a month that is too old to be told of.
    CorrectionRecorded(view::CorrectionRecordedView) = "correction_recorded",
    /// To the office: a snapshot brought contradictions.
    NewFindings(view::NewFindingsView) = "new_findings",
    /// Answer to `/xacnhan`: the held snapshot goes on.
    FeedConfirmed(view::SnapshotView) = "feed_confirmed",
    /// Answer to `/xacnhan` when no snapshot is held.
    NothingHeld = "nothing_held",
    /// Answer to `/kiemtra`: contradictions in the figures.
    Audit(view::AuditView) = "audit",
    /// One contradiction, in a sentence.
    Finding(view::FindingView) = "finding",
    /// Answer to `/trogiup`.
    Help(view::HelpView) = "help",
    /// No unit is called that.
    UnknownUnit(view::UnknownUnitView) = "unknown_unit",
    /// Several units are called that.
    AmbiguousUnit(view::AmbiguousUnitView) = "ambiguous_unit",
    /// A command that does not exist resembles one that does.
    NearMiss(view::NearMissView) = "near_miss",
    /// There are no figures of that period.
    NoFigures(view::NoFiguresView) = "no_figures",
    /// What was typed is no month.
    BadMonth(view::BadMonthView) = "bad_month",
    /// A unit's chat asked for what it may not see.
    Forbidden(view::ForbiddenView) = "forbidden",
    /// The chat is linked now.
    Linked(view::LinkedView) = "linked",
    /// The code was not accepted; deliberately without a reason.
    LinkRefused = "link_refused",
    /// Answer to `/capma`: a code.
    CodeIssued(view::CodeIssuedView) = "code_issued",
    /// Answer to `/capma`: for whom?
    CodeAsk = "code_ask",
    /// The chat is not linked.
    Unlinked = "unlinked",
    /// Answer to `/xephang`: units in order.
    Ranking(view::RankingView) = "ranking",
    /// Answer to `/xephang` in a unit's chat: its places and the public averages.
    OwnRanks(view::OwnRanksView) = "own_ranks",
    /// Which indicator is meant?
    AskIndicator(view::AskIndicatorView) = "ask_indicator",
    /// Answer to `/sosanh`: two units side by side.
    Compared(view::ComparisonOfUnitsView) = "compared",
    /// `/sosanh` without two names.
    CompareUsage = "compare_usage",
    /// Answer to `/lichsu`: the months of a unit.
    History(view::HistoryView) = "history",
    /// Answer to `/baocao`: a month with every unit in a line.
    Report(view::ReportView) = "report",
    /// Answer to `/huy`: is the chat to be untied?
    UntieAsk(view::UntieAskView) = "untie_ask",
    /// Answer to the office's `/huy`: the chats that can be untied.
    UntieList(view::UntieListView) = "untie_list",
    /// The chat is untied.
    Untied(view::UntiedView) = "untied",
    /// The chat cannot be untied.
    UntieRefused(view::UntieRefusedView) = "untie_refused",
    /// To the office: a chat untied itself.
    ChatUntied(view::ChatUntiedView) = "chat_untied",
    /// To the office: somebody guesses codes.
    CodeGuessing(view::CodeGuessingView) = "code_guessing",
    /// Codes are not heard for a while.
    LinkLocked = "link_locked",
    /// The chat asks too much at once.
    TooFast = "too_fast",
    /// How to ask, in short.
    Hint(view::HintView) = "hint",
    /// To the office: a lane stands still.
    LaneStalled(view::LaneStalledView) = "lane_stalled",
    /// To the office: a lane flows again.
    LaneFlows(view::LaneFlowsView) = "lane_flows",
    /// To the office: nobody knows whether these messages arrived.
    UnknownOutcome(view::UnknownOutcomeView) = "unknown_outcome",
    /// In the place of several messages that could not be sent one by one: what they were about.
    Collected(view::CollectedView) = "collected",
    /// To the office: the month of a Zalo bot is used up, or will be soon.
    ZaloBudget(view::ZaloBudgetView) = "zalo_budget",
    /// Something failed on our side.
    Unhealthy = "unhealthy",
    /// Answer about units that have ended.
    UnitEnded(view::UnitEndedView) = "unit_ended",
    /// To a unit's chat, once: the unit has ended, and nothing more comes of it.
    UnitClosed(view::UnitClosedView) = "unit_closed",
    /// To the office: units have ended; which chats need a new link.
    UnitsEnded(view::UnitsEndedView) = "units_ended",
    /// To the office: a chat is out of reach.
    ChatAway(view::ChatAwayView) = "chat_away",
    /// To the office: nothing gets through to a medium.
    LaneUnreachable(view::LaneView) = "lane_unreachable",
    /// To the office: a medium is reachable again.
    LaneBack(view::LaneBackView) = "lane_back",
    /// To the office: another program takes a bot's updates.
    TwoPollers(view::TwoPollersView) = "two_pollers",
    /// To the office: a Zalo Official Account has to be connected again.
    ZaloOaReconnect(view::ZaloOaReconnectView) = "zalo_oa_reconnect",
    /// To the office: a source gives no figures.
    SourceDown(view::SourceDownView) = "source_down",
    /// To the office: a source gives figures again.
    SourceBack(view::SourceBackView) = "source_back",
    /// To the office: a file could not be read, or only in part.
    FileProblems(view::FileProblemsView) = "file_problems",
    /// To the office: a file was read and waits to be accepted.
    Upload(view::UploadView) = "upload",
    /// Answer to `/xacnhan`: a file's figures were recorded.
    UploadRecorded(view::UploadRecordedView) = "upload_recorded",
    /// Answer to `/xacnhan`: a file waits no more.
    UploadGone(view::UploadGoneView) = "upload_gone",
    /// Answer to `/tingui`: messages that are not through.
    Outbox(view::OutboxView) = "outbox",
    /// Answer to `/tingui`: one of them, and what may be done.
    OutboxOne(view::OutboxOneView) = "outbox_one",
    /// Answer to `/tingui`: what became of it.
    OutboxDone(view::OutboxDoneView) = "outbox_done",
    /// Answer to `/xacnhan`: several things wait.
    Waiting(view::WaitingView) = "waiting",
    /// A file was not taken.
    FileRefused(view::FileRefusedView) = "file_refused",
    /// The last line of an answer that goes on when `/xemthem` is typed.
    More = "more",
    /// The first line of what `/xemthem` gives.
    Rest(view::RestView) = "rest",
}

impl Message {
    /// The pictures that belong to it, sent after it.
    #[must_use]
    pub fn drawings(&self) -> &[(Drawing, view::PictureView)] {
        match self {
            Self::Digest(view) => &view.drawings,
            Self::History(view) => &view.drawings,
            _ => &[],
        }
    }

    /// Whether it answers a question that can be asked again, so that it may go out in two: see [`Messages::head`].
    #[must_use]
    pub const fn folds(&self) -> bool {
        matches!(
            self,
            Self::Status(_)
                | Self::Targets(_)
                | Self::Ranking(_)
                | Self::OwnRanks(_)
                | Self::History(_)
                | Self::Compared(_)
                | Self::Report(_)
                | Self::Audit(_)
                | Self::Help(_)
        )
    }

    /// What it offers to choose from, in the order of the numbers that it shows.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        let units = |choices: &[view::ChoiceView]| choices.iter().filter_map(view::ChoiceView::choice).collect();
        match self {
            Self::AmbiguousUnit(view) => units(&view.choices),
            Self::UnknownUnit(view) => units(&view.suggestions),
            Self::NearMiss(view) => vec![view.choice()],
            Self::Digest(view) => vec![view.choice()],
            Self::Ranking(view::RankingView { more: offers, .. })
            | Self::AskIndicator(view::AskIndicatorView { choose: offers, .. })
            | Self::OutboxOne(view::OutboxOneView { choose: offers, .. })
            | Self::UntieAsk(view::UntieAskView { choose: offers, .. })
            | Self::UntieList(view::UntieListView { choose: offers, .. }) => {
                offers.as_ref().map(view::OffersView::choices).unwrap_or_default()
            }
            Self::PromiseDay(view::PromiseDayView { choose, .. }) | Self::MuteAsk(view::MuteAskView { choose, .. }) => {
                choose.as_ref().map(view::OffersView::choices).unwrap_or_default()
            }
            Self::Upload(view) => view.choices(),
            Self::Waiting(view) => view.choices(),
            _ => Vec::new(),
        }
    }
}

/// What a reader takes to see the rest of an answer: the button in a chat, the heading on the page.
pub const MORE_LABEL: &str = "Xem thêm";

/// A message, ready for a medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// In the dialect that was asked for.
    pub text: String,
    /// The same without any marks: for logs, previews, and readers of JSON.
    pub plain: String,
}

/// A message could not be rendered although its set of templates had been checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("message `{message}`: {what}")]
pub struct RenderError {
    /// Which message.
    pub message: &'static str,
    /// What handlebars says, with template and line.
    pub what: String,
}

/// A checked set of templates.
pub struct Messages {
    set: TemplateSet,
    commands: Vec<BotCommand>,
    registries: [(Dialect, Handlebars<'static>); Dialect::ALL.len()],
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Messages").field("templates", &self.set.compiled.len()).finish_non_exhaustive()
    }
}

impl Messages {
    /// The templates that the program carries. They are not rendered for a check, as those of an editor are: the tests
    /// did that, and nothing can have changed since.
    ///
    /// # Errors
    /// What is wrong with them; never in a release that passed its tests.
    pub fn embedded() -> Result<Self, Vec<TemplateProblem>> {
        let (messages, wrong) = Self::read(None)?;
        if wrong.is_empty() { Ok(messages) } else { Err(wrong) }
    }

    /// The embedded templates, with the `.hbs` files of a directory in the place of those of the same name.
    ///
    /// # Errors
    /// All that is wrong with them, each with file and line; nothing is half loaded.
    pub fn load(directory: &Path) -> Result<Self, Vec<TemplateProblem>> {
        let (messages, wrong) = Self::read(Some(directory))?;
        let mut problems = messages.check();
        problems.extend(wrong);
        if problems.is_empty() { Ok(messages) } else { Err(problems) }
    }

    /// Loads a directory again. When anything in it is wrong, the templates stay as they were.
    ///
    /// # Errors
    /// As [`Messages::load`].
    pub fn reload(&mut self, directory: &Path) -> Result<(), Vec<TemplateProblem>> {
        *self = Self::load(directory)?;
        Ok(())
    }

    fn read(directory: Option<&Path>) -> Result<(Self, Vec<TemplateProblem>), Vec<TemplateProblem>> {
        let set = TemplateSet::load(Message::NAMES, directory)?;
        let registries = Dialect::ALL.map(|dialect| (dialect, set.registry(dialect)));
        let (commands, wrong) = commands::load(directory);
        Ok((Self { set, commands, registries }, wrong))
    }

    /// The commands that media list while people type.
    #[must_use]
    pub fn commands(&self) -> &[BotCommand] {
        &self.commands
    }

    /// Renders every message with every sample in every dialect, and reads every template against the names that its
    /// view has. An empty list means that all is well.
    #[must_use]
    pub fn check(&self) -> Vec<TemplateProblem> {
        let samples = match samples() {
            Ok(samples) => samples,
            Err(error) => return vec![self.set.problem("samples", None, error.to_string())],
        };
        let mut views: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let mut problems = Vec::new();
        for sample in &samples {
            match sample.message.values() {
                Ok(values) => views.entry(sample.message.name()).or_default().push(values),
                Err(error) => problems.push(self.set.problem(sample.message.name(), None, error.to_string())),
            }
        }
        for name in Message::NAMES {
            let Some(values) = views.get(name) else {
                problems.push(self.set.problem(name, None, "this message has no sample"));
                continue;
            };
            let faults = lint::faults(&self.set.compiled, name, values);
            problems.extend(faults.into_iter().map(|f| self.set.problem(&f.template, f.line, f.what)));
        }
        // What reads badly is not rendered: a part that uses itself would never end.
        if problems.is_empty() {
            let renderings = samples.iter().flat_map(|sample| Dialect::ALL.map(|dialect| (sample, dialect)));
            problems.extend(renderings.filter_map(|(sample, dialect)| self.check_rendering(sample, dialect)));
        }
        problems.sort();
        problems.dedup();
        problems
    }

    fn check_rendering(&self, sample: &Sample, dialect: Dialect) -> Option<TemplateProblem> {
        let name = sample.message.name();
        let about = |what: String| format!("sample `{}`, {}: {what}", sample.name, dialect.as_str());
        let text = match self.text(&sample.message, dialect) {
            Ok(text) => text,
            Err(Failure::Values(error)) => return Some(self.set.problem(name, None, about(error.to_string()))),
            Err(Failure::Template(error)) => {
                let template = error.template_name.clone().unwrap_or_else(|| name.to_owned());
                let reason = set::one_line(&error.reason().to_string());
                return Some(self.set.problem(&template, error.line_no, about(reason)));
            }
        };
        let wrong = if text.is_empty() {
            Some("the text is empty".to_owned())
        } else if text.contains("{{") || text.contains("}}") {
            Some("braces are left in the text".to_owned())
        } else {
            split::unbalanced(&text, dialect)
        };
        wrong.map(|what| self.set.problem(name, None, about(what)))
    }

    /// Writes a message in a dialect.
    ///
    /// # Errors
    /// When a template fails on these values although it did not on any sample.
    pub fn render(&self, message: &Message, dialect: Dialect) -> Result<Rendered, RenderError> {
        let text = fold::whole(&self.render_text(message, dialect)?);
        // Without its tags a text is the plain one, but for a link, whose address only the plain dialect spells out.
        let plain = match dialect {
            Dialect::Plain => text.clone(),
            _ if text.contains("<a ") => fold::whole(&self.render_text(message, Dialect::Plain)?),
            _ => visible(&text, dialect),
        };
        Ok(Rendered { text, plain })
    }

    /// Writes what an answer shows at first: at most [`HEAD_LINES`] lines, with the word whether there is more. The
    /// page holds that, too, and unfolds it.
    ///
    /// # Errors
    /// As [`Messages::render`].
    pub fn head(&self, message: &Message, dialect: Dialect) -> Result<(Rendered, bool), RenderError> {
        let folded = fold::fold(&self.render_text(message, dialect)?, dialect);
        let Some(rest) = folded.rest else { return Ok((self.render(message, dialect)?, false)) };
        let behind = match dialect == Dialect::WebHtml {
            true => format!("<details><summary>{}</summary>\n{rest}</details>", dialect.escape(MORE_LABEL)),
            false => self.render_text(&Message::More, dialect)?,
        };
        let text = on_the_page(format!("{}\n{behind}", folded.head), dialect);
        let plain = visible(&text, dialect);
        Ok((Rendered { text, plain }, true))
    }

    /// Writes what [`Messages::head`] left out, under the first line of the whole; of an answer that left nothing out,
    /// the whole.
    ///
    /// # Errors
    /// As [`Messages::render`].
    pub fn rest(&self, message: &Message, dialect: Dialect) -> Result<Rendered, RenderError> {
        let folded = fold::fold(&self.render_text(message, dialect)?, dialect);
        let Some(rest) = folded.rest else { return self.render(message, dialect) };
        let first = folded.head.lines().next().unwrap_or_default();
        let title = self.render_text(&view::rest(&visible(first, dialect)).into(), dialect)?;
        let text = format!("{title}\n{rest}");
        let plain = visible(&text, dialect);
        Ok(Rendered { text, plain })
    }

    fn render_text(&self, message: &Message, dialect: Dialect) -> Result<String, RenderError> {
        self.text(message, dialect)
            .map_err(|failure| RenderError { message: message.name(), what: failure.to_string() })
    }

    /// One contradiction as a sentence without marks: the `detail` of `audit --json`.
    ///
    /// # Errors
    /// As [`Messages::render`].
    pub fn finding_sentence(&self, lookup: Lookup<'_>, finding: &Finding) -> Result<String, RenderError> {
        let message = Message::Finding(view::finding(lookup, finding));
        self.render(&message, Dialect::Plain).map(|rendered| rendered.plain)
    }

    fn text(&self, message: &Message, dialect: Dialect) -> Result<String, Failure> {
        let view = message.values()?;
        let registry = self.registries.iter().find(|(own, _)| *own == dialect).map(|(_, registry)| registry);
        let Some(registry) = registry else { return Ok(String::new()) };
        let text = on_the_page(tidy(&registry.render(message.name(), &view)?), dialect);
        Ok(if dialect == Dialect::ZaloMarkdown { markdown::guard(&text) } else { text })
    }
}

/// The page shows line breaks: one at the end of a heading is none, one behind it an empty line.
fn on_the_page(text: String, dialect: Dialect) -> String {
    if dialect == Dialect::WebHtml { text.replace("</summary>\n", "\n</summary>") } else { text }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Values(#[from] serde_json::Error),
    #[error(transparent)]
    Template(#[from] handlebars::RenderError),
}

/// No blanks at line ends, no empty line twice, none at the start or the end: what optional lines of a template leave.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_lines_leave_no_holes() {
        assert_eq!(tidy("\n\na  \n\n\nb\n \n"), "a\n\nb");
        assert_eq!(tidy(" \n"), "");
    }

    #[test]
    fn no_field_of_a_view_is_shadowed_by_a_helper() {
        for sample in samples().unwrap() {
            let values = sample.message.values().unwrap();
            assert_eq!(lint::shadowed(&values), Vec::<String>::new(), "{}", sample.name);
        }
    }
}
