"""The ledger of reasons: no claim without an experiment, and every one is on its page."""

import re
import sys

import pytest
from bs4 import BeautifulSoup

from tests import built
from tests.browser.driver import ROOT, run

BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK / "ext"))
sys.path.insert(0, str(BOOK))
import claims  # noqa: E402
from figures.prose import tried  # noqa: E402

CLAIM = re.compile(r"^```\{claim\} ([\w-]+)\n(.*?)^```$", re.M | re.S)
NAMES = {
    name: (page.stem, body)
    for page in sorted(BOOK.glob("ch[0-9][0-9].md"))
    for name, body in CLAIM.findall(page.read_text("utf-8"))
}


def test_a_claim_without_an_experiment_is_trouble(tmp_path):
    assert "no experiment" in claims.trouble("a-reason", 'tried("another", True)', None)
    assert "no experiment" in claims.trouble("a", 'tried("a-reason", True)', None)
    assert not claims.trouble("a-reason", 'tried("a-reason", x > 1)', None)
    assert not claims.trouble("a-reason", 'tried(\n    "a-reason", x > 1)', None)


def test_a_test_that_does_not_exist_is_trouble(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_one():\n    pass\n\ndef helper(): pass\n")
    assert not claims.trouble("a", "", "test_it.py::test_one", root=tmp_path)
    for wrong in (
        "test_it.py::test_on",
        "test_it.py::helper",
        "test_no.py::test_one",
        "test_it.py",
    ):
        assert "no test" in claims.trouble("a", "", wrong, root=tmp_path)


def test_an_experiment_that_refutes_its_claim_stops_the_build():
    tried("it-holds", True)
    with pytest.raises(AssertionError, match="it-fails"):
        tried("it-fails", False)


@pytest.mark.parametrize("name", NAMES)
def test_each_claim_of_a_chapter_says_what_was_tried_and_what_it_gave(name):
    page, body = NAMES[name]
    assert not claims.trouble(
        name,
        (BOOK / f"{page}.md").read_text("utf-8"),
        (re.search(r"^:test: (.*)$", body, flags=re.M) or [None, None])[1],
    )
    for part in claims.PARTS:
        assert re.search(rf"^:{part}: \S", body, flags=re.M)
    # What an experiment of the build gave is computed, never typed.
    gave = re.search(r"^:gave: (.*)$", body, flags=re.M)[1]
    assert "{glue:text}" in gave or ":test:" in body


def test_no_experiment_is_left_without_its_claim():
    for page in BOOK.glob("ch[0-9][0-9].md"):
        for name in re.findall(r'\btried\(\s*"([\w-]+)"', page.read_text("utf-8")):
            assert NAMES[name][0] == page.stem, name


def test_the_ledger_lists_every_claim_with_its_numbers_and_links_both_ways():
    built.book()
    ledger = BeautifulSoup((run.SITE / "ledger.html").read_text("utf-8"), "html.parser")
    lines = {line["id"][7:]: line for line in ledger.select("li[id^=ledger-]")}
    assert set(lines) == set(NAMES)
    for name, (page, _) in NAMES.items():
        text = lines[name].get_text()
        assert "Tried: " in text and "It gave: " in text and "glue" not in text
        assert lines[name].find("a", href=f"{page}.html#claim-{name}")
        chapter = BeautifulSoup((run.SITE / f"{page}.html").read_text("utf-8"), "html.parser")
        place = chapter.find(id=f"claim-{name}")
        assert place.find("a", href=f"ledger.html#ledger-{name}")
