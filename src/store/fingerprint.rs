//! When two readings say the same: a digest over what they mean, not over how the file looked.

use crate::domain::observation::Reading;
use crate::domain::rate::Percent;
use crate::domain::snapshot::SnapshotContent;
use crate::store::column::{absence, exact_text, full_score};
use sha2::{Digest as _, Sha256};

/// SHA-256 over a canonical form of a content, in hexadecimal. The order of rows does not count, nor does the number
/// of printed decimals (`60 %` is `60,0 %`), so that the same table as text and as a workbook is the same.
pub fn fingerprint(content: &SnapshotContent) -> String {
    let mut lines: Vec<String> = content
        .observations
        .iter()
        .map(|o| {
            let (numerator, denominator) = (count(o.numerator), count(o.denominator));
            let rate = figure(o.rate, figure_text);
            line(&["observation", o.unit.as_str(), o.indicator.as_str(), &numerator, &denominator, &rate, &o.basis])
        })
        .collect();
    lines.extend(content.targets.iter().map(|t| {
        let validity =
            |period: Option<_>| period.map_or(String::new(), |p: crate::domain::period::ReportingPeriod| p.to_string());
        let (from, to) = (validity(t.target.valid_from), validity(t.target.valid_to));
        let level = exact_text(t.target.level.exact());
        line(&["target", t.unit.as_str(), t.indicator.as_str(), &level, &t.target.decision, &from, &to])
    }));
    lines.extend(
        content
            .averages
            .iter()
            .map(|a| line(&["average", a.scope.as_str(), a.indicator.as_str(), &figure_text(a.rate)])),
    );
    lines.sort_unstable();
    let mut hash = Sha256::new();
    let head = [content.period.to_string(), content.as_of.to_string(), content.sample.to_string()];
    hash.update(line(&[&head[0], &head[1], &head[2]]));
    for line in &lines {
        hash.update(line);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A figure's value; of a score with the full score, so that six percent are not six points.
fn figure_text(figure: Percent) -> String {
    let value = exact_text(figure.exact());
    full_score(figure).map_or(value.clone(), |full| format!("{value}:{full}"))
}

/// Fields with their lengths, so that no two lists of fields make the same line.
fn line(fields: &[&str]) -> String {
    let mut line = String::new();
    for field in fields {
        line.push_str(&field.len().to_string());
        line.push(':');
        line.push_str(field);
    }
    line.push('\n');
    line
}

fn count(reading: Reading<u64>) -> String {
    figure(reading, |count| count.to_string())
}

fn figure<T: Copy>(reading: Reading<T>, write: impl Fn(T) -> String) -> String {
    match (reading, absence(&reading)) {
        (Reading::Value(value), _) => write(value),
        (_, absent) => absent.unwrap_or_default().to_owned(),
    }
}
