"""Due dates, extensions, penalties."""

import datetime

import pytest

from grading import late
from grading.roster import RosterError, read_time

DUE = datetime.datetime(2026, 12, 1, 18)
OPENS = datetime.datetime(2026, 11, 21, 18)
HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("rule", "seconds", "share"),
    [
        ("none", 10 * DAY, 0),
        ("10%/day", 0, 0),
        ("10%/day", 1, 0.1),
        ("10%/day", DAY, 0.1),
        ("10%/day", DAY + 1, 0.2),
        ("10%/day", 30 * DAY, 1),
        ("5% per hour, max 50%", 3 * HOUR, 0.15),
        ("5% per hour, max 50%", 3 * DAY, 0.5),
        ("10%/day, grace 15m", 900, 0),
        ("10%/day, grace 15m", 901, 0.1),
        ("closed 2d", 2 * DAY, 0),
        ("closed 2d", 2 * DAY + 1, 1),
    ],
)
def test_what_lateness_costs(rule, seconds, share):
    assert late.read_rule(rule).penalty(seconds) == pytest.approx(share)


@pytest.mark.parametrize("text", ["ten percent", "10%", "10%/year", "grace soon", "max"])
def test_a_rule_that_is_not_understood_is_refused(text):
    with pytest.raises(ValueError, match="no rule"):
        late.read_rule(text)


def test_extensions_only_lengthen(tmp_path):
    path = tmp_path / "extensions.csv"
    path.write_text(
        "student,assignment,due,time multiplier\n"
        "ada,01_a,2026-12-05 18:00,\n"
        "zoe,01_a,,1.5\n"
        "early,01_a,2026-11-01,\n"
        "grace,02_b,2026-12-31,\n"
        "all,*,2026-12-02T18:00:00+00:00,1\n"
    )
    found = late.read_extensions(path, "01_a")
    due = {
        s: late.due_for(found.get(s), DUE, OPENS) for s in ("ada", "zoe", "early", "grace", "all")
    }
    assert due["ada"] == datetime.datetime(2026, 12, 5, 18)
    assert due["zoe"] == datetime.datetime(2026, 12, 6, 18)  # 15 days for 10
    assert due["early"] == due["grace"] == DUE
    assert due["all"] == datetime.datetime(2026, 12, 2, 18)


@pytest.mark.parametrize("line", ["ada,01_a,soon,", "ada,01_a,,0.5", "ada,01_a,,double"])
def test_an_extension_that_is_not_understood_names_its_line(tmp_path, line):
    path = tmp_path / "extensions.csv"
    path.write_text(f"student,assignment,due,time multiplier\n{line}\n")
    with pytest.raises(RosterError, match="line 2"):
        late.read_extensions(path, "01_a")


def test_times_are_read_as_utc():
    assert read_time("2026-12-01 18:00:00 UTC") == DUE
    assert read_time("2026-12-01T19:00:00+01:00") == DUE
    assert read_time("2026-12-01T18:00:00Z") == DUE
    assert read_time("Tuesday, 1 December 2026, 6:00 PM") == DUE
    assert read_time("-") is None
    assert read_time("next week sometime") is None


def test_lateness_is_counted_from_the_due_date():
    assert late.seconds_late(DUE + datetime.timedelta(hours=2), DUE) == 2 * HOUR
    assert late.seconds_late(DUE - datetime.timedelta(hours=2), DUE) == 0
    assert late.seconds_late(None, DUE) == late.seconds_late(DUE, None) == 0
