//! Names as people type them, over the 40 units of Bình Định and the 149 of Gia Lai: a reviewed table
//! (`names/queries.tsv`) of catalog, query and what it means.
//!
//! `= NAME + NAME`: these units and no others, with confidence. `? NAME | NAME`: a question back in which these stand.
//! `-`: no unit. Where the program asks back or does not know although one unit is meant, that is a miss, of which one
//! in a hundred is borne; another unit with confidence is none.

use chitieu::catalog::Catalog;
use chitieu::domain::names::{NameIndex, NameMatch, fold, named_indicator};
use chitieu::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use std::path::Path;

const TABLE: &str = include_str!("names/queries.tsv");

/// An office with its names.
struct Office {
    folder: &'static str,
    units: Vec<OrgUnit>,
    names: NameIndex,
}

/// The part of a catalog in which the names are; the rest of that of Gia Lai is read by its own tests.
#[derive(serde::Deserialize)]
struct Names {
    tier: Vec<NamedTier>,
    unit: Vec<NamedUnit>,
}

#[derive(serde::Deserialize)]
struct NamedTier {
    code: String,
    name: String,
    headings: Vec<String>,
}

#[derive(serde::Deserialize)]
struct NamedUnit {
    code: String,
    name: String,
    tier: String,
    #[serde(default)]
    qualifier: String,
    #[serde(default)]
    aliases: Vec<String>,
}

fn gia_lai() -> Office {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/gia-lai-766/units.toml");
    let text = std::fs::read_to_string(path).expect("the catalog of Gia Lai is there");
    let read: Names = toml::from_str(&text).expect("it is sound");
    let tiers = read.tier.into_iter().map(|tier| Tier {
        code: TierCode::parse(&tier.code).expect("a tier's code"),
        name: tier.name,
        headings: tier.headings,
    });
    let units = read.unit.into_iter().map(|unit| OrgUnit {
        code: UnitCode::parse(&unit.code).expect("a unit's code"),
        name: unit.name,
        qualifier: unit.qualifier,
        tier: TierCode::parse(&unit.tier).expect("a tier's code"),
        aliases: unit.aliases,
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
    });
    let (units, tiers): (Vec<OrgUnit>, Vec<Tier>) = (units.collect(), tiers.collect());
    assert_eq!(units.len(), 149);
    let names = NameIndex::new(&units, &tiers).at_home_in("tỉnh Gia Lai");
    Office { folder: "gia-lai-766", units, names }
}

fn offices() -> [Office; 2] {
    let catalog = Catalog::embedded().expect("the embedded catalog is sound");
    let names = NameIndex::new(&catalog.units, &catalog.tiers).at_home_in(&catalog.organisation.name);
    [Office { folder: "binh-dinh", units: catalog.units, names }, gia_lai()]
}

/// A name without what the source adds to some: "UBND Xã Ayun - Gia Lai".
fn plain(name: &str) -> String {
    let folded = fold(name);
    let short = ["tinh gia lai", "gia lai"].iter().find_map(|tail| folded.strip_suffix(tail)).unwrap_or(&folded);
    short.trim_end().to_owned()
}

impl Office {
    fn called(&self, units: &[UnitCode]) -> Vec<String> {
        let name = |code: &UnitCode| self.units.iter().find(|unit| unit.code == *code).map(OrgUnit::full_name);
        units.iter().filter_map(name).map(|name| plain(&name)).collect()
    }

    /// Whether the query means what is expected; what it means instead; whether that is wrong with confidence.
    fn judge(&self, query: &str, expected: &str) -> Result<(), (String, bool)> {
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let wanted =
            |separator: &str| sorted(expected[1..].split(separator).map(plain).filter(|n| !n.is_empty()).collect());
        let (kind, right) = (expected.chars().next(), wanted(if expected.starts_with('=') { " + " } else { " | " }));
        for name in &right {
            assert!(self.units.iter().any(|unit| plain(&unit.full_name()) == *name), "{query}: there is no “{name}”");
        }
        match (kind, self.names.find(query)) {
            (Some('='), NameMatch::One(units)) if sorted(self.called(&units)) == right => Ok(()),
            (Some('?'), NameMatch::Ambiguous(names)) => {
                let offered: Vec<String> = names.iter().flat_map(|name| self.called(&name.units)).collect();
                if right.iter().all(|name| offered.contains(name)) { Ok(()) } else { Err((offered.join(" | "), false)) }
            }
            (Some('-'), NameMatch::Unknown(_)) => Ok(()),
            (_, NameMatch::One(units)) => Err((format!("= {}", self.called(&units).join(" + ")), true)),
            (_, NameMatch::Ambiguous(names)) => Err((
                format!("? {}", names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join(" | ")),
                false,
            )),
            (_, NameMatch::Unknown(names)) => Err((
                format!("- {}", names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join(" | ")),
                false,
            )),
        }
    }
}

/// The short names of Gia Lai are one slip from each other.
#[test]
fn a_slip_in_a_short_name_never_names_another_unit() {
    let office = gia_lai();
    let bare = |unit: &OrgUnit| {
        let name = plain(&unit.full_name());
        let kind = ["ubnd xa ", "ubnd phuong "].iter().find_map(|kind| name.strip_prefix(kind));
        kind.map_or_else(|| name.clone(), str::to_owned)
    };
    let known: Vec<String> = office.units.iter().map(bare).collect();
    let (mut all, mut found, mut wrong) = (0, 0, Vec::new());
    for (unit, name) in office.units.iter().zip(&known).filter(|(_, name)| name.len() <= 7) {
        let letters: Vec<char> = name.chars().collect();
        for at in (0..letters.len()).filter(|at| letters[*at] != ' ') {
            let left_out: String = letters.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| *c).collect();
            let mut exchanged = letters.clone();
            if letters.get(at + 1).is_some_and(|next| *next != ' ') {
                exchanged.swap(at, at + 1);
            }
            for typed in [left_out, exchanged.into_iter().collect()] {
                // "Ân Hảo" with two letters exchanged is "An Hòa", and nobody can know.
                if known.contains(&fold(&typed)) {
                    continue;
                }
                all += 1;
                match office.names.find(&typed) {
                    NameMatch::One(units) if units.contains(&unit.code) => found += 1,
                    NameMatch::One(units) => wrong.push(format!("{name}: {typed} is {:?}", office.called(&units))),
                    NameMatch::Ambiguous(_) | NameMatch::Unknown(_) => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "another unit with confidence:\n{}", wrong.join("\n"));
    assert!(all > 300 && found * 100 >= all * 80, "{found} found of {all}");
}

#[test]
fn the_table_of_names() {
    let offices = offices();
    let rows: Vec<Vec<&str>> = TABLE.lines().map(|line| line.split('\t').collect()).collect();
    let (mut misses, mut wrong) = (Vec::new(), Vec::new());
    for row in &rows {
        let [folder, query, expected] = row[..] else { panic!("three columns: {row:?}") };
        let office = offices.iter().find(|office| office.folder == folder).expect("a known office");
        if let Err((got, confident)) = office.judge(query, expected) {
            let line = format!("{folder}: “{query}” is {got}, and should be {expected}");
            if confident { wrong.push(line) } else { misses.push(line) }
        }
    }
    let told = misses.join("\n");
    assert!(wrong.is_empty(), "another unit with confidence:\n{}\nmissed:\n{told}", wrong.join("\n"));
    assert!(rows.len() >= 300, "{} queries", rows.len());
    assert!(misses.len() * 100 <= rows.len(), "{} of {} missed:\n{told}", misses.len(), rows.len());
    for office in offices {
        let asked = |unit: &OrgUnit| {
            let name = plain(&unit.full_name());
            rows.iter().any(|row| {
                row[0] == office.folder && row[2].starts_with('=') && row[2][1..].split(" + ").any(|n| plain(n) == name)
            })
        };
        let never: Vec<_> = office.units.iter().filter(|unit| !asked(unit)).map(OrgUnit::full_name).collect();
        assert!(never.is_empty(), "{}: nobody asks for {never:?}", office.folder);
    }
}

/// Where either may stand, an indicator's own names are tried first: that hides no unit, but for an abbreviation of the
/// Department of Information and Communications that payments online have, too.
#[test]
fn no_unit_is_called_as_an_indicator_is() {
    for folder in ["gia-lai-766", "binh-dinh-2025"] {
        let catalog =
            Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog").join(folder)).expect("sound");
        for unit in &catalog.units {
            let whole = unit.full_name();
            let names = unit.aliases.iter().chain([&unit.name, &whole]);
            for name in names.filter(|name| *name != "tttt") {
                assert_eq!(named_indicator(&catalog.indicators, name), None, "{folder}: {name}");
            }
        }
    }
}
