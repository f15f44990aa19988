"""Skips are summed up with their reasons, and `--require` makes them fail."""

import shutil
import subprocess
import sys

import pytest

from tests.browser.driver import ROOT

TESTS = {
    "marked": "import pytest\n@pytest.mark.sandbox\ndef test_it(): pass\n",
    "called": "import pytest\ndef test_it(): pytest.skip('no sandbox here')\n",
    "module": "import pytest\npytest.skip('no sandbox here', allow_module_level=True)\n",
    "fixture": "import pytest\n"
    "@pytest.fixture\ndef f(): pytest.skip('no bwrap')\n"
    "def test_it(f): pass\n",
}


def run_pytest(folder, text, *options):
    """Run one test file under our conftest, on a machine without any program on its path."""
    (folder / "tests").mkdir(exist_ok=True)
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    sandbox: it\n    browser: it\n")
    (folder / "tests" / "test_one.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={"PATH": ""},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("kind", TESTS)
def test_a_skip_is_told_and_may_be_forbidden(tmp_path, kind):
    allowed = run_pytest(tmp_path, TESTS[kind])
    assert allowed.returncode in (0, 5), allowed.stdout  # 5: all of it was skipped
    assert "skipped, and why" in allowed.stdout
    assert "1  no " in allowed.stdout
    forbidden = run_pytest(tmp_path, TESTS[kind], "--require", "browser,sandbox")
    assert forbidden.returncode in (1, 2), forbidden.stdout
    assert "--require sandbox forbids" in forbidden.stdout


MISSING = "raise ModuleNotFoundError(\"No module named '{}'\", name='{}')\ndef test_it(): pass\n"


def test_a_file_without_its_package_is_skipped_and_named(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_two.py").write_text("def test_it(): pass\n")
    allowed = run_pytest(tmp_path, MISSING.format("bs4", "bs4"))
    assert allowed.returncode == 0, allowed.stdout
    assert "1 passed, 1 skipped" in allowed.stdout
    assert "bs4 is not installed" in allowed.stdout
    forbidden = run_pytest(tmp_path, MISSING.format("bs4", "bs4"), "--require", "packages")
    assert forbidden.returncode in (1, 2) and "--require packages forbids" in forbidden.stdout


def test_a_file_that_cannot_find_what_is_ours_is_an_error(tmp_path):
    done = run_pytest(tmp_path, MISSING.format("convkit", "convkit"))
    assert done.returncode == 2 and "No module named 'convkit'" in done.stdout


def test_another_skip_stays_a_skip(tmp_path):
    done = run_pytest(tmp_path, TESTS["called"], "--require", "browser")
    assert done.returncode == 0, done.stdout


def test_an_unknown_requirement_is_refused(tmp_path):
    done = run_pytest(tmp_path, TESTS["called"], "--require", "teapot")
    assert done.returncode == 4
    assert "not teapot" in done.stderr
