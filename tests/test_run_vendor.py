"""What Run in the page is made of: only files whose hash we know, and a book without them."""

import hashlib
import json
import sys
from types import SimpleNamespace

import pytest

from tests.browser.driver import ROOT
from tests.package_index import PackageIndex

EXT = ROOT / "book" / "ext"
pytest.importorskip("sphinx", reason="the book's packages are not installed")
WHEEL = "numpy-2.2.5-cp313-cp313-pyodide_2025_0_wasm32.whl"
NUMPY = b"the official build of NumPy"


@pytest.fixture
def vendor(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(EXT))
    sys.modules.pop("run_vendor", None)
    import run_vendor

    monkeypatch.setattr(run_vendor, "VENDOR", tmp_path / "vendor")
    return run_vendor


@pytest.fixture
def target(tmp_path):
    """Where Pyodide was put; its lock file knows the official NumPy by its SHA-256."""
    numpy = {"file_name": WHEEL, "sha256": hashlib.sha256(NUMPY).hexdigest()}
    (tmp_path / "target").mkdir()
    lock = tmp_path / "target" / "pyodide-lock.json"
    lock.write_text(json.dumps({"packages": {"numpy": numpy}}))
    return lock.parent


@pytest.fixture
def internet(vendor, monkeypatch, tmp_path):
    """A server that is Pyodide's release and a package index, and a folder to work in."""
    with PackageIndex() as index:
        monkeypatch.setattr(vendor, "RELEASE", index.address + "/v{version}/full/{file}")
        index.surroundings(monkeypatch, tmp_path)
        index.work = tmp_path / "work"
        index.work.mkdir()
        yield index


def publish(internet, version, wheel):
    """Put a file into Pyodide's release."""
    internet.files[f"/v{version}/full/{WHEEL}"] = wheel


def carry(internet, vendor, wheel):
    """Put the carrier, with a file inside, onto the package index."""
    one = vendor.pinned("numpy carrier")
    internet.add_wheel(one["package"], one["version"], {vendor.CARRIER_PLACE + WHEEL: wheel})


def fetch(vendor, target, internet):
    said = []
    vendor.fetch_numpy(target, internet.work, said.append)
    assert (target / WHEEL).read_bytes() == NUMPY
    return said


def test_numpy_comes_from_pyodides_own_release_by_its_version(vendor, target, internet):
    publish(internet, vendor.pinned("pyodide")["version"], NUMPY)
    carry(internet, vendor, NUMPY)
    assert fetch(vendor, target, internet) == ["NumPy for the browser came from Pyodide's release"]
    assert internet.asked == [f"/v{vendor.pinned('pyodide')['version']}/full/{WHEEL}"]


@pytest.mark.parametrize("altered", [False, True], ids=["out of reach", "altered"])
def test_without_the_release_numpy_comes_from_the_carrier(vendor, target, internet, altered):
    publish(internet, vendor.pinned("pyodide")["version"] if altered else "0.1", b"another file")
    carry(internet, vendor, NUMPY)
    assert fetch(vendor, target, internet) == ["NumPy for the browser came from the carrier"]
    assert internet.asked[0].endswith(WHEEL)  # asked first
    assert internet.asked[1].startswith("/simple/")


def test_a_numpy_that_pyodides_lock_does_not_name_is_refused(vendor, target, internet):
    publish(internet, vendor.pinned("pyodide")["version"], b"altered on the way")
    carry(internet, vendor, b"altered by who carries it")
    with pytest.raises(vendor.NotFetched) as refused:
        vendor.fetch_numpy(target, internet.work)
    for name, data in (
        ("Pyodide's release", b"altered on the way"),
        ("the carrier", b"altered by who carries it"),
    ):
        found = hashlib.sha256(data).hexdigest()
        assert f"{name}: {WHEEL} has SHA-256 {found}, expected" in str(refused.value)
    assert not list(target.glob("*.whl"))


def test_a_carrier_without_the_file_is_told(vendor, target, internet):
    carry(internet, vendor, NUMPY)
    (target / "pyodide-lock.json").write_text(
        json.dumps({"packages": {"numpy": {"file_name": "numpy-3.whl", "sha256": "0" * 64}}})
    )
    with pytest.raises(vendor.NotFetched, match=r"the carrier: gbdraw.*numpy-3\.whl"):
        vendor.fetch_numpy(target, internet.work)


def test_an_address_that_answers_without_end_is_left(vendor, internet, monkeypatch):
    version = vendor.pinned("pyodide")["version"]
    publish(internet, version, b"x" * 1001)
    monkeypatch.setattr(vendor.fetching, "LARGEST", 1000)
    with pytest.raises(vendor.NotFetched, match="more than 1,000 bytes"):
        vendor.numpy_of_release(WHEEL, internet.work)


def test_a_file_with_another_hash_is_refused(vendor, monkeypatch):
    def another(arguments, folder, what):
        (folder / "pyodide-0.29.0.tgz").write_bytes(b"not what we asked for")
        return "pyodide-0.29.0.tgz\n"  # as npm says what it has written

    monkeypatch.setattr(vendor.fetching, "npm", another)
    found = hashlib.sha256(b"not what we asked for").hexdigest()
    with pytest.raises(vendor.NotFetched, match=found):
        vendor.ensure(lambda words: None)
    # What is there does not count as complete: the next build tries again.
    assert not list(vendor.VENDOR.glob("run-*/LICENSES.txt"))


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
    lock = json.loads((EXT / "editor" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 10
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    wanted = json.loads((EXT / "editor" / "package.json").read_text())["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
