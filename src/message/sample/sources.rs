//! Samples of what the office reads about sources and files.

use super::world::{World, header};
use super::{SampleError, Samples};
use crate::domain::breaker::Trouble;
use crate::domain::snapshot::SnapshotContent;
use crate::domain::upload::{Changes, UploadState};
use crate::message::view::{self, FileOrigin, FileRefusal, Unread};
use chrono::{DateTime, Utc};

const FILE: &str = "Phụ lục tháng 7.xlsx";

pub(super) fn add(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let moment = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).ok_or(SampleError::Incomplete("moment"));
    // 24/7/2023, 8:05 and 8:47 in Vietnam.
    let (since, until) = (moment(1_690_160_700)?, moment(1_690_163_220)?);
    for trouble in Trouble::ALL {
        let status = match trouble {
            Trouble::Refused => Some(401),
            Trouble::Status => Some(502),
            _ => None,
        };
        let view = view::source_down("iGate", since, trouble, status, &["IGATE_TOKEN"]);
        samples.add(&format!("source down, {}", trouble.as_str()), view);
    }
    samples.add("source down, no header", view::source_down("Cổng tỉnh", since, Trouble::Refused, Some(403), &[]));
    samples.add("source back", view::source_back("iGate", since, until, false));
    samples.add("source back, folder", view::source_back("INBOX_DIR", since, until, true));

    let current = header("2023-07", 20, 2)?;
    let content = SnapshotContent {
        period: current.period,
        as_of: header("2023-07", 24, 3)?.as_of,
        sample: false,
        observations: world.observations(),
        targets: Vec::new(),
        averages: Vec::new(),
    };
    let changes = Changes { same: 17, changed: 12, added: 1, missing: 2 };
    let same = Changes { same: 30, ..Changes::default() };
    let place = |place, what, text| Unread { place, what, text };
    let unread = [
        place("dòng 14", "Không có cơ quan, đơn vị nào trong danh mục tên như vậy.", "Sở Xây dựg"),
        place("dòng 20, cột “Số hóa – Tỷ lệ”", "Ô này không phải là số.", "57,8,1"),
        place("", "Tệp có hai bảng cùng nội dung; chỉ đọc bảng đầu.", ""),
        place("dòng 31", "Dòng thiếu ô.", ""),
        place("dòng 32", "Dòng thiếu ô.", ""),
        place("dòng 33", "Dòng thiếu ô.", ""),
    ];
    let whole = view::read(&[(&content, Some((&current, changes)))], 6, &[]);
    let part = view::read(&[(&content, Some((&current, changes)))], 6, &unread);
    let first = view::read(&[(&content, None)], 6, &unread[..1]);
    let nothing = view::read(&[], 0, &unread[2..3]);
    samples.add("upload, sound", view::upload(4, FILE, until, whole));
    samples.add("upload, with holes", view::upload(4, FILE, until, part.clone()));
    samples.add("upload, first of its month", view::upload(4, FILE, until, first));
    let later = header("2023-07", 31, 5)?;
    let old = view::read(&[(&content, Some((&later, changes)))], 6, &[]);
    samples.add("upload, older than what is there", view::upload(4, FILE, until, old));
    let again = view::read(&[(&content, Some((&current, same)))], 6, &[]);
    samples.add("upload, nothing new", view::upload(4, FILE, until, again));
    samples
        .add("file problems, folder", view::file_problems(FILE, FileOrigin::Folder, part.clone().without_comparison()));
    samples.add("file problems, source", view::file_problems("iGate", FileOrigin::Source, part.without_comparison()));
    samples.add("file problems, nothing read", view::file_problems(FILE, FileOrigin::Person, nothing));

    let (third, second) = (header("2023-07", 24, 3)?, header("2023-06", 30, 2)?);
    samples.add("upload recorded", view::upload_recorded(4, FILE, &[(&third, false), (&second, true)]));
    for state in [UploadState::Dropped, UploadState::Accepted, UploadState::Expired] {
        samples.add(&format!("upload gone, {}", state.as_str()), view::upload_gone(4, Some(FILE), Some(state)));
    }
    samples.add("upload gone, reads otherwise", view::upload_gone(4, Some(FILE), None));
    samples.add("upload gone, no such file", view::upload_gone(9, None, None));
    samples.add("waiting, two", view::waiting(Some(&third), &[(4, FILE)]));
    let many: Vec<(i64, &str)> = (4..14).map(|number| (number, FILE)).collect();
    samples.add("waiting, many", view::waiting(None, &many));
    for (name, why) in [
        ("not of the office", FileRefusal::NotOffice),
        ("Zalo", FileRefusal::NoFiles),
        ("too large", FileRefusal::TooLarge),
        ("lost", FileRefusal::Lost),
        ("too many", FileRefusal::TooMany),
    ] {
        samples.add(&format!("file refused, {name}"), view::file_refused(Some(FILE), why));
    }
    samples.add("file refused, no name", view::file_refused(None, FileRefusal::NoFiles));
    Ok(())
}
