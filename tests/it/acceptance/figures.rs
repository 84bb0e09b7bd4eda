//! Figures as the office writes them, and small changes to them.

use chitieu::service::import::InputFile;

const JULY: &str = include_str!("../../../samples/bao-cao-2023-07.txt");
const JUNE_24: &str = include_str!("../../../samples/so-lieu-mau-2023-06-24.csv");
const JUNE_30: &str = include_str!("../../../samples/so-lieu-mau-2023-06-30.csv");

/// A figure of the made-up June that is another one each month.
const MOVING: &str = "provincial,digitization,23,23";

/// The made-up June up to a day: 24 or 30.
pub fn june(day: u32) -> InputFile {
    let text = match day {
        24 => JUNE_24,
        30 => JUNE_30,
        _ => panic!("there are samples up to 24/6 and up to 30/6"),
    };
    InputFile { name: format!("so-lieu-mau-2023-06-{day}.csv"), bytes: text.into() }
}

/// The figures of the made-up June as those of another month, up to its 19th day. No month is quite like the one before.
pub fn monthly(year: i32, month: u32) -> InputFile {
    let text = replace_one(JUNE_24, MOVING, &format!("provincial,digitization,{},23", 11 + month))
        .replace("period=2023-06", &format!("period={year}-{month:02}"))
        .replace("as_of=2023-06-24", &format!("as_of={year}-{month:02}-19"));
    InputFile { name: format!("so-lieu-mau-{year}-{month:02}.csv"), bytes: text.into() }
}

/// The published report on July 2023, and what became of it.
#[derive(Clone)]
pub struct Report {
    text: String,
    day: u32,
}

impl Report {
    /// As published, with figures up to 24/7.
    pub fn july() -> Self {
        Self { text: JULY.to_owned(), day: 24 }
    }

    /// The same figures on another day of July.
    pub fn up_to(self, day: u32) -> Self {
        let text = replace_one(&self.text, &format!("đến ngày {}/7/2023", self.day), &format!("đến ngày {day}/7/2023"));
        Self { text, day }
    }

    /// Work goes on: one office has digitised more files, another number each day.
    pub fn with_the_days_work(self) -> Self {
        let done = format!("442\t62%\t100%\t{}\t", 316 + self.day - 24);
        self.with("Sở Tư pháp\t", "442\t62%\t100%\t316\t", &done)
    }

    /// Changes a piece of the one line in which `row` stands (`Phụ lục` tables: cells with tabs in between).
    pub fn with(self, row: &str, from: &str, to: &str) -> Self {
        let lines: Vec<&str> = self.text.lines().filter(|line| line.contains(row)).collect();
        let [line] = lines[..] else { panic!("{} lines have {row:?}", lines.len()) };
        let text = replace_one(&self.text, line, &replace_one(line, from, to));
        Self { text, ..self }
    }

    /// Sở Tài chính reaches everything: its electronic results become complete.
    pub fn with_all_met_by_so_tai_chinh(self) -> Self {
        self.with("Sở Tài chính\t", "8\t88,9%", "9\t100%")
    }

    /// Only the provincial table: 22 of 40 units vanish.
    pub fn without_districts_and_communes(self) -> Self {
        let end = self.text.find("Phụ lục 2").expect("the second table");
        Self { text: self.text[..end].to_owned(), ..self }
    }

    /// An extraction that went wrong: every published rate is the same.
    pub fn with_every_rate(self, rate: &str) -> Self {
        let mut rows = 0;
        let lines = self.text.lines().map(|line| {
            let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            if cells.len() < 18 || !cells.iter().any(|cell| cell.ends_with('%')) {
                return line.to_owned();
            }
            rows += 1;
            // The last of the three or four cells of each indicator.
            let start = cells.len() - 18;
            for cell in [4, 8, 11, 14, 17].map(|at| start + at) {
                if cells[cell] != "-" {
                    cells[cell] = rate.to_owned();
                }
            }
            cells.join("\t")
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(rows, 40, "every unit's row was changed");
        Self { text, ..self }
    }

    /// The same figures, a month later.
    pub fn in_august(self) -> Self {
        Self { text: self.text.replace("/7/2023", "/8/2023").replace("háng 7", "háng 8"), ..self }
    }

    /// Without the one row of a unit.
    pub fn without(self, row: &str) -> Self {
        let lines: Vec<&str> = self.text.lines().filter(|line| line.contains(row)).collect();
        let [line] = lines[..] else { panic!("{} lines have {row:?}", lines.len()) };
        let text = replace_one(&self.text, &format!("{line}\n"), "");
        Self { text, ..self }
    }

    /// Takes every second unit's figures from an extraction in which everything was better.
    pub fn with_every_second_unit_moved(self) -> Self {
        let mut rows = 0;
        let lines = self.text.lines().map(|line| {
            let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            if cells.len() < 18 || !cells.iter().any(|cell| cell.ends_with('%')) {
                return line.to_owned();
            }
            rows += 1;
            let start = cells.len() - 18;
            for cell in [4, 8, 11, 14, 17].map(|at| start + at).into_iter().filter(|_| rows % 2 == 0) {
                if cells[cell] != "-" {
                    cells[cell] = "99%".to_owned();
                }
            }
            cells.join("\t")
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        Self { text, ..self }
    }

    /// As a file.
    pub fn file(&self) -> InputFile {
        InputFile { name: format!("bao-cao-den-{}-7.txt", self.day), bytes: self.text.clone().into() }
    }
}

fn replace_one(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from:?} stands once");
    text.replacen(from, to, 1)
}
