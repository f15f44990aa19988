r"""A notebook's cell as plain Python: without what only IPython reads, line for line.

Jupyter reads `%magic`, `!command`, `name?` and `%%cell magic` in a cell; Python does not. Whoever
runs a student's cells without Jupyter takes them out with `as_python`. Standard library only: the
grader hands this very file into its sandbox.

The rules are those of IPython (`IPython.core.inputtransformer2`): a cell is read token by token,
so a `%` in a string, in a comment or between two numbers is none of its business.
"""

from __future__ import annotations

import ast
import re
import textwrap
import tokenize
import warnings

# Cell magics that run the cell's own text as Python, here and now. What others do with it (write
# it to a file, hand it to a shell) leaves no names behind.
_RUN_THE_CELL = {"time", "timeit", "capture", "prun", "memit", "mprun", "pyinstrument", "snakeviz"}
_ESCAPES = {"%", "!", "?", ",", ";", "/"}  # at the beginning of a line
_HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?\??$")
_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)|(?:In \[\d+\]:|[ ]*\.{3,}:) ?")
_LAYOUT = {tokenize.INDENT, tokenize.DEDENT}
_OPENS, _CLOSES = {"(", "[", "{"}, {")", "]", "}"}


def as_python(cell: str) -> str:
    r"""Take out of a cell what only IPython reads.

    Parameters
    ----------
    cell : str
        The source of a code cell. Whatever Python can read comes back as it is, and so does what
        neither of them can: its SyntaxError belongs to whoever wrote it.

    Returns
    -------
    str
        As many lines, each where it was. In place of `%magic`, `!command` and `name?` stands
        `pass`; `x = !command` gives an empty list and `x = %magic` None; of `%time` its statement
        is left, and of `%%time` and the like the cell below.

    Examples
    --------
    >>> as_python("np.sum?\ntotal = 7 % 4\n%time total = total + 1")
    'pass\ntotal = 7 % 4\ntotal = total + 1'
    """
    if is_python(cell):
        return cell
    lines = _without_prompts(textwrap.dedent(cell).split("\n"))
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%") and not re.match(r"%%\w+\?", lines[first]):
        return _cell_magic(lines, first)
    before, start = list(lines), 0
    while start < len(lines):
        start = _replace(lines, start)
    plain = "\n".join(lines)
    return plain if lines != before or is_python(plain) else cell


def is_python(text: str) -> bool:
    """Tell whether Python can read a text; also if what it lacks is something else than syntax."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whoever runs the text will warn
        try:
            ast.parse(text)
        except SyntaxError:
            return False
        except (ValueError, MemoryError, RecursionError):  # NUL; too deep
            return True
    return True


def _cell_magic(lines, first):
    name, _, words = lines[first][2:].rstrip().partition(" ")
    above, below = [""] * first, lines[first + 1 :]
    body = "\n".join(below)
    if name in _RUN_THE_CELL:
        return "\n".join([*above, "", *as_python(body).split("\n")] if below else [*above, ""])
    text = _write(words, body + "\n") if name in ("writefile", "file") else ""
    return "\n".join([*above, text, *[""] * len(below)])


def _write(words, body) -> str:
    """What `%%writefile helpers.py` does: later cells may import it."""
    append, name = re.fullmatch(r"((?:-a|--append)\s+)?(.*)", words.strip()).groups()
    name, mode = name.strip("\"'"), "a" if append else "w"
    return f"open({name!r}, {mode!r}, encoding='utf-8').write({body!r}) and None"


def _without_prompts(lines):
    """Without `>>> ` and `In [1]: `, where somebody copied them along."""
    first = next((line for line in lines if line.strip() and line[0] != "#"), "")
    if not re.match(r"[ \t]*>>>(?: |$)|In \[\d+\]:", first):
        return lines
    return [_PROMPT.sub("", line, count=1) if _PROMPT.match(line) else line for line in lines]


# ---- one logical line: from its first token to the end of its last bracket or string


def _replace(lines, start) -> int:
    """Replace the logical line that begins at `start` if IPython alone reads it; where is next?"""
    tokens, whole = _logical_line(lines, start)
    real = [token for token in tokens if token.type not in _LAYOUT]
    if real:
        row, column = real[0].start
        if whole and len(real) > 2 and real[-2].string == "?":
            end = start + real[-2].end[0]
            if _HELP.search("\n".join(lines[start:end])):
                return _put(lines, start + row - 1, end - 1, column, "pass")
        place = start + row - 1
        if real[0].string in _ESCAPES and not re.fullmatch(r"/(?: .*)?", lines[place][column:]):
            return _escape(lines, place, column)
        after = _assigned(lines, start, real)
        if after:
            return after
    return start + tokens[-1].end[0] if whole and tokens else len(lines)


def _escape(lines, start, column) -> int:
    end = _continued(lines, start)
    timed = _timed(lines[start][column:]) if end == start else ""
    return _put(lines, start, end, column, timed if is_python(timed) and timed else "pass")


def _assigned(lines, start, tokens) -> int | None:
    """`x = !command`, `x = %magic`; None if it is neither."""
    depth = 0
    rest = iter(tokens)
    for token in rest:
        if token.string in _OPENS:
            depth += 1
        elif token.string in _CLOSES:
            depth = max(0, depth - 1)
        elif token.string == "=" and not depth:
            break
    # Before Python 3.12, spaces in front of a sign that Python does not know are tokens, too.
    after = [token for token in rest if not token.string.isspace()][:2]
    sign = after[0].string if after else ""
    if sign == "!" and not token.line.strip().startswith("="):
        text = "[]"
    elif sign == "%" and len(after) > 1 and after[1].type == tokenize.NAME:
        text = "None"
    else:
        return None
    row, column = after[0].start
    place = start + row - 1
    end = _continued(lines, place)
    timed = _timed(lines[place][column:]) if end == place else ""
    if timed and is_python(f"({timed})"):
        text = timed
    return _put(lines, place, end, column, text)


def _timed(text) -> str:
    """The statement behind `%time`; only there it is run in the notebook's own names."""
    found = re.fullmatch(r"%time[ \t]+(.+)", text)
    return found[1] if found else ""


def _logical_line(lines, start):
    """The tokens of a logical line, rows counted from 1, and whether it has an end."""
    rest = (line + "\n" for line in lines[start:])
    tokens, depth = [], 0
    try:
        for token in tokenize.generate_tokens(lambda: next(rest, "")):
            tokens.append(token)
            if token.type == tokenize.OP:
                depth += (token.string in _OPENS) - (token.string in _CLOSES)
            if token.type == tokenize.NEWLINE or (token.type == tokenize.NL and not depth):
                return tokens, True
    except (tokenize.TokenError, SyntaxError, ValueError):
        # A bracket or a string without an end, or (ValueError, since Python 3.12) letters behind a
        # bare carriage return: Python will tell.
        return tokens, False
    return tokens, bool(tokens)


def _continued(lines, start) -> int:
    """The last line of those that backslashes tie together."""
    while lines[start].endswith("\\") and start + 1 < len(lines):
        start += 1
    return start


def _put(lines, start, end, column, text) -> int:
    """Write in place of these lines, behind `column`; the lines that are left over stay empty."""
    lines[start] = lines[start][:column] + text
    lines[start + 1 : end + 1] = [""] * (end - start)
    return end + 1
