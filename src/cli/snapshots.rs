//! `snapshots`: every reading of a month with number, source, hash and time, and what became of it.

use crate::cli::figures::snapshot;
use crate::cli::{Done, PeriodArgs, out, out_json};
use crate::domain::period::{day_vi, in_vietnam};
use crate::domain::snapshot::SnapshotState;
use crate::service::evaluate::Evaluation;
use crate::service::{Context, ServiceError};
use crate::store::SnapshotRecord;
use anyhow::{Result, anyhow};
use serde_json::{Value, json};

/// `snapshots`: the log of a month, or of the newest one.
///
/// # Errors
/// No figures, or the database's.
pub async fn snapshots(context: &Context, args: &PeriodArgs) -> Result<Done> {
    let period = match args.period {
        Some(period) => period,
        None => snapshot(context, None).await?.period,
    };
    let log = context.store.snapshot_log(period).await.map_err(ServiceError::from)?;
    if log.is_empty() {
        return Err(anyhow!("--period: there are no figures of {period}; import them first: chitieu import FILE"));
    }
    let current = context.store.current(Some(period)).await.map_err(ServiceError::from)?;
    let is_current = |record: &SnapshotRecord| current.as_ref().is_some_and(|c| c.id == record.header.id);
    if !args.json {
        out(&format!("{}: {} lần cập nhật", period.name_vi(), log.len()));
        for record in &log {
            out(&line(record, is_current(record)));
        }
        return Ok(Done::Well);
    }
    let mut rows = Vec::new();
    for record in &log {
        let mut row = row(record, is_current(record));
        let coverage = Evaluation::of(context, &record.header).await?.coverage(context);
        row["coverage"] = json!({
            "units": coverage.units, "all_units": coverage.all_units,
            "indicators": coverage.indicators, "all_indicators": coverage.all_indicators,
        });
        rows.push(row);
    }
    out_json(&json!({"period": period.to_string(), "snapshots": rows}));
    Ok(Done::Well)
}

const fn state(record: &SnapshotRecord) -> (&'static str, &'static str) {
    match record.header.state {
        SnapshotState::Recorded => ("recorded", "mới ghi"),
        SnapshotState::Published => ("published", "đã công bố"),
        SnapshotState::Held => ("held", "tạm giữ"),
    }
}

fn words(record: &SnapshotRecord) -> Vec<&str> {
    record.held_for.iter().flat_map(|words| words.split(',')).collect()
}

fn row(record: &SnapshotRecord, current: bool) -> Value {
    let header = &record.header;
    json!({
        "snapshot": header.number, "as_of": header.as_of.to_string(), "sample": header.sample,
        "source": header.source, "hash": record.hash, "state": state(record).0, "current": current,
        "recorded_at": in_vietnam(header.recorded_at).to_rfc3339(),
        "decided_at": record.decided_at.map(|at| in_vietnam(at).to_rfc3339()),
        "doubted_for": words(record), "observations": record.observations,
    })
}

fn line(record: &SnapshotRecord, current: bool) -> String {
    let header = &record.header;
    let recorded = in_vietnam(header.recorded_at);
    let mut parts = vec![
        format!("số {}", header.number),
        format!("số liệu đến {}", day_vi(header.as_of)),
        format!("ghi lúc {} ngày {}", recorded.format("%-H:%M"), day_vi(recorded.date_naive())),
        state(record).1.to_owned(),
        format!("{} số liệu", record.observations),
        format!("mã {}", record.hash.get(..12).unwrap_or(&record.hash)),
        format!("nguồn {}", header.source),
    ];
    if current {
        parts.insert(4, "đang dùng".to_owned());
    }
    if record.held_for.is_some() {
        parts.push(format!("nghi vấn: {}", words(record).join(", ")));
    }
    format!("- {}", parts.join(" · "))
}
