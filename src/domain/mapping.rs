//! Mappings: where the figures stand in the answer of a system that has a form of its own.
//!
//! An office writes them into `catalog/mappings.toml`; a new API needs no code. These are only the words of a mapping:
//! the readers follow them.

use crate::domain::indicator::IndicatorCode;

/// What the bytes of the system's answers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingForm {
    /// JSON.
    Json,
    /// A table of delimited values with one row of headings.
    Table,
}

/// One step on the way to the rows of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the field of an object.
    Field(String),
    /// Into every element of a list.
    Each,
    /// Into every value of an object; its key can be asked for by the field name `{}`.
    EachValue,
}

/// A way such as `data.items[].metrics[]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way(pub Vec<Step>);

impl Way {
    /// No way needs more steps.
    pub const MAX_STEPS: usize = 32;

    /// Reads `data.items[].metrics[]`, `metrics{}`, or `[]` for a document that is itself a list.
    ///
    /// None when it has another form or too many steps.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let mut name = part.trim();
            let mut repeated = Vec::new();
            loop {
                let step = if let Some(rest) = name.strip_suffix("[]") {
                    (rest, Step::Each)
                } else if let Some(rest) = name.strip_suffix("{}") {
                    (rest, Step::EachValue)
                } else {
                    break;
                };
                name = step.0;
                repeated.push(step.1);
            }
            if name.contains(['[', ']', '{', '}']) || (name.is_empty() && repeated.is_empty()) {
                return None;
            }
            if !name.is_empty() {
                steps.push(Step::Field(name.to_owned()));
            }
            steps.extend(repeated.into_iter().rev());
        }
        (!steps.is_empty() && steps.len() <= Self::MAX_STEPS).then_some(Self(steps))
    }
}

/// The names of the fields (or headings) that hold what is needed. In JSON a name may be a way (`department.code`). Unit and
/// time are looked for in the row first, then in the objects around it; figures in the row alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedFields {
    /// The unit's code in that system: an alias of the unit in `units.toml`.
    pub unit_code: Option<String>,
    /// The unit's name.
    pub unit_name: Option<String>,
    /// The month.
    pub period: Option<String>,
    /// The last day that the figures cover.
    pub as_of: Option<String>,
    /// Whether the figures are made up.
    pub sample: Option<String>,
    /// Long form: which indicator the row speaks of.
    pub indicator: Option<String>,
    /// Long form: files that comply.
    pub numerator: Option<String>,
    /// Long form: all files that count.
    pub denominator: Option<String>,
    /// Long form: the rate in percent.
    pub ratio: Option<String>,
    /// Long form: the score.
    pub score: Option<String>,
}

/// How the answers of one system are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// What people call the system.
    pub name: String,
    /// What its bytes are.
    pub form: MappingForm,
    /// JSON: the way to the rows. Empty for a table.
    pub rows: Way,
    /// Where what is needed stands.
    pub fields: MappedFields,
    /// Long form: that system's codes, each with the indicator that is meant. Several may mean one: `CLGQ` and `ONLINE`.
    pub codes: Vec<(String, IndicatorCode)>,
    /// Wide form: fields, each with the indicator whose score (or rate) it holds.
    pub columns: Vec<(String, IndicatorCode)>,
    /// Long form: codes that are known and not wanted.
    pub skip: Vec<String>,
    /// What that system appends to names: "- tỉnh Gia Lai".
    pub suffixes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_read() {
        let field = |name: &str| Step::Field(name.to_owned());
        let way = |text: &str| Way::parse(text).map(|way| way.0);
        assert_eq!(
            way("data.items[].metrics[]"),
            Some(vec![field("data"), field("items"), Step::Each, field("metrics"), Step::Each])
        );
        assert_eq!(way("[]"), Some(vec![Step::Each]));
        assert_eq!(way("metrics{}[]"), Some(vec![field("metrics"), Step::EachValue, Step::Each]));
        for wrong in ["", "a..b", "a[0]", "[].", "a]b", &"[]".repeat(33)] {
            assert_eq!(way(wrong), None, "{wrong}");
        }
    }
}
