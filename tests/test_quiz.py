"""The questions of the book: every chapter asks, every answer is explained, the numbers are right.

What a reader does with them is in browser/test_quiz.py.
"""

import itertools
import math
import re
import sys

import pytest
from bs4 import BeautifulSoup

from convkit import output_size
from tests.browser import quiz_page
from tests.browser.driver import ROOT

BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK / "ext"))
import chapter_rules  # noqa: E402
import quiz_numbers  # noqa: E402

CHAPTERS = {path.stem: path.read_text("utf-8") for path in sorted(BOOK.glob("ch[0-9][0-9].md"))}
KINDS = ("choice", "numeric", "order")
QUESTION = re.compile(r"^:{5,}\{(choice|numeric|order)\} (.*?)\n(.*?)^:{5,}$", re.S | re.M)
ANSWER = re.compile(r"^:{4,}\{answer\} (.*?)\n(.*?)^:{4,}$", re.S | re.M)


def questions():
    for page, source in CHAPTERS.items():
        for number, (kind, title, body) in enumerate(QUESTION.findall(source)):
            options = dict(re.findall(r"^:(\w+): (.*)$", body.split("{answer}")[0], re.M))
            found = (page, kind, title, options, ANSWER.findall(body))
            yield pytest.param(*found, id=f"{page}-{number}-{kind}")


QUESTIONS = list(questions())
NUMERIC = [question for question in QUESTIONS if question.values[1] == "numeric"]


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_chapter_asks_in_three_ways_and_looks_back(page):
    mine = [question.values for question in QUESTIONS if question.values[0] == page]
    assert len(mine) >= chapter_rules.QUESTIONS
    assert {kind for _, kind, *_ in mine} == set(KINDS)
    if page != "ch00":
        assert any(title.startswith("Back to [") for _, _, title, *_ in mine)
    assert "{admonition} 1." not in CHAPTERS[page], "a question in the old form"


@pytest.mark.parametrize(("page", "kind", "title", "options", "answers"), QUESTIONS)
def test_each_answer_is_explained_and_one_is_right(page, kind, title, options, answers):
    assert ("?" in title or kind == "order") and not re.match(r"\d+\.", title)
    assert len(answers) >= chapter_rules.ANSWERS
    assert len({label for label, _ in answers}) == len(answers)
    reasons = [reason.strip() for _, reason in answers]
    least = chapter_rules.REASON_WORDS
    assert all(len(reason.split()) >= least for reason in reasons), "an answer lacks its reason"
    assert len(set(reasons)) == len(reasons), "two answers with one explanation"
    if kind != "order":
        assert sum(reason.startswith("Yes") for reason in reasons) == 1


# ---- the numbers


def drawn(title, options, answers):
    """The variants of a question, and the place of its right answer."""
    formulas = [label for label, _ in answers[:-1]]
    right = next(k for k, (_, reason) in enumerate(answers) if reason.strip().startswith("Yes"))
    where = options.get("where", "True")
    return quiz_numbers.variants(options["numbers"], formulas, where, 12, title), right, formulas


@pytest.mark.parametrize(("page", "kind", "title", "options", "answers"), NUMERIC)
def test_numbers_differ_and_the_first_is_the_first_declared(page, kind, title, options, answers):
    variants, right, formulas = drawn(title, options, answers)
    assert len({tuple(values.items()) for values in variants}) == len(variants) >= 4
    results = [quiz_numbers.compute(formulas[right], values) for values in variants]
    assert len(set(results)) >= 3, "the new numbers have the old answer"
    for values in variants:
        found = [quiz_numbers.compute(formula, values) for formula in formulas]
        for one, other in itertools.combinations(found, 2):
            assert abs(one - other) > 2 * quiz_numbers.TOLERANCE
    first = {name: listed[0] for name, listed in quiz_numbers.letters(options["numbers"]).items()}
    assert variants[0] == first or first not in variants


def places(size, kernel, stride=1, zeros=0):
    """Counted, not computed: where the left edge of the kernel can stand."""
    return len(range(0, size + 2 * zeros - kernel + 1, stride))


# How each number is found another way: by counting. The first words of a question name it.
COUNTED = {
    "A gray picture has": lambda H, W: sum(1 for _ in itertools.product(range(H), range(W))),
    "A dense layer has": lambda p, c: sum(p for _ in range(c)),
    "A {value}`K` × {value}`K` square slides": lambda K, H, W: places(H, K) * places(W, K),
    "An image has {value}`H` rows, and": lambda H, P, K, S: places(H, K, S, P),
    "An image has {value}`C` channels": lambda C, K: sum(1 for _ in range(C * K) for _ in range(K)),
    "Back to [chapter 1](ch01.md): the picture": lambda H, K, S: places(H, K, S),
    "A filter has the weights 1, −½, −½": lambda N, r, g, b: math.fsum([r, -g / 2, -b / 2] * N),
    "A layer of {value}`C` filters": lambda C, D, K: D * sum(K * K for _ in range(C)),
}


@pytest.mark.parametrize("start", COUNTED)
def test_right_answers_are_what_counting_gives(start):
    (question,) = [q.values for q in NUMERIC if q.values[2].startswith(start)]
    variants, right, formulas = drawn(*question[2:])
    for values in variants:
        assert quiz_numbers.compute(formulas[right], values) == pytest.approx(
            COUNTED[start](**values)
        )


def test_the_first_chapters_leave_no_number_uncounted():
    early = [q.values[2] for q in NUMERIC if q.values[0] <= "ch04"]
    assert len(early) == len(COUNTED)


def test_letters_are_lists_ranges_or_single_numbers():
    found = quiz_numbers.letters("H = 7, 8; K = range(2, 4); S = 2")
    assert found == {"H": [7, 8], "K": [2, 3], "S": [2]}
    with pytest.raises(ValueError, match="of the form"):
        quiz_numbers.letters("7, 8")


def test_variants_are_the_same_in_every_build_and_leave_ambiguous_ones_out():
    # With K = 2 both answers are 4, with K = 0 both are 0: neither may be drawn.
    asked = ("K = 2, 3, 0, 4, 5, 6, 7, 8", ["K * K", "2 * K"], "True")
    variants = quiz_numbers.variants(*asked, most=4, seed="a")
    assert variants == quiz_numbers.variants(*asked, most=4, seed="a")
    assert variants != quiz_numbers.variants(*asked, most=4, seed="b")
    assert variants[0] == {"K": 3} and len(variants) == 4
    with pytest.raises(ValueError, match="only 2 choices"):
        quiz_numbers.variants("K = 2, 3, 4", ["K * K", "2 * K"], "True", 12, "a")


def test_expressions_know_the_package_and_nothing_dangerous():
    assert quiz_numbers.compute("output_size(H, 3)", {"H": 9}) == output_size(9, 3)
    with pytest.raises(ValueError, match="open"):
        quiz_numbers.compute("open('x')", {})


# ---- the directives, in a book of one page


@pytest.fixture
def page_of(tmp_path):
    """A function that turns MyST text into HTML with our directives: (soup, warnings)."""

    def build(text):
        html, warnings = quiz_page.build("# A page\n\n" + text, tmp_path)
        return BeautifulSoup(html, "html.parser"), warnings

    return build


def asked(kind, *answers, options=""):
    body = "\n".join(f"::::{{answer}} {label}\n{reason}\n::::" for label, reason in answers)
    return f":::::{{{kind}}} Which one?\n{options}{body}\n:::::\n"


THREE = (("a", "Yes, it is."), ("b", "No."), ("c", "Nor this."))
FAULTS = {
    "no right answer": (asked("choice", *(("a", "No."),) * 3), "0 explanations"),
    "two right answers": (asked("choice", *THREE, ("d", "Yes, too.")), "2 explanations"),
    "no explanation": (asked("choice", *THREE, ("d", "")), "no explanation"),
    "too few answers": (asked("choice", *THREE[:2]), "needs 3 answers"),
    "no else": (
        asked("numeric", ("H", "Yes."), ("2 * H", "No."), options=":numbers: H = 1, 2\n"),
        "last answer is `else`",
    ),
    "no numbers": (asked("numeric", ("H", "Yes."), ("else", "No.")), ":numbers: are missing"),
    "broken formula": (
        asked("numeric", ("H +", "Yes."), ("else", "No."), options=":numbers: H = 1, 2, 3, 4\n"),
        "SyntaxError",
    ),
    "unknown letter": (
        asked("numeric", ("H + Z", "Yes."), ("else", "No."), options=":numbers: H = 1, 2, 3, 4\n"),
        "NameError",
    ),
    "stray value": ("A number, {value}`H`, in the text.\n", "outside a numeric question"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_question_is_told_with_its_line(page_of, fault):
    text, said = FAULTS[fault]
    _, warnings = page_of(text)
    assert said in warnings and "index.md" in warnings


def test_without_scripts_everything_can_be_read(page_of):
    numbers = ":numbers: H = 7, 8, 9, 10\n"
    numeric = asked(
        "numeric",
        ("H - 2", "Yes: {value}`H` − 2."),
        ("H", "No."),
        ("else", "Count."),
        options=numbers,
    )
    soup, warnings = page_of(asked("choice", *THREE) + numeric + asked("order", *THREE))
    assert not warnings
    choice, numeric, order = soup.select("section.quiz")
    titles = [q.get_text() for q in soup.select(".quiz-question")]
    assert titles == ["1. Which one?", "2. Which one?", "3. Which one?"]
    found = [(d.summary.get_text(), d.p.get_text()) for d in choice.select("details")]
    assert sorted(found) == sorted(THREE)
    assert [p.get_text() for p in numeric.select("details .quiz-label")] == [
        "5",
        "7",
        "Another number",
    ]
    assert numeric.select_one(".quiz-answer").get_text().split() == ["5", "Yes:", "7", "−", "2."]
    shown = [item.get_text() for item in order.select("ul li")]
    assert sorted(shown) == ["a", "b", "c"] != shown
    assert [p.get_text() for p in order.select("details .quiz-label")] == ["a", "b", "c"]


def test_the_right_answer_stands_anywhere(page_of):
    """Authors rarely put it last; the build shuffles, the same way each time."""
    four = (*THREE, ("d", "Neither."))
    text = "".join(asked("choice", *four).replace("Which", f"{n}: which") for n in range(40))
    soup, _ = page_of(text)
    places = [
        [d.summary.get_text() for d in quiz.select("details")].index("a")
        for quiz in soup.select("section.quiz")
    ]
    assert {places.count(k) > 3 for k in range(4)} == {True}
    again, _ = page_of(text)
    assert str(again.select("section.quiz")) == str(soup.select("section.quiz"))


def test_steps_that_may_change_places_share_a_rank(page_of):
    soup, _ = page_of(asked("order", *THREE, ("d", "Last."), options=":either: 2 3\n"))
    assert [part["data-rank"] for part in soup.select(".quiz-answer")] == ["1", "2", "2", "4"]
