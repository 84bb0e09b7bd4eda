//! `preview`, `link`, `outbox`, `templates check`.

use crate::cli::actions::act;
use crate::cli::figures::snapshot;
use crate::cli::{Done, LinkArgs, LinkRole, OutboxAction, OutboxArgs, PreviewArgs, PreviewChannel, out, out_json};
use crate::domain::alert::{NoticeKind, NotifyReason, UnitNotice};
use crate::domain::delivery::DeliveryState;
use crate::domain::lineage::successors;
use crate::domain::names::NameMatch;
use crate::domain::org_unit::{OrgUnit, UnitCode};
use crate::domain::period::in_vietnam;
use crate::domain::reminder::reminder;
use crate::domain::schedule::Occasion;
use crate::domain::subscription::{Medium, Role};
use crate::message::{Message, Messages, samples, split, view};
use crate::service::evaluate::Evaluation;
use crate::service::publish::notice_message;
use crate::service::{Context, dialect_of, limit_of, link, registry};
use crate::store::{OutboxFilter, OutboxRow, OutboxVerb, OutboxWord};
use anyhow::{Result, anyhow};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::path::Path;

/// Rows that `outbox` lists.
const MOST_ROWS: u32 = 200;

/// `preview`: with the real figures where there are some and the message speaks of figures, else with the sample that
/// the start-up check uses.
///
/// # Errors
/// An unknown message or unit, or the database's.
pub async fn preview(context: &Context, args: &PreviewArgs) -> Result<Done> {
    let name = args.message.as_str();
    if !Message::NAMES.contains(&name) {
        return Err(anyhow!("`{name}` is not a message; known: {}", Message::NAMES.join(", ")));
    }
    let message = match from_figures(context, args).await? {
        Some(message) => message,
        None => {
            tracing::info!(message = name, "shown with the sample of the start-up check");
            let all = samples().map_err(|error| anyhow!("samples: {error}"))?;
            let sample = all.into_iter().find(|s| s.message.name() == name);
            sample.ok_or_else(|| anyhow!("`{name}` has no sample"))?.message
        }
    };
    let medium = match args.channel {
        PreviewChannel::Telegram => Medium::Telegram,
        PreviewChannel::Zalo => Medium::ZaloBot,
        PreviewChannel::Web => Medium::Web,
    };
    let dialect = dialect_of(medium);
    let text = match message.folds() {
        true => context.messages.head(&message, dialect)?.0.text,
        false => context.messages.render(&message, dialect)?.text,
    };
    let parts = limit_of(medium).map_or_else(|| vec![text.clone()], |limit| split(&text, dialect, limit));
    out(&parts.join("\n────────\n"));
    Ok(Done::Well)
}

fn one_unit<'a>(context: &'a Context, name: &str, option: &str, day: NaiveDate) -> Result<&'a OrgUnit> {
    let listed = |units: Vec<UnitCode>| -> String {
        let named = units.iter().filter_map(|code| context.catalog.unit(code));
        named.map(|unit| format!("{} ({})", unit.code, unit.full_name())).collect::<Vec<_>>().join(", ")
    };
    match registry::find(context, name, day) {
        NameMatch::One(units) if units.len() == 1 => {
            units.first().and_then(|code| context.catalog.unit(code)).ok_or_else(|| anyhow!("{option}: no such unit"))
        }
        NameMatch::One(units) => Err(anyhow!("{option}: `{name}` names several units; give a code: {}", listed(units))),
        NameMatch::Ambiguous(suggestions) | NameMatch::Unknown(suggestions) => {
            let near: Vec<UnitCode> = suggestions.into_iter().flat_map(|s| s.units).collect();
            let meant = if near.is_empty() { String::new() } else { format!("; perhaps: {}", listed(near)) };
            Err(anyhow!("{option}: `{name}` names no unit{meant}"))
        }
    }
}

/// A chat of a unit that has ended would hear nothing: whoever carries on its work is meant.
fn still_there(context: &Context, unit: &OrgUnit, day: NaiveDate) -> Result<()> {
    let next = successors(&context.catalog.units, unit, day);
    match unit.valid_to {
        Some(last) if last < day && !next.is_empty() => {
            let codes: Vec<&str> = next.iter().map(|unit| unit.code.as_str()).collect();
            let heirs = codes.join(", ");
            Err(anyhow!("--unit: {} ended on {last}; its work went to {heirs}: give that code", unit.code))
        }
        _ => Ok(()),
    }
}

async fn from_figures(context: &Context, args: &PreviewArgs) -> Result<Option<Message>> {
    let speaks_of_figures = ["bulletin", "recovered", "no_data", "reminder", "digest", "status", "targets", "audit"];
    if !speaks_of_figures.contains(&args.message.as_str()) || context.store.current(args.period).await?.is_none() {
        return Ok(None);
    }
    let header = snapshot(context, args.period).await?;
    let evaluation = Evaluation::of(context, &header).await?;
    let lookup = context.lookup();
    Ok(Some(match args.message.as_str() {
        "digest" => view::digest(lookup, &evaluation.digest(context), &evaluation.findings(context)).into(),
        "audit" => view::audit(lookup, &header, &evaluation.findings(context)).into(),
        message => {
            let unit = match &args.unit {
                Some(name) => one_unit(context, name, "--unit", registry::present_day(context).await?)?,
                None => context.catalog.units.first().ok_or_else(|| anyhow!("the catalog has no units"))?,
            };
            let days = evaluation.working_days_left(context);
            match message {
                "status" => view::status(lookup, &evaluation.period, std::slice::from_ref(&unit.code), days).into(),
                "reminder" => match reminder(&evaluation.period, &unit.code, |_| None) {
                    Some(missed) => {
                        let mut all = context.catalog.schedules.schedules.iter();
                        let own = all.find(|schedule| schedule.occasion == Occasion::Reminder);
                        let words = own.map_or_else(String::new, |schedule| schedule.form.describe_vi());
                        view::reminder(lookup, &evaluation.period, &missed, words, days).into()
                    }
                    // Everything is reached: there would be none.
                    None => return Ok(None),
                },
                "targets" => view::targets(lookup, &evaluation.book, &[unit], header.period).into(),
                _ => {
                    let (kind, reason) = match message {
                        "recovered" => (NoticeKind::Recovered, NotifyReason::Recovered),
                        "no_data" => (NoticeKind::NoData, NotifyReason::NoData),
                        _ => (NoticeKind::Bulletin, NotifyReason::FirstMissed),
                    };
                    let met = evaluation.period.of_unit(&unit.code);
                    let met = met.filter(|a| a.rating == crate::domain::assessment::Rating::Met);
                    let recovered = if kind == NoticeKind::Recovered {
                        met.map(|a| a.indicator.clone()).collect()
                    } else {
                        Vec::new()
                    };
                    let key = "preview".to_owned();
                    let (unit, because) = (unit.code.clone(), Vec::new());
                    let notice = UnitNotice { unit, kind, reason, because, recovered, key };
                    notice_message(context, &evaluation, &notice)
                }
            }
        }
    }))
}

/// `link`.
///
/// # Errors
/// A name that does not name one unit, or the database's.
pub async fn link(context: &Context, args: &LinkArgs) -> Result<Done> {
    let (role, whom) = match (&args.unit, args.role) {
        (Some(name), _) => {
            let day = registry::present_day(context).await?;
            let unit = one_unit(context, name, "--unit", day)?;
            still_there(context, unit, day)?;
            (Role::Unit(unit.code.clone()), unit.full_name())
        }
        (None, Some(LinkRole::Leader)) => (Role::Leader, "lãnh đạo".to_owned()),
        (None, Some(LinkRole::Office)) => (Role::Office, context.catalog.organisation.office.clone()),
        (None, None) => return Err(anyhow!("give --unit U or --role leader|office")),
    };
    let act = act("link", role.unit().map_or_else(|| role.word().to_owned(), ToString::to_string), "code_issued");
    let issued = link::issue_by(context, &role, Some(&act)).await?;
    let until = in_vietnam(issued.expires_at);
    if args.json {
        out_json(&json!({"code": issued.code, "expires_at": until.to_rfc3339()}));
    } else {
        out(&format!("Mã cho {whom}: {} (dùng một lần, đến {})", issued.code, until.format("%H:%M %d/%m/%Y")));
        out(&format!("Trong nhóm chat, gõ: /dangky {}", issued.code));
    }
    Ok(Done::Well)
}

/// `outbox`.
///
/// # Errors
/// An id that is not there, or the database's.
pub async fn outbox(context: &Context, args: &OutboxArgs) -> Result<Done> {
    let now = context.now();
    let (Some(OutboxAction::Retry { id }) | Some(OutboxAction::Drop { id })) = &args.action else {
        return list(context, args.json).await;
    };
    // What the office reads in a chat is the end of an id.
    let id = &context.store.open_delivery_ending(id).await?.unwrap_or_else(|| id.clone());
    let (verb, command, outcome) = match &args.action {
        Some(OutboxAction::Drop { .. }) => (OutboxVerb::Drop, "outbox drop", "dropped"),
        _ => (OutboxVerb::Retry, "outbox retry", "queued"),
    };
    let act = act(command, id.clone(), outcome);
    let changed = context.store.outbox_decide(OutboxWord { id, verb, inbound: None, act: Some(&act), now }).await?;
    if args.json {
        out_json(&json!({"id": id, "changed": changed}));
    } else if changed {
        out("Đã thực hiện.");
    } else {
        out(&format!("{id}: không có tin nào như vậy đang chờ quyết định (xem: chitieu outbox list)"));
    }
    Ok(Done::problems(!changed))
}

async fn list(context: &Context, as_json: bool) -> Result<Done> {
    let open = [DeliveryState::Waiting, DeliveryState::Sending, DeliveryState::Failed, DeliveryState::Unknown];
    let filter = OutboxFilter { states: open.to_vec(), lane: None, chat_id: None, limit: MOST_ROWS };
    let rows = context.store.outbox(filter).await?;
    let troubled = rows.iter().any(|r| matches!(r.state, DeliveryState::Failed | DeliveryState::Unknown));
    if as_json {
        out_json(&json!({"rows": rows.iter().map(row_json).collect::<Vec<_>>()}));
    } else if rows.is_empty() {
        out("Không có tin nào đang chờ, lỗi hoặc chưa rõ kết quả.");
    } else {
        for row in &rows {
            let state = match row.state {
                DeliveryState::Failed => "lỗi",
                DeliveryState::Unknown => "chưa rõ kết quả",
                DeliveryState::Sending => "đang gửi",
                _ => "đang chờ",
            };
            let next = row
                .next_attempt_at
                .map_or_else(|| "-".to_owned(), |at| in_vietnam(at).format("%d/%m %H:%M:%S").to_string());
            let why = row.last_error.as_deref().unwrap_or("-");
            let again = if row.repeated > 0 { format!(" · gửi lại {}", row.repeated) } else { String::new() };
            out(&format!(
                "{} · {state} · {} · {} · lần thử {}{again} · {next} · {why}",
                row.id, row.chat_title, row.kind, row.attempts
            ));
        }
    }
    Ok(Done::problems(troubled))
}

fn row_json(row: &OutboxRow) -> Value {
    json!({
        "id": row.id, "chat": row.chat_title, "lane": row.lane, "kind": row.kind, "reason": row.reason,
        "state": row.state.as_str(), "attempts": row.attempts, "repeated": row.repeated, "last_error": row.last_error,
        "created_at": in_vietnam(row.created_at).to_rfc3339(),
        "next_attempt_at": row.next_attempt_at.map(|at| in_vietnam(at).to_rfc3339()),
        "paused": row.chat_paused,
    })
}

/// `templates check`.
///
/// # Errors
/// Never: problems are the result.
pub fn templates_check(dir: Option<&Path>) -> Result<Done> {
    let loaded = match dir {
        Some(dir) => Messages::load(dir),
        None => Messages::embedded().and_then(|messages| {
            let problems = messages.check();
            if problems.is_empty() { Ok(messages) } else { Err(problems) }
        }),
    };
    match loaded {
        Ok(_) => {
            out(&format!("{} mẫu tin đều hiển thị được.", Message::NAMES.len()));
            Ok(Done::Well)
        }
        Err(problems) => {
            for problem in &problems {
                out(&problem.to_string());
            }
            Ok(Done::WithProblems)
        }
    }
}
