"""What Run in the page is made of: only files whose hash we know, and a book without them."""

import hashlib
import sys
import zipfile
from types import SimpleNamespace

import pytest

from tests.browser.driver import ROOT

EXT = ROOT / "book" / "ext"
pytest.importorskip("sphinx", reason="the book's packages are not installed")


@pytest.fixture
def vendor(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(EXT))
    sys.modules.pop("run_vendor", None)
    import run_vendor

    monkeypatch.setattr(run_vendor, "VENDOR", tmp_path / "vendor")
    return run_vendor


def test_a_file_with_another_hash_is_refused(vendor, monkeypatch):
    def another(arguments, folder, what):
        (folder / "pyodide-0.29.0.tgz").write_bytes(b"not what we asked for")

    monkeypatch.setattr(vendor, "npm", another)
    found = hashlib.sha256(b"not what we asked for").hexdigest()
    with pytest.raises(vendor.NotFetched, match=found):
        vendor.ensure(lambda words: None)
    # What is there does not count as complete: the next build tries again.
    assert not list(vendor.VENDOR.glob("run-*/LICENSES.txt"))


def test_numpy_is_the_file_that_pyodides_lock_names(vendor, monkeypatch, tmp_path):
    (tmp_path / "pyodide-lock.json").write_text(
        '{"packages": {"numpy": {"file_name": "numpy.whl", "sha256": "%s"}}}' % ("0" * 64)
    )

    def carrier(command, folder, what):
        with zipfile.ZipFile(folder / "gbdraw-0.14.2.whl", "w") as wheel:
            wheel.writestr(vendor.CARRIER_PLACE + "numpy.whl", "altered on the way")

    monkeypatch.setattr(vendor, "call", carrier)
    with pytest.raises(vendor.NotFetched, match=r"numpy\.whl has SHA-256"):
        vendor.fetch_numpy(tmp_path, tmp_path)
    assert not (tmp_path / "numpy.whl").exists()


def test_without_a_connection_the_book_is_built_without_run_and_says_so(
    vendor, monkeypatch, tmp_path, capsys
):
    sys.modules.pop("run_in_page", None)
    import run_in_page

    def offline(say):
        raise vendor.NotFetched("Pyodide could not be fetched:\n  ENOTFOUND")

    monkeypatch.setattr(run_in_page.run_vendor, "ensure", offline)
    static = tmp_path / "_static" / "run"
    (static / "vendor").mkdir(parents=True)
    (static / "run.json").write_text("{}")  # left by an earlier build
    (tmp_path / "index.html").write_text("a page")
    app = SimpleNamespace(outdir=str(tmp_path), builder=SimpleNamespace(format="html"))
    run_in_page.add_python(app, None)
    said = capsys.readouterr().out
    assert "Run in the page is left out of this book" in said
    assert "ENOTFOUND" in said
    assert not (static / "run.json").exists()
    # The service worker knows the pages all the same.
    assert '"index.html"' in (tmp_path / "sw.js").read_text()


def test_every_package_of_the_editor_is_pinned_by_its_hash(vendor):
    import json

    lock = json.loads((EXT / "editor" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 10
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    wanted = json.loads((EXT / "editor" / "package.json").read_text())["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
