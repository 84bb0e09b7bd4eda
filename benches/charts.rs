//! How long a picture takes, from assessed figures to a PNG: `cargo bench --bench charts` prints the table of
//! `docs/PERFORMANCE.md`. The promise is 100 ms a picture.

use anyhow::{Context as _, Result};
use chitieu::catalog::Catalog;
use chitieu::chart::{HeatInput, Picture, TrendInput, TrendPoint, TrendValue, heat, png, trend};
use chitieu::domain::assessment::{Figures, assess};
use chitieu::domain::observation::{Observation, Reading};
use chitieu::domain::org_unit::{OrgUnit, UnitCode};
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::rate::{Percent, Rate};
use chitieu::domain::snapshot::{SnapshotHeader, SnapshotState};
use std::time::{Duration, Instant};

/// How often each picture is drawn.
const TIMES: u32 = 20;

fn main() -> Result<()> {
    println!("| picture | pixels | SVG | PNG | write the SVG | draw the PNG | longest |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let catalog = Catalog::embedded().map_err(|error| anyhow::anyhow!("{error}"))?;
    let many: Vec<OrgUnit> = (0..149)
        .map(|n| {
            let unit = &catalog.units[n % catalog.units.len()];
            let code = UnitCode::parse(&format!("unit-{n}")).context("a code")?;
            Ok(OrgUnit { code, name: format!("{} số {n} có tên dài hơn một dòng", unit.name), ..unit.clone() })
        })
        .collect::<Result<_>>()?;
    for (name, units) in [("heat table, 40 units", &catalog.units), ("heat table, a page of 149 units", &many)] {
        measure(name, &|| table(&catalog, units))?;
    }
    measure("13 months of a figure", &months)
}

/// The first page of a heat table over made-up figures.
fn table(catalog: &Catalog, units: &[OrgUnit]) -> Result<Picture> {
    let period = ReportingPeriod::parse("2023-07")?;
    let header = SnapshotHeader {
        id: "bench".to_owned(),
        number: 1,
        period,
        as_of: period.last_day(),
        sample: true,
        source: String::new(),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        state: SnapshotState::Published,
    };
    let cell = |n: usize, unit: &OrgUnit, indicator: &chitieu::domain::indicator::Indicator| {
        let part = u64::try_from(n * 37 % 101).unwrap_or(0);
        Observation {
            unit: unit.code.clone(),
            indicator: indicator.code.clone(),
            numerator: Reading::Value(part),
            denominator: Reading::Value(100),
            rate: Reading::Value(Percent::whole(u16::try_from(part).unwrap_or(0))),
            basis: indicator.basis.clone(),
        }
    };
    let observations: Vec<Observation> = units
        .iter()
        .enumerate()
        .flat_map(|(n, unit)| catalog.indicators.iter().enumerate().map(move |(m, i)| cell(5 * n + m, unit, i)))
        .collect();
    let book = catalog.target_book(Vec::new());
    let yardstick = chitieu::domain::assessment::Yardstick { units, ..catalog.yardstick(&book) };
    let figures = Figures { header: &header, observations: &observations };
    let period = assess(yardstick, figures, None);
    let input = HeatInput {
        organisation: "tỉnh Bình Định",
        tiers: &catalog.tiers,
        units,
        indicators: &catalog.indicators,
        period: &period,
    };
    heat(input).into_iter().next().context("a page")
}

fn months() -> Result<Picture> {
    let mut points = Vec::new();
    let mut period = Some(ReportingPeriod::parse("2023-07")?);
    for n in 0..13 {
        let this = period.context("a month")?;
        points.push(TrendPoint {
            period: this,
            open: n == 0,
            sample: true,
            value: TrendValue::Rate(Rate::Published(Percent::whole(30 + 5 * n % 60))),
            target: Some(Percent::whole(60)),
            other_basis: n == 6,
        });
        period = this.previous();
    }
    points.reverse();
    Ok(trend(TrendInput {
        unit: "UBND huyện Vĩnh Thạnh (cấp huyện)", indicator: "Hồ sơ trực tuyến", points: &points
    }))
}

fn measure(name: &str, make: &dyn Fn() -> Result<Picture>) -> Result<()> {
    // The fonts are read once, by whoever comes first.
    png(&make()?)?;
    let (mut writing, mut drawing, mut longest, mut size) = (Duration::ZERO, Duration::ZERO, Duration::ZERO, 0);
    let mut last = make()?;
    for _ in 0..TIMES {
        let began = Instant::now();
        last = make()?;
        let written = began.elapsed();
        size = png(&last)?.len();
        let all = began.elapsed();
        writing += written;
        drawing += all - written;
        longest = longest.max(all);
    }
    let millis = |span: Duration| format!("{:.1} ms", span.as_secs_f64() * 1_000.0);
    println!(
        "| {name} | {} × {} | {} kB | {} kB | {} | {} | {} |",
        last.width,
        last.height,
        last.svg.len() / 1_000,
        size / 1_000,
        millis(writing / TIMES),
        millis(drawing / TIMES),
        millis(longest)
    );
    Ok(())
}
