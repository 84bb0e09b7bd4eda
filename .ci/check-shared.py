"""Holds the answers in a folder (see check-shared) against the report of July 2023 as it was checked by hand."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
faults = []


def answer(name):
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def same(what, found, wanted):
    if found != wanted:
        faults.append(f"{what}:\n  found  {found}\n  wanted {wanted}")


def part(found, wanted):
    """Of what was found, the keys that are wanted: additions are free."""
    return {key: found.get(key, "(absent)") for key in wanted}


def fits(what, found, wanted):
    same(what, part(found, wanted), wanted)


when = {"period": "2023-07", "as_of": "2023-07-24"}

imported = {**when, "snapshot": 1, "rows": 40, "observations": 200, "unchanged": False, "held": False, "issues": []}
fits("import", answer("import"), imported)
fits("the second import", answer("again"), {**imported, "unchanged": True})

digest = answer("digest")
fits("digest", digest, {**when, "open": True})
fits("digest totals", digest["totals"], {"met": 62, "missed": 134, "no_activity": 4, "no_data": 0})
same("digest scopes", [scope["scope"] for scope in digest["scopes"]], ["province", "provincial", "district", "commune"])
commune = next(scope for scope in digest["scopes"] if scope["scope"] == "commune")
payment = next(row for row in commune["indicators"] if row["code"] == "online_payment")
fits(
    "payment of the communes",
    payment,
    {
        "published": 60.8, "computed": 73.59, "approximate": False, "target": 35.0, "met": 7, "missed": 4,
        "no_activity": 0, "no_data": 0, "previous": None, "change": None,
    },
)

found = sorted(
    (row["kind"], row["unit"] or row["scope"], row["indicator"], row["published"], row["computed"])
    for row in answer("audit")["findings"]
)
averages = [
    ("commune", "electronic_result", 64.2, 65.22),
    ("commune", "online_payment", 60.8, 73.59),
    ("district", "electronic_result", 41.8, 41.3),
    ("province", "electronic_result", 52.0, 53.49),
    ("provincial", "digitization", 78.8, 78.27),
    ("provincial", "electronic_result", 34.2, 40.6),
]
rates = [
    ("so-cong-thuong", 76.4, 5.83),
    ("so-giao-thong-van-tai", 94.5, 93.37),
    ("so-ke-hoach-dau-tu", 41.6, 40.44),
    ("so-lao-dong-thuong-binh-xa-hoi", 95.5, 93.33),
    ("so-nong-nghiep-phat-trien-nong-thon", 67.3, 67.13),
    ("xa-an-nhon", 91.1, 90.67),
]
exceeding = ["huyen-an-lao", "so-tu-phap"]
wanted = sorted(
    [("average_differs", *row) for row in averages]
    + [("rate_differs", unit, "population_db", published, computed) for unit, published, computed in rates]
    + [("part_exceeds_whole", unit, "online_payment", None, None) for unit in exceeding]
)
for finding in found:
    if finding not in wanted:
        faults.append(f"audit: a finding too many: {finding}")
for finding in wanted:
    if finding not in found:
        faults.append(f"audit: a finding is missing: {finding}")
same("audit: how many", len(found), 14)

status = answer("status")
fits("status", status, {**when, "open": True})
same("status: units", [unit["code"] for unit in status["units"]], ["bql-kkt"])
unit = status["units"][0]
fits("status: the unit", unit, {"name": "BQL KKT tỉnh", "tier": "provincial", "met": 2, "missed": 3})
online = next(row for row in unit["indicators"] if row["code"] == "online_submission")
fits(
    "status: online_submission",
    online,
    {
        "rating": "missed", "actual": 34.4, "target": 60.0, "gap": -25.6, "numerator": 10, "denominator": 29,
        "needed": {"new": 19}, "rank": 14, "ranked": 18, "previous": None, "change": None, "comparable": None,
    },
)
same("a shared name", [u["code"] for u in answer("status-an-lao")["units"]], ["huyen-an-lao", "xa-an-lao"])

if faults:
    sys.exit("\n".join(faults))
print("the report of July 2023: import, digest, audit, status and a second import are as they were checked by hand")
