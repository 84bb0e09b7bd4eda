//! Organisational units ("cơ quan, đơn vị") and their tiers.

use crate::domain::indicator::code;
use chrono::NaiveDate;

code!(
    /// The code of a unit, for example `so-tu-phap`.
    UnitCode,
    "a unit"
);
code!(
    /// The code of a tier, for example `provincial`.
    TierCode,
    "a tier"
);

/// A tier ("cấp"): units are ranked and averaged only within one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Its code.
    pub code: TierCode,
    /// What people read: "Cấp tỉnh".
    pub name: String,
    /// Folded fragments by which a table's title or a tier cell names this tier.
    pub headings: Vec<String>,
}

/// A unit as the catalog describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgUnit {
    /// Its code; never reused for a successor.
    pub code: UnitCode,
    /// Its name as the figures and the messages write it.
    pub name: String,
    /// What distinguishes it from another unit of the same name, for people: "bộ phận cấp xã". Empty for most.
    pub qualifier: String,
    /// Its tier.
    pub tier: TierCode,
    /// Other spellings: abbreviations, old names.
    pub aliases: Vec<String>,
    /// First day of its existence, if known.
    pub valid_from: Option<NaiveDate>,
    /// Last day of its existence, if it has ended.
    pub valid_to: Option<NaiveDate>,
    /// Units that carry on its work after `valid_to`.
    pub successors: Vec<UnitCode>,
}

impl OrgUnit {
    /// Whether the unit exists on a day.
    #[must_use]
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// The name with its qualifier where it has one: "UBND huyện An Lão (các xã)".
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.qualifier.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.qualifier) }
    }
}

/// What an average or a ranking covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All units of the catalog ("toàn tỉnh").
    Whole,
    /// The units of one tier.
    Tier(TierCode),
}

impl Scope {
    /// The word in JSON and in the database: `province` or the tier's code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Whole => "province",
            Self::Tier(code) => code.as_str(),
        }
    }
}
