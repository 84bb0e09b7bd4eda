//! `import`, `status`, `digest`, `audit`.

use crate::cli::actions::act;
use crate::cli::{Done, ImportArgs, PeriodArgs, StatusArgs, json, out, out_json};
use crate::domain::names::NameMatch;
use crate::domain::org_unit::OrgUnit;
use crate::domain::period::ReportingPeriod;
use crate::domain::snapshot::SnapshotHeader;
use crate::ingest::{Hints, MAX_FILE_BYTES};
use crate::message::{Dialect, Message, view};
use crate::service::evaluate::Evaluation;
use crate::service::import::{InputFile, ReadFiles, RecordedImport, issue_line, read_files, record};
use crate::service::{Context, ServiceError, publish, registry};
use anyhow::{Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

/// Reads a file, but never more than a reader takes: one byte over the limit is enough to be refused.
pub(super) fn load(path: &Path) -> Result<InputFile> {
    let named = |error: std::io::Error| anyhow!("{}: {error}", path.display());
    let file = std::fs::File::open(path).map_err(named)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(named)?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    Ok(InputFile { name, bytes })
}

/// A spinner on a terminal; nothing where standard error is a file.
pub(super) fn spinner(words: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    // A template without placeholders for numbers cannot be wrong; the default one would do as well.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(words);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// `import`: reads, records, decides and queues.
///
/// # Errors
/// A file that cannot be opened (before anything is stored), or the database's.
pub async fn import(context: &Context, args: &ImportArgs) -> Result<Done> {
    let files = args.files.iter().map(|path| load(path)).collect::<Result<Vec<_>>>()?;
    let hints = Hints { period: args.period, as_of: args.as_of };
    let bar = spinner("đang đọc và ghi số liệu");
    let read = read_files(context, &files, &hints);
    if args.dry_run {
        bar.finish_and_clear();
        report_dry(&read, args.json);
        return Ok(Done::problems(read.has_errors() || read.contents.is_empty()));
    }
    let recorded = record(context, &read).await?;
    let published = publish::step(context).await?;
    for r in recorded.iter().filter(|r| !r.unchanged) {
        let detail = format!("{} → {}, lần cập nhật {}", r.header.source, r.header.period.name_vi(), r.header.number);
        let outcome = if published.held.contains(&r.header.id) { "held" } else { "recorded" };
        context.store.act(&act("import", detail, outcome), context.now()).await?;
    }
    bar.finish_and_clear();
    let held = |r: &RecordedImport| published.held.contains(&r.header.id);
    let any_held = recorded.iter().any(held);
    let mut doubts = Vec::new();
    for r in &recorded {
        let words = if held(r) { context.store.doubt_of(&r.header.id).await? } else { None };
        doubts.push(words.unwrap_or_default());
    }
    if args.json {
        let rows: Vec<Value> =
            recorded.iter().zip(&doubts).map(|(r, words)| snapshot_json(r, held(r), words)).collect();
        let mut document = rows.last().cloned().unwrap_or_else(|| {
            json!({"period": null, "as_of": null, "snapshot": null, "observations": 0, "unchanged": false, "held": false})
        });
        document["rows"] = json!(read.rows);
        document["issues"] = read.issues.iter().map(json::issue).collect();
        document["messages"] = json!(published.queued);
        document["snapshots"] = json!(rows);
        out_json(&document);
    } else {
        for (r, words) in recorded.iter().zip(&doubts) {
            out(&sentence(r, held(r), words));
        }
        if published.queued > 0 {
            out(&format!("Đã xếp {} tin vào hàng đợi.", published.queued));
        }
        list_issues(&read);
    }
    Ok(Done::problems(read.has_errors() || any_held || recorded.is_empty()))
}

fn snapshot_json(r: &RecordedImport, held: bool, doubted_for: &str) -> Value {
    let doubted_for: Vec<&str> = doubted_for.split(',').filter(|word| !word.is_empty()).collect();
    json!({
        "doubted_for": doubted_for,
        "period": r.header.period.to_string(), "as_of": r.header.as_of.to_string(), "snapshot": r.header.number,
        "observations": r.observations, "unchanged": r.unchanged, "held": held, "sample": r.header.sample,
    })
}

fn sentence(r: &RecordedImport, held: bool, doubted_for: &str) -> String {
    let what = if r.unchanged {
        "không thay đổi so với lần trước".to_owned()
    } else if held {
        format!("đã ghi nhưng TẠM GIỮ vì số liệu bất thường ({doubted_for}); văn phòng kiểm tra rồi gõ /xacnhan")
    } else {
        "đã ghi".to_owned()
    };
    let day = crate::domain::period::day_vi(r.header.as_of);
    let (period, number, count) = (r.header.period.name_vi(), r.header.number, r.observations);
    format!("{period}, số liệu đến {day}: lần cập nhật {number}, {count} số liệu – {what}.")
}

fn list_issues(read: &ReadFiles) {
    if !read.issues.is_empty() {
        out(&format!("Có {} vấn đề:", read.issues.len()));
        for issue in &read.issues {
            out(&format!("- {}", issue_line(issue)));
        }
    }
}

fn report_dry(read: &ReadFiles, as_json: bool) {
    let observations = |n: usize| read.contents.get(n).map_or(0, |(c, _)| c.observations.len());
    let last = read.contents.len().saturating_sub(1);
    if as_json {
        let content = read.contents.last().map(|(c, _)| c);
        out_json(&json!({
            "period": content.map(|c| c.period.to_string()), "as_of": content.map(|c| c.as_of.to_string()),
            "snapshot": null, "rows": read.rows, "observations": observations(last),
            "unchanged": false, "held": false, "dry_run": true,
            "issues": read.issues.iter().map(json::issue).collect::<Vec<_>>(),
        }));
        return;
    }
    for (content, source) in &read.contents {
        let (period, day) = (content.period.name_vi(), crate::domain::period::day_vi(content.as_of));
        let count = content.observations.len();
        out(&format!("{source}: {period}, số liệu đến {day}, {count} số liệu (đọc thử, không ghi)."));
    }
    list_issues(read);
}

/// The snapshot of a month, or of the newest one.
///
/// # Errors
/// When there are no figures: one line that says what to do.
pub async fn snapshot(context: &Context, period: Option<ReportingPeriod>) -> Result<SnapshotHeader> {
    let found = context.store.current(period).await.map_err(ServiceError::from)?;
    found.ok_or_else(|| match period {
        Some(period) => anyhow!("--period: there are no figures of {period}; import them first: chitieu import FILE"),
        None => anyhow!("there are no figures yet; import some first: chitieu import FILE"),
    })
}

fn plain(context: &Context, message: &Message) -> Result<String> {
    Ok(context.messages.render(message, Dialect::Plain)?.text)
}

/// `status`.
///
/// # Errors
/// No figures, or the database's.
pub async fn status(context: &Context, args: &StatusArgs) -> Result<Done> {
    let name = args.name.join(" ");
    let present = registry::present_day(context).await?;
    let day = match args.period {
        Some(period) => {
            let header = context.store.current(Some(period)).await.map_err(ServiceError::from)?;
            header.map_or_else(|| period.last_day(), |header| header.as_of)
        }
        None => present,
    };
    let found = registry::find(context, &name, day);
    let units = match &found {
        NameMatch::One(units) => units,
        NameMatch::Ambiguous(suggestions) | NameMatch::Unknown(suggestions) => {
            let units: Vec<&OrgUnit> =
                suggestions.iter().flat_map(|s| &s.units).filter_map(|c| context.catalog.unit(c)).collect();
            if args.json {
                let row = |u: &&OrgUnit| json!({"code": u.code.as_str(), "name": u.name, "tier": u.tier.as_str()});
                let suggestions: Vec<Value> = units.iter().map(row).collect();
                out_json(&json!({"units": [], "asked": name, "suggestions": suggestions}));
            } else if matches!(found, NameMatch::Ambiguous(_)) {
                out(&plain(context, &view::ambiguous_unit(&name, &units).into())?);
            } else {
                out(&plain(context, &view::unknown_unit(&name, &units).into())?);
            }
            return Ok(Done::WithProblems);
        }
    };
    let header = snapshot(context, args.period).await?;
    let evaluation = Evaluation::of(context, &header).await?;
    let shown = registry::shown(context, &evaluation, units, present, args.period.is_some(), |_| true);
    let asked: Vec<&OrgUnit> = units.iter().filter_map(|code| context.catalog.unit(code)).collect();
    let nothing = view::unit_ended(context.lookup(), &asked, present, &name, false).filter(|_| shown.units.is_empty());
    if args.json {
        let mut document = json::status(context.lookup(), &evaluation.period, &shown.units);
        document["ended"] = asked.iter().filter_map(|unit| json::ended(context.lookup(), unit, present)).collect();
        out_json(&document);
    } else if let Some(nothing) = nothing {
        out(&plain(context, &nothing.into())?);
    } else {
        let days = evaluation.working_days_left(context);
        let view = view::status(context.lookup(), &evaluation.period, &shown.units, days).after(shown.ended);
        out(&plain(context, &view.into())?);
    }
    Ok(Done::Well)
}

/// `digest`.
///
/// # Errors
/// No figures, or the database's.
pub async fn digest(context: &Context, args: &PeriodArgs) -> Result<Done> {
    let header = snapshot(context, args.period).await?;
    let evaluation = Evaluation::of(context, &header).await?;
    let digest = evaluation.digest(context);
    if args.json {
        out_json(&json::digest(context.lookup(), &digest));
    } else {
        let findings = evaluation.findings(context);
        // All of it: a terminal has no "xem thêm".
        let message = Message::from(view::digest(context.lookup(), &digest, &findings));
        out(&context.messages.render(&message, Dialect::WebHtml)?.plain);
    }
    Ok(Done::Well)
}

/// `audit`: ends with 1 when there are findings.
///
/// # Errors
/// No figures, or the database's.
pub async fn audit(context: &Context, args: &PeriodArgs) -> Result<Done> {
    let header = snapshot(context, args.period).await?;
    let evaluation = Evaluation::of(context, &header).await?;
    let findings = evaluation.findings(context);
    let mut rows = Vec::new();
    for finding in &findings {
        let detail = context.messages.finding_sentence(context.lookup(), finding)?;
        rows.push((finding, detail));
    }
    if args.json {
        let mut document = json::head(&header);
        let rows: Vec<Value> = rows.iter().map(|(f, detail)| json::finding(f, detail)).collect();
        document.insert("findings".into(), json!(rows));
        out_json(&Value::Object(document));
    } else {
        out(&format!("{}, lần cập nhật {}: {} điểm cần kiểm tra", header.period.name_vi(), header.number, rows.len()));
        for (_, detail) in &rows {
            out(&format!("- {detail}"));
        }
    }
    Ok(Done::problems(!findings.is_empty()))
}
