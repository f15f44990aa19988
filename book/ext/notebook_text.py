"""The text of a chapter as a notebook can show it: Markdown without the book's own directives.

Jupyter knows headings, emphasis, links, formulas, tables, code and simple HTML. What else the
chapters use is turned into these here: roles, labels, boxes, folding answers, questions.
"""

import re
from collections.abc import Callable, Iterator

import quiz_html
import quiz_numbers

# Of a directive: its fence, name, argument and inner lines; of a plain line: None and the line.
Block = tuple[str | None, str, str, list[str]]
# (name, argument, options, inner lines) → cells, or None for the common forms.
Write = Callable[[str, str, dict[str, str], list[str]], list | None]

COLORS = {"img": "#00639b", "flt": "#ad4a00", "res": "#00734f", "bia": "#9c3f76"}
MATH = re.compile(r"\\(img|flt|res|bia)\{")
FENCE = re.compile(r"^(`{3,}|:{3,})\{([\w:-]+)\}[ \t]*(.*)$")
OPTION = re.compile(r"^:([\w-]+):\s*(.*)$")
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)
QUOTED = {"note", "warning", "tip", "hint", "important", "admonition", "seealso"}


def braced(text: str, at: int) -> int:
    """Where the brace that opens just before `at` is closed."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at - 1


def plain_math(text: str) -> str:
    r"""Colors by \textcolor, which Jupyter knows, in place of the book's own macros."""
    while found := MATH.search(text):
        end = braced(text, found.end())
        inner = text[found.end() : end]
        colored = f"\\textcolor{{{COLORS[found[1]]}}}{{{inner}}}"
        text = text[: found.start()] + colored + text[end + 1 :]
    return text


def plain_inline(text: str, glued: dict[str, str]) -> str:
    """Roles and links within a paragraph."""
    text = re.sub(r"\{glue:text\}`([\w-]+)(?::[^`]*)?`", lambda m: glued[m[1]], text)
    text = re.sub(r"\{math\}`([^`]+)`", r"$\1$", text)
    text = re.sub(r"\{(?:term|ref|doc)\}`([^`<]+?)(?: *<[^`]*>)?`", r"\1", text)
    text = re.sub(r"\{cite:[pt]\}`(\w+?)(\d{4})`", lambda m: f"({m[1].title()} {m[2]})", text)
    text = re.sub(r"\{download\}`([^`<]+?) *<[^`]*/([^`/]+)>`", r"\1 (`\2`)", text)
    parts = CODE.split(text)
    parts[::2] = [plain_links(part) for part in parts[::2]]
    return "".join(parts)


def plain_links(text: str) -> str:
    """Links to chapters become links to their notebooks; of others in the book the words stay."""
    text = re.sub(r"\]\((ch\d\d)\.md(?:#[\w-]+)?\)", r"](\1.ipynb)", text)
    # Other pages and labels are in the book only: of such links the words stay.
    text = re.sub(r"\[([^\]\[]+)\]\((?:#?[\w-]+|\w+\.md)\)", r"\1", text)
    return text.replace('<span class="star">⋆</span>', "⋆")


def split_options(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The lines `:name: value` at the top of a directive as a dictionary, and the other lines."""
    options, lines = {}, list(lines)
    while lines and (found := OPTION.match(lines[0])):
        options[found[1]] = found[2].strip("\"'")
        lines.pop(0)
    return options, lines


def blocks(lines: list[str]) -> Iterator[Block]:
    """Split into (fence, name, argument, inner lines) and plain lines (None, line)."""
    at = 0
    while at < len(lines):
        found = FENCE.match(lines[at])
        if not found:
            yield None, lines[at], "", []
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].rstrip() != found[1]:
            end += 1
        yield found[1], found[2], found[3], lines[at + 1 : end]
        at = end + 1


def fold(title: str, body: str) -> str:
    """Text that folds open below its title, as Jupyter shows HTML."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>\n"


def convert(text: str, write: Write) -> list[str | list]:
    """Markdown text as a list of cells: strings, or what `write(name, argument, ...)` returned.

    `write` is asked first for each directive; if it returns None, the common forms apply.
    """
    text = re.sub(r"^\([\w-]+\)=[ \t]*$\n?", "", text, flags=re.M)
    text = re.sub(r"^\+\+\+.*\n", "", text, flags=re.M)
    cells, line_buffer = [], []

    def flush() -> None:
        if words := "\n".join(line_buffer).strip():
            cells.append(words)
        line_buffer.clear()

    for fence, name, argument, inner in blocks(text.split("\n")):
        if fence is None:
            line_buffer.append(name)
            continue
        options, inner = split_options(inner)
        own = write(name, argument, options, inner)
        if own is not None:
            flush()
            cells.append(own)
            continue
        line_buffer.extend(common(name, argument, options, inner, write).split("\n"))
    flush()
    return cells


def common(
    name: str, argument: str, options: dict[str, str], inner: list[str], write: Write
) -> str:
    """The forms that need nothing but the text of the directive."""
    if name == "numeric":
        argument, inner = with_first_numbers(argument, options, inner)
    if name in ("numeric", "order"):
        return question(name, argument, inner, write)
    body = joined(inner, write)
    if name in ("dropdown", "answer"):
        return fold(argument, body)
    if name == "choice":
        return f"**{argument}**\n\n{body}\n"
    if name in QUOTED:
        title = argument or name.capitalize()
        return "\n".join(f"> {line}".rstrip() for line in [f"**{title}**", "", *body.split("\n")])
    if name == "code-block":
        return "```python\n" + "\n".join(inner) + "\n```\n"
    if name == "math":
        return "$$" + "\n".join(inner) + "$$\n"
    return body


def joined(lines: list[str], write: Write) -> str:
    """The text of a directive's lines; cells of code inside it are left out."""
    return "\n\n".join(c for c in convert("\n".join(lines), write) if isinstance(c, str))


def answers(inner: list[str]) -> list[tuple[str, list[str]]]:
    """The answers of a question: the label and the lines of each."""
    return [(label, body) for _, name, label, body in blocks(inner) if name == "answer"]


def with_first_numbers(
    argument: str, options: dict[str, str], inner: list[str]
) -> tuple[str, list[str]]:
    """A numeric question with the numbers that print shows."""
    formulas = [label for label, _ in answers(inner) if label != "else"]
    where = options.get("where", "True")
    values = quiz_numbers.variants(options["numbers"], formulas, where, 1, "")[0]

    def fill(text: str) -> str:
        number = lambda found: quiz_numbers.written(quiz_numbers.compute(found[1], values))  # noqa: E731
        return re.sub(r"\{value\}`([^`]+)`", number, text)

    lines = []
    for line in map(fill, inner):
        head, found, formula = line.partition("{answer} ")
        if found:
            known = formula != "else"
            number = quiz_numbers.written(quiz_numbers.compute(formula, values)) if known else ""
            line = head + found + (number or "Another number")
        lines.append(line)
    return fill(argument), lines


def question(name: str, argument: str, inner: list[str], write: Write) -> str:
    """A question whose answers would give it away: all of them behind one fold."""
    found = answers(inner)
    steps = "".join(f"- {label}\n" for label in sorted(label for label, _ in found))
    title = quiz_html.FOLDED[name]
    reasons = "\n\n".join(f"**{label}** — {joined(body, write)}" for label, body in found)
    return f"**{argument}**\n\n{steps if name == 'order' else ''}\n{fold(title, reasons)}"
