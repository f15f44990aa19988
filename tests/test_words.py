"""Every page is spelled right, short enough, easy to read, and as long as it says."""

import sys

import pytest

from tests.browser.driver import ROOT

sys.path.insert(0, str(ROOT / "book" / "ext"))
import chapter_rules as rules
import words

PAGES = words.pages()
CHAPTERS = {name: source for name, source in PAGES.items() if name.startswith("ch")}


@pytest.mark.parametrize("page", PAGES)
def test_every_word_is_in_the_dictionary_or_in_our_list(page):
    assert not words.unknown(words.prose(PAGES[page])), "mend it, or add it to book/words.txt"


def test_a_misspelled_word_is_found_where_readers_read_it():
    assert words.unknown("The fliter of the layres is rihgt.") == ["fliter", "layres", "rihgt"]
    page = (
        "---\nhedr: x\n---\n# A tilte\n\n```{code-cell} python\nsklip = 1\n```\n\n"
        ":::::{choice} Which onne?\n::::{answer} The sceond\nYes, it iis.\n::::\n:::::\n"
        ":::{admonition} A trpa\n:class: warnign\nMidn this.\n:::\n`cdoe` $\\fomrula$ "
        "{term}`chanell` [lnik](ch99.md) {glue:text}`nmuber`\n"
        "```{widget} naem\n:alt: a stil\n\nThe stlil form.\n```\n"
    )
    found = "Midn chanell iis lnik onne sceond stlil tilte trpa"
    assert words.unknown(words.prose(page)) == found.split()


def test_our_list_holds_only_words_that_the_book_uses_and_needs():
    used = {word for source in PAGES.values() for word in words.words(words.prose(source))}
    listed = words.OWN.read_text("utf-8").split()
    assert listed == sorted(set(listed), key=lambda word: (word.lower(), word))
    bare = {word.replace("’", "'").removesuffix("'s").removesuffix("'") for word in used}
    assert not [word for word in listed if word not in bare], "no longer used"


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_takes_about_as_long_as_it_says(page):
    stated, estimate = words.stated(CHAPTERS[page]), words.minutes(CHAPTERS[page])
    assert stated and stated % rules.MINUTES_STEP == 0
    least, most = rules.MINUTES_RATIO
    assert least < estimate / stated < most, f"{estimate:.0f} minutes by count"


def test_estimates_grow_with_what_there_is_to_do():
    text = "word " * 320
    question = "\n:::::{choice} Q?\n::::{answer} a\n" + "why " * 32 + "\n::::\n:::::\n"
    base = words.minutes(text)
    assert base == pytest.approx(320 / words.WORDS_A_MINUTE)
    more = (3 + 32 / 2) / words.WORDS_A_MINUTE + words.STOPS["question"]
    assert words.minutes(text + question) == pytest.approx(base + more, abs=0.02)
    cell = "\n```{code-cell} python\nx\n```\n"
    assert words.minutes(text + cell) == pytest.approx(base + words.STOPS["cell"])


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapters_are_short_and_plain(page):
    text = words.prose(CHAPTERS[page])
    assert rules.WORDS[0] < len(words.words(text)) < rules.WORDS[1]
    assert rules.GRADE[0] < words.grade(text) < rules.GRADE[1]


def test_the_whole_book_is_read_in_two_evenings():
    total = sum(len(words.words(words.prose(source))) for source in PAGES.values())
    assert rules.BOOK_WORDS[0] < total < rules.BOOK_WORDS[1]
    assert sum(words.stated(source) for source in CHAPTERS.values()) < rules.BOOK_MINUTES


def test_grade_tells_easy_from_hard():
    easy = "The cat sat. It saw a dog. The dog ran to the cat."
    hard = (
        "Notwithstanding considerable computational complexity, multidimensional "
        "representations facilitate generalization across heterogeneous distributions."
    )
    assert words.grade(easy) < 2 < 18 < words.grade(hard)


def test_sentences_are_those_of_the_running_text():
    page = (
        "---\nhedr: x\n---\n# A title. Two\n\nIt has 3.5 words, or so: not more. Is it?\n"
        "**Yes.** A formula\n\n$$x. y$$\n\nstands alone.\n\n| a table | here. |\n"
        "- First point.\n- Second point\n\n```{code-cell} python\nnot. this\n```\n"
        ":::::{choice} Nor a question?\n::::{answer} No.\nShort.\n::::\n:::::\n"
    )
    found = [part.split() for part in words.sentences(page)]
    assert [part[0] for part in found] == ["It", "Is", "Yes.", "A", "stands", "First", "Second"]
    mean, short = words.sentence_figures(page)
    assert mean == pytest.approx((8 + 2 + 1 + 2 + 2 + 2 + 2) / 7) and short == pytest.approx(6 / 7)


def test_sentence_figures_tell_telegrams_from_talk():
    assert words.sentence_figures("It rains. We all stay at home. So be it.")[1] == 1
    talk = "Since it has been raining the whole day we stay at home, and nobody minds."
    assert words.sentence_figures(talk) == (15, 0)
    assert words.sentence_figures("```\ncode\n```\n") == (0, 0)
