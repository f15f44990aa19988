"""Every chapter keeps the rules that CONTRIBUTING tells whoever writes one."""

import re
import sys

import pytest

from tests.browser.driver import ROOT

sys.path.insert(0, str(ROOT / "book" / "ext"))
import chapter_rules
import words

CHAPTERS = {name: source for name, source in words.pages().items() if name.startswith("ch")}
NO_QUESTION = {"ch11"}  # it is the second half of chapter 10, and goes on with its question
NO_WIDGET = {"ch00", "ch11"}  # nothing slides yet; what is trained there takes a minute
LABELED = [f"ch{number:02}" for number in range(9)]


def test_contributing_tells_the_rules_with_the_numbers_of_the_tests():
    written = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("\n## ")
    section = next(part for part in written if part.startswith("One chapter\n"))
    assert chapter_rules.table() in section, "python book/ext/chapter_rules.py prints the table"


def test_each_rule_is_held_by_tests_that_are_there():
    for row in chapter_rules.table().splitlines()[2:]:
        for name in row.strip("| ").split(" | ")[-1].split(", "):
            assert (ROOT / "tests" / f"{name}.py").is_file(), name


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_asks_something_and_has_its_sections(page):
    source = CHAPTERS[page]
    for heading in chapter_rules.HEADINGS:
        assert f"\n## {heading}\n" in source
    assert "\n```{widget} " in source or page in NO_WIDGET, "no figure to work with"
    asks = re.search(r"^# .*\?$", source, flags=re.M)
    assert asks or page in NO_QUESTION, "the title asks a question"


@pytest.mark.parametrize("page", LABELED)
def test_a_chapter_of_ideas_has_a_label_of_each_kind(page):
    for kind in ("idea", "question", "exercise"):
        assert re.search(rf"^\({kind}-L\d\d\)=$", CHAPTERS[page], flags=re.M), f"({kind}-L..)="


@pytest.mark.parametrize("page", words.pages())
def test_quoted_numbers_are_computed_on_the_page(page):
    source = words.pages()[page]
    quoted = set(re.findall(r"\{glue:text\}`(\w+)`", source))
    hidden = re.search(r"remove-cell\].*?```", source, flags=re.S)
    assert not quoted or hidden
    for name in quoted:
        assert re.search(rf"\b{name}=", hidden[0]), f"{name} is quoted but not computed"
