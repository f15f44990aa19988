"""Questions to check yourself: choose one, work out a number, put steps in order.

    ::::{choice} Which question?                  ::::{numeric} How many rows of {value}`H`, ...?
    :::{answer} The first option                  :numbers: H = 7, 8, 9; K = 2, 3
    Why it tempts, and what is wrong with it.     :::{answer} H - K + 1
    :::                                           Yes: {value}`H` − {value}`K` + 1.
    :::{answer} The second one                    :::
    Yes, because ...                              :::{answer} else
    :::                                           Count the places of the left edge.
    ::::                                          :::
                                                  ::::
    ::::{order} What comes first?
    :::{answer} The first step
    Why it stands here.
    :::
    ...
    ::::

Every answer has its explanation; that of the right one begins with "Yes" (see CONTRIBUTING.md).

A question is written as text that folds open, which needs no script and can be printed.
assets/quiz/ puts buttons in its place.
"""

import random
import re

import quiz_html
import quiz_numbers
from docutils import nodes
from quiz_html import quiz, quiz_answer, quiz_label, quiz_value
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

LOGGER = logging.getLogger(__name__)
OPTION = re.compile(r":(\w+):\s*(.*)")
FEWEST = {"choice": 3, "numeric": 2, "order": 3}  # answers


class ValueRole(SphinxRole):
    """{value}`H - K`: a number in the text of a numeric question."""

    def run(self) -> tuple[list[nodes.Node], list]:
        """The place of the number, which the question fills."""
        value = quiz_value(self.rawtext, "", expression=self.text)
        self.set_source_info(value)
        return [value], []


class AnswerDirective(SphinxDirective):
    """`{answer}`: one answer, and its explanation."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The answer; raises if it has no explanation."""
        if not self.content:
            raise self.error(f"the answer {self.arguments[0]!r} has no explanation")
        answer = quiz_answer(raw=self.arguments[0])
        self.set_source_info(answer)
        words, messages = self.state.inline_text(self.arguments[0], self.lineno)
        answer += quiz_label("", "", *words, *messages)
        self.state.nested_parse(self.content, self.content_offset, answer)
        return [answer]


class QuizDirective(SphinxDirective):
    """What the three kinds of questions share; each has its own `finish`."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    # Read here, from the content: MyST would take the line `:::{answer}` for an option, too.
    option_spec = None
    known = {}

    def read_options(self) -> None:
        """Take lines such as `:numbers: H = 7, 8` from the top of the content."""
        while self.content and (found := OPTION.fullmatch(self.content[0])):
            name, value = found.groups()
            if name not in self.known:
                names = ", ".join(self.known) or "none"
                raise self.error(f"unknown option {name!r}; {self.name!r} has: {names}")
            self.options[name] = self.known[name](value)
            self.content.trim_start()
            self.content_offset += 1

    def run(self) -> list[nodes.Node]:
        """The question; raises if it cannot be asked as it is written."""
        self.read_options()
        place = quiz(kind=self.name)
        self.set_source_info(place)
        words, messages = self.state.inline_text(self.arguments[0], self.lineno)
        place += nodes.paragraph("", "", *words, *messages, classes=["quiz-question"])
        self.state.nested_parse(self.content, self.content_offset, place)
        answers = [node for node in place if isinstance(node, quiz_answer)]
        if len(answers) < FEWEST[self.name]:
            raise self.error(f"a question of this kind needs {FEWEST[self.name]} answers or more")
        try:
            self.finish(place, answers)
        except ValueError as error:
            raise self.error(f"{self.arguments[0]!r}: {error}") from None
        return [place]


class ChoiceDirective(QuizDirective):
    """`{choice}`: one of the answers is right."""

    def finish(self, place: quiz, answers: list[quiz_answer]) -> None:
        """Shuffled, the same way in every build: authors rarely put the right answer last."""
        mark_right(answers)
        shuffled = random.Random(place[0].astext()).sample(answers, len(answers))
        first = place.index(answers[0])
        place[first : first + len(answers)] = shuffled


def mark_right(answers: list[quiz_answer]) -> int:
    """Mark the answer whose explanation begins with "Yes"; its number."""
    right = [k for k, node in enumerate(answers) if explanation(node).startswith("Yes")]
    if len(right) != 1:
        raise ValueError(f"{len(right)} explanations begin with “Yes”, and it must be one")
    answers[right[0]]["right"] = True
    return right[0]


def explanation(answer: quiz_answer) -> str:
    """The text below an answer's label."""
    return "".join(node.astext() for node in answer.children[1:]).lstrip()


class NumericDirective(QuizDirective):
    """`{numeric}`: a number, worked out for each choice of the `:numbers:`."""

    known = {"numbers": str, "where": str, "variants": int}

    def finish(self, place: quiz, answers: list[quiz_answer]) -> None:
        """Compute all variants, and write the first into the text. Raises ValueError."""
        *known, other = answers
        if other["raw"] != "else" or mark_right(answers) == len(known):
            raise ValueError("the last answer is `else`: what to say to any other number")
        if "numbers" not in self.options:
            raise ValueError(":numbers: are missing, such as H = 7, 8, 9; K = 2, 3")
        formulas = [node["raw"] for node in known]
        drawn = quiz_numbers.variants(
            self.options["numbers"],
            formulas,
            self.options.get("where", "True"),
            self.options.get("variants", 12),
            place[0].astext(),
        )
        values = list(place.findall(quiz_value))
        place["variants"] = [
            {
                "answers": [float(quiz_numbers.compute(f, chosen)) for f in formulas],
                "said": [
                    quiz_numbers.written(quiz_numbers.compute(v["expression"], chosen))
                    for v in values
                ],
            }
            for chosen in drawn
        ]
        for k, (value, said) in enumerate(zip(values, place["variants"][0]["said"], strict=True)):
            value["number"] = k
            value += nodes.Text(said)
        for node, number in zip(known, place["variants"][0]["answers"], strict=True):
            relabel(node, quiz_numbers.written(number))
        relabel(other, "Another number")


def relabel(answer: quiz_answer, words: str) -> None:
    """Replace the words of an answer."""
    answer[0].clear()
    answer[0] += nodes.Text(words)


class OrderDirective(QuizDirective):
    """`{order}`: steps, written in the right order."""

    known = {"either": str}

    def finish(self, place: quiz, answers: list[quiz_answer]) -> None:
        """The order of the text is the right one; what is shown first is shuffled."""
        free = {int(word) for word in self.options.get("either", "").split()}
        for k, node in enumerate(answers, start=1):
            node["step"] = k
            # Steps with the same rank may change places.
            node["rank"] = min(free) if k in free else k
        ranks = [node["rank"] for node in answers]
        shown = list(range(len(answers)))
        draw = random.Random(place[0].astext())
        while [ranks[k] for k in shown] == sorted(ranks):
            draw.shuffle(shown)
        place["shown"] = shown


def number_questions(app: Sphinx, doctree: nodes.document) -> None:
    """Number the questions of each section, as text: a listener hears it, too."""
    for section in doctree.findall(nodes.section):
        mine = [node for node in section.children if isinstance(node, quiz)]
        for k, place in enumerate(mine, start=1):
            place[0].insert(0, nodes.Text(f"{k}. "))
    for value in doctree.findall(quiz_value):
        if not value.children:
            stray = value["expression"]
            LOGGER.warning("{value}`%s` stands outside a numeric question", stray, location=value)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    quiz_html.add_nodes(app)
    app.add_directive("choice", ChoiceDirective)
    app.add_directive("numeric", NumericDirective)
    app.add_directive("order", OrderDirective)
    app.add_directive("answer", AnswerDirective)
    app.add_role("value", ValueRole())
    app.connect("doctree-read", number_questions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
