"""The quick tests and the campaigns: that they run what they say, on a small sample."""

import ast
import json
from types import SimpleNamespace

import pytest

from tests import quick
from tests.long import __main__ as long
from tests.long import faults

SAMPLE = faults.sample(seed=3, count=400)


def test_every_quick_file_is_there_and_in_one_half():
    first, second = quick.HALVES[1], quick.HALVES[2]
    assert not set(first) & set(second)
    for file in (*first, *second):
        assert (quick.ROOT / file).is_file(), file


def test_every_so_many_th_test_of_a_file_runs_and_no_slow_one():
    def item(file, slow=False):
        marker = object() if slow else None
        return SimpleNamespace(path=quick.ROOT / file, get_closest_marker=lambda name: marker)

    many = next(file for file, step in quick.HALVES[2].items() if step == 3)
    kept, left = quick.sample([item(many) for _ in range(7)], half=0)
    assert (len(kept), len(left)) == (3, 4)
    assert quick.sample([item(many)], half=1)[0] == []
    assert quick.sample([item(many, slow=True)], half=2)[0] == []
    assert len(quick.sample([item("convkit/conv.py")], half=1)[0]) == 1
    assert quick.sample([item("convkit/conv.py")], half=2)[0] == []


def test_a_fault_changes_one_expression_and_leaves_python():
    for fault in SAMPLE:
        whole = (quick.ROOT / fault.file).read_bytes()
        assert whole[fault.start : fault.end].decode() == fault.old != fault.new
        ast.parse(whole[: fault.start] + fault.new.encode() + whole[fault.end :])


def test_faults_come_from_the_whole_tree_and_again_with_the_same_seed():
    places = {fault.file.split("/")[0] for fault in SAMPLE}
    assert places == {"convkit", "grading", "book", "run.py"}
    assert faults.sample(seed=3, count=400) == SAMPLE != faults.sample(seed=4, count=400)


@pytest.mark.parametrize(("name", "count"), [("problems", 3), ("tokens", 1)])
def test_a_campaign_keeps_what_it_found(name, count, tmp_path, capsys):
    arguments = ["--only", name, "--count", str(count), "--seed", "5", "--to", str(tmp_path)]
    assert long.main(arguments) == 0
    assert f"=== {name}: " in capsys.readouterr().out
    row = json.loads((tmp_path / f"{name}.jsonl").read_text("utf-8"))
    assert (row["seed"], row["count"], row["wrong"]) == (5, count, 0) and row["tried"] > 30
    assert row["commit"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("pass", "pass", (False, "")),
        ("pass", "assert False", (True, "FAILED test_2.py::test")),
        ("assert False", "__import__('time').sleep(60)", (True, "FAILED test_1.py::test")),
        ("pass", "__import__('time').sleep(60)", (True, "still running after 6 s")),
    ],
)
def test_a_fault_is_noticed_by_either_half(first, second, expected, tmp_path, monkeypatch):
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n"
        "    parser.addoption('--quick')\n"
        "def pytest_ignore_collect(collection_path, config):\n"
        "    half = config.getoption('--quick')\n"
        "    return True if collection_path.name not in (f'test_{half}.py', '.') "
        "and collection_path.suffix == '.py' else None\n"
    )
    for number, body in enumerate((first, second), 1):
        (tmp_path / f"test_{number}.py").write_text(f"def test():\n    {body}\n")
    monkeypatch.setattr(faults, "LIMIT", 6.0)
    start = faults.time.monotonic()
    assert faults.run_quick_tests(tmp_path) == expected
    assert faults.time.monotonic() - start < 20


def test_a_campaign_that_finds_something_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.long.problems.attempt", lambda *which: 2.0)
    assert long.main(["--only", "problems", "--count", "1", "--to", str(tmp_path)]) == 1
