//! The words of the catalog that the binary carries.

use chitieu::catalog::Catalog;
use chitieu::domain::indicator::Indicator;
use chitieu::domain::org_unit::{OrgUnit, Tier};
use chitieu::ingest::Vocabulary;
use std::sync::LazyLock;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().expect("the embedded catalog is valid"));

/// Words of Bình Định, 2023, for a test to change.
#[derive(Clone)]
pub struct Words {
    pub tiers: Vec<Tier>,
    pub units: Vec<OrgUnit>,
    pub indicators: Vec<Indicator>,
    pub report_decision: String,
}

impl Words {
    pub fn binh_dinh() -> Self {
        let Catalog { tiers, units, indicators, report_decision, .. } = &*CATALOG;
        Self {
            tiers: tiers.clone(),
            units: units.clone(),
            indicators: indicators.clone(),
            report_decision: report_decision.clone(),
        }
    }

    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary {
            tiers: &self.tiers,
            units: &self.units,
            indicators: &self.indicators,
            mappings: &[],
            report_decision: &self.report_decision,
        }
    }
}
