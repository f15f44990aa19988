"""The parts of a question (quiz.py) and how they are written as HTML.

    <section class="quiz" data-quiz="choice">
      <div class="quiz-still">                    what stands without scripts, and in print
        <p class="quiz-question">
        <details class="quiz-answer"><summary class="quiz-label"> ...   one for each answer

The answers to a number and to an order would give the game away: there, one `details` holds all.
"""

import json

import quiz_numbers
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

FOLDED = {"order": "The order, and why", "numeric": "The answer, and others that tempt"}


class quiz(nodes.General, nodes.Element):
    """A question: its text (paragraph), what belongs to it, and its answers."""


class quiz_answer(nodes.General, nodes.Element):
    """An answer: its label and its explanation."""


class quiz_label(nodes.General, nodes.TextElement):
    """The words of an answer."""


class quiz_value(nodes.Inline, nodes.TextElement):
    """A number in the text that differs between the variants of a numeric question."""


def answers_of(place: quiz) -> list[quiz_answer]:
    """The answers of a question, in the order in which they are shown."""
    return [node for node in place.children if isinstance(node, quiz_answer)]


def as_json(data: object) -> str:
    """JSON without blanks, for an attribute."""
    return json.dumps(data, separators=(",", ":"))


def open_quiz(self: HTML5Translator, node: quiz) -> None:
    """Begin a question, with all that its script must know as attributes."""
    data = {"data-quiz": node["kind"]}
    if "variants" in node:
        data["data-variants"] = as_json(node["variants"])
        data["data-tolerance"] = str(quiz_numbers.TOLERANCE)
    if "shown" in node:
        data["data-shown"] = as_json(node["shown"])
    self.body.append(self.starttag(node, "section", CLASS="quiz", **data))
    self.body.append('<div class="quiz-still">\n')


def close_quiz(self: HTML5Translator, node: quiz) -> None:
    """End a question, and the fold around its answers if there is one."""
    self.body.append("</details>\n" if node["kind"] in FOLDED else "")
    self.body.append("</div></section>\n")


def open_answer(self: HTML5Translator, node: quiz_answer) -> None:
    """Begin an answer; before the first of a folded question begin the fold."""
    place = node.parent
    if place["kind"] in FOLDED and node is answers_of(place)[0]:
        if place["kind"] == "order":
            steps = answers_of(place)
            items = "".join(f"<li>{words(self, steps[k][0])}</li>\n" for k in place["shown"])
            self.body.append(f"<ul class='quiz-shown'>\n{items}</ul>\n")
        title = FOLDED[place["kind"]]
        self.body.append(f'<details class="quiz-folded"><summary>{title}</summary>\n')
    data = {"data-right": ""} if node.get("right") else {}
    if "rank" in node:
        data["data-rank"] = str(node["rank"])
    tag = "div" if place["kind"] in FOLDED else "details"
    self.body.append(self.starttag(node, tag, CLASS="quiz-answer", **data))


def close_answer(self: HTML5Translator, node: quiz_answer) -> None:
    """End an answer."""
    self.body.append("</div>\n" if node.parent["kind"] in FOLDED else "</details>\n")


def open_label(self: HTML5Translator, node: quiz_label) -> None:
    """Begin the words of an answer: what is clicked, or a paragraph within the fold."""
    tag = "p" if node.parent.parent["kind"] in FOLDED else "summary"
    self.body.append(f'<{tag} class="quiz-label">')


def close_label(self: HTML5Translator, node: quiz_label) -> None:
    """End the words of an answer."""
    self.body.append("</p>\n" if node.parent.parent["kind"] in FOLDED else "</summary>\n")


def words(self: HTML5Translator, label: quiz_label) -> str:
    """The words of a label as HTML, written a second time."""
    before = len(self.body)
    for child in label.children:
        child.walkabout(self)
    written = "".join(self.body[before:])
    del self.body[before:]
    return written


def open_value(self: HTML5Translator, node: quiz_value) -> None:
    """Begin a number that differs between variants."""
    self.body.append(f'<span class="quiz-value" data-number="{node.get("number")}">')


def close_value(self: HTML5Translator, node: quiz_value) -> None:
    """End such a number."""
    self.body.append("</span>")


def pass_by(self: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Other builders show what is inside."""


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Give pages with a question the script and the style of questions."""
    if doctree is not None and next(doctree.findall(quiz), None) is not None:
        app.add_js_file("quiz/quiz.js", type="module")
        app.add_css_file("quiz/quiz.css")


def add_nodes(app: Sphinx) -> None:
    """Tell Sphinx how the parts of a question are written."""
    quiet = (pass_by, pass_by)
    for node, html in (
        (quiz, (open_quiz, close_quiz)),
        (quiz_answer, (open_answer, close_answer)),
        (quiz_label, (open_label, close_label)),
        (quiz_value, (open_value, close_value)),
    ):
        app.add_node(node, html=html, latex=quiet, text=quiet)
    app.connect("html-page-context", add_script)
