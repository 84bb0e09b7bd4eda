//! The smallest catalog in which everything occurs: one tier, a unit with a successor of its own name, one indicator.

pub(super) const UNITS: &str = r#"[[tier]]
code = "office"
name = "Cấp sở"
headings = ["CẤP SỞ"]

[[unit]]
code = "so-a"
name = "Sở A"
tier = "office"
aliases = ["A cũ"]
valid_to = 2025-02-28
successors = ["so-a-2025"]

[[unit]]
code = "so-a-2025"
name = "Sở A"
tier = "office"
valid_from = 2025-03-01

[[unit]]
code = "so-b"
name = "Sở B"
tier = "office"
aliases = ["sb"]
"#;

pub(super) const INDICATORS: &str = r#"[[indicator]]
code = "index_766"
name = "Chỉ số 766"
short_name = "766"
needed_noun = "điểm"
direction = "higher"
remedy = "new"
denominator = "own"
basis = "điểm đạt / điểm tối đa"
headings = ["Tổng điểm"]
aliases = ["tổng"]
"#;

pub(super) const TARGETS: &str = r#"report_decision = "766/QĐ-TTg"

[[default]]
indicator = "index_766"
tier = "office"
level = 97.5
decision = "766/QĐ-TTg"

[[target]]
unit = "so-b"
indicator = "index_766"
level = "90"
decision = "1/QĐ-UBND"
valid_from = "2025-03"
valid_to = "2025-06"
"#;

pub(super) const CALENDAR: &str = r#"[[holiday]]
name = "Tết"
from = 2024-02-08
to = 2024-02-14

[[swapped]]
name = "30/4"
off = 2024-04-29
work = 2024-05-04
"#;

pub(super) const ALERTS: &str = r#"repeat_after_days = 7
worsened_points = "2"
fell_points = "1"
few_files = 3
same_day_tolerance = 3

[feed]
vanished_share = "20"
partial_figures = 1
fell_share = "5"
jump_points = "15"
jumped_share = "50"
min_compared = 20
unchanged_working_days = 1
mixed_share = "30"
mixed_points = "5"
mixed_min_units = 10

[corrections]
months_back = 1

[escalation]
after_periods = 3
most_per_digest = 5
"#;

pub(super) const AUDIT: &str = r#"[average_differs]
how = "tell"
last_decimals = 1
points = "0,01"

[rate_differs]
how = "tell"
last_decimals = 2

[part_exceeds_whole]
how = "show"
files = 3

[rate_out_of_range]
how = "tell"
highest = 110

[unknown_unit]
how = "tell"
at_least = 1

[missing_unit]
how = "hide"
at_least = 2

[duplicate_row]
how = "tell"
at_least = 1

[unreadable_cell]
how = "tell"
at_least = 1

[count_fell]
how = "tell"
files = 4

[unit_not_valid_in_period]
how = "tell"
days = 5
"#;

pub(super) const DELIVERY: &str = r#"[unknown]
bulletins = "repeat"
digests = "ask"
answers = "leave"
notices = "repeat"
repeat_after_minutes = 10

[behind]
most_waiting = 5
oldest_hours = 6
"#;

pub(super) const SOURCES: &str = r#"[[source]]
name = "iGate"
url = "https://igate.example.vn/api"
headers = { "Authorization" = "IGATE_TOKEN" }
"#;

pub(super) const CHANNELS: &str =
    "[zalo]\nmonthly_budget = 3000\nwarn_percent = 80\nreserve_percent = 5\ncollect_hour = 8\n";

pub(super) const SCHEDULES: &str = r#"not_within_hours = 12

[quiet]
from = "20:00"
to = "07:00"

[[schedule]]
name = "nhac-tuan"
kind = "reminder"
cron = "0 8 * * 1"
on_holiday = "next"
for = ["unit"]
"#;

pub(super) const ORGANISATION: &str = "name = \"tỉnh X\"\noffice = \"Văn phòng\"\n";

pub(super) const MAPPINGS: &str = r#"[[mapping]]
name = "Cổng"
form = "json"
rows = "data.items[]"
unit_code = "code"
columns = { "total" = "index_766" }
"#;

pub(super) const FILES: [(&str, &str); 12] = [
    ("organisation.toml", ORGANISATION),
    ("units.toml", UNITS),
    ("indicators.toml", INDICATORS),
    ("targets.toml", TARGETS),
    ("calendar.toml", CALENDAR),
    ("alerts.toml", ALERTS),
    ("delivery.toml", DELIVERY),
    ("sources.toml", SOURCES),
    ("channels.toml", CHANNELS),
    ("schedules.toml", SCHEDULES),
    ("audit.toml", AUDIT),
    ("mappings.toml", MAPPINGS),
];
