"""Cells as plain Python: the same as IPython makes of them, line for line."""

from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convkit.check.ipython_cells import as_python

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
FUNCTION = "def f(x):\n    return x % 3\n"
# Nothing in these is IPython's, though Python alone cannot read all of them.
PLAIN = [
    "",
    "\n\n",
    "x = 1",
    "x = 7 % 4\ny = x %3",
    "text = '%matplotlib inline'\nask = 'really?'\nloud = \"!ls\"",
    "text = '''\n%time\n!ls\nnp.sum?\n%%bash\n'''",
    'def f():\n    """\n    %time f()\n    !ls\n    what?\n    """\n    return 1',
    "x = (7\n     % 4)\ny = [\n    7\n    % 3, 2\n]",
    "x = 7 \\\n    % 4",
    "x = 7 \\\n% 4\nassert x != 2, 'x?'",
    "# %time\n# what?\nx = 1  # !ls",
    "x = 1;",
    "np.sum(x);",
    "@decorate\n@other(1)\ndef f():\n    pass",
    "f'{x % 3!r:>{width}} what? %d !ls'",
    'f\'{x!s}\'\nrf"""\n%time {x % 2}\n!ls?\n"""',
    "label = f\"{names['a']}?\"",
    "'%d' % 3 + \\\n'%s' % 4",
    "x: dict[str, int] = {'a': 7 % 2}",
    "if x:\n\ty = 1\n\tz = y % 2",
    "class A:\n    def f(self): return '?'\n\n\n\nA()",
    "x = 1\r\ny = x % 3\r\n",
    "größe = 3\nصورة = größe % 2",
    "lambda a=1, *b: a % 2",
    "async def f():\n    await g()",
    "x if x != 1 else ...",
]
# Neither IPython nor Python reads these.
BROKEN = [
    "def f(:\n    pass",
    "def f(image:\n  pas",
    "x = (1\n",
    "x = '''\n%time\n",
    "x = 'abc\ny = 1",
    "for i in range(3): !ls",
    "x = y = !ls",
    "print(np)?",
    "np.sum ?",
    "np.sum? ",
    "np.sum? # what is it",
    "f(x,\n  y)?",
    "x ? y",
    "x = 1 +",
    "  x = 1\n y = 2",
    "if x:\nx = 1",
    "x = 5 5\ny = 'what?'",
    "1 / 0 ! 3",
    "/ 3",
    "x = ?",
    "x = % 3",
    "(%time)",
    "[!ls]",
    "def f():\n    return ?",
    "é ! è",
    "$x = 1",
    "what is this",
    "x \\\n= !ls",
    "x = 0777\ny = 1",
]
# IPython's.
MAGIC = [
    "np.sum?",
    "np.sum??",
    "?np.sum",
    "??np.sum",
    "?",
    "??",
    "*sum*?",
    "np.*load*?",
    "rows[0]?",
    "rows[-1].real??",
    "%time?",
    "%%time?",
    "%%time?\nx = 1",
    "x = np.sum?",
    "x = 1; np.sum?",
    "x = 1\nnp.sum?\ny = x % 2",
    "%matplotlib inline",
    "%matplotlib inline\nimport numpy as np",
    "%load_ext autoreload\n%autoreload 2\nx = 1",
    "%pip install numpy>=2 'a b'",
    "%cd ..\n%pwd",
    "!ls",
    '!ls -la | grep "x"',
    "!echo it's here",
    "!echo 'it'\\''s'\nx = 1",
    "!pip install a[b]>=1.0 {x} $y\nx = 1",
    "!echo (((\nx = 1",
    "!echo '''\nx = 1",
    "!!ls\nx = 1",
    "!ls \\\n   -l \\\n   -a\nx = 1",
    "%timeit np.sum( \\\n    x)\ny = 2",
    "a = !ls",
    "a = !ls -la | head\nb = len(a)",
    "a = !echo it's\nb = 1",
    "a = !ls \\\n  -l\nb = 1",
    "a.b[0] = !ls",
    "a, b = !ls",
    "x = %timeit -o f(3)",
    "x = %who_ls\ny = [n for n in x]",
    "x: list = %who_ls",
    "f(a=1)[0] = %who_ls",
    "%time",
    "%time x = 3",
    "%time x = 'a?' + \"%d\" % 3",
    "x = %time 3 + 4",
    "%time f(",
    "%timeit f(3)\n%prun f(3)",
    "if x:\n    %matplotlib inline\nelse:\n    !ls\n    y = 2",
    "for i in range(3):\n    %time y = i\n    print(y)",
    "def f():\n    x = !ls\n    np.sum?\n    return x",
    "def f():\n\t%time\n\treturn 1",
    "while x:\n    if y:\n        !ls\n\n    z = 7 % 3\n    np?\nw = 1",
    "try:\n    x = 1\nexcept E:\n    !ls\nfinally:\n    ?x",
    "%%time\nx = 1",
    "%%time\n# ANSWER 1.1\ndef f():\n    return 1",
    "%%timeit\nx = 7 % 3\n",
    "%%timeit -n 1 -r 1\nx = 1",
    "%%capture\nx = 1\nprint(x)",
    "%%capture out\n%matplotlib inline\nx = 1\nnp?",
    "%%capture\n%%time\nx = 1",
    "\n\n%%time\nx = 1",
    "%%time\n!ls\nx = %who_ls",
    "%%bash\nls *.py | grep 'x\nif [ 1 ]; then",
    "%%html\n<b>what?</b>",
    "%%javascript\nlet x = 1;",
    "%%latex\n\\frac{1}{2}",
    "%%script false --no-raise-error\nx = 1",
    "%%unknown\nx = 1",
    "%%\nx = 1",
    "%% time\nx = 1",
    "text = '''\n%time\n!ls\n'''\n!ls\nmore = '''\nwhat?\n'''",
    "x = (7\n     % 4)\nnp?\ny = [7\n% 3]",
    "x = 7 \\\n    % 4\n%time y = x",
    "f'{x % 3!r} what?'\nnp?",
    'x = f"""\n%time {x}\n!ls\n"""\n!ls',
    "# %time\nnp?\n# what?",
    "%matplotlib inline\n" + FUNCTION + "f?\nf(7)",
    FUNCTION + "\n%timeit f(3)\n",
    "@decorate\ndef f():\n    !ls\n    return 1",
    "%matplotlib inline;\nx = 1;",
    "x = 1\n\n\n%time\n\n\ny = 2",
    "x = 1\r\n%time\r\ny = 2\r\n",
    "    x = 1\n    np?\n    y = 2",
    ">>> x = 1\n>>> np?\n>>> for i in x:\n...     y = i",
    "# ANSWER 1.1\n>>> def f():\n...     return 7 % 3\n...\n>>> f()\n",
    "In [1]: x = 1\nIn [2]: np?",
    ",f a b",
    ";f a b",
    "/f a b",
    "x = 1\n%%time\ny = 2",
    "größe = 3\ngröße?\n!echo größe",
    "x = 1\n\\\n%time y = 2",
    "%time\ndef f(:\n  pass",
    "np?\nx = (1\n",
    "a = !ls\nb = !pwd\nc = %who\n?d\ne?",
    "\f%time x = 1",
]


def tree(text):
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


class Outcome(ast.NodeTransformer):
    """Of IPython's calls what a cell without IPython keeps: nothing, or a value."""

    def visit_Expr(self, node):
        call = asked(node.value)
        if call is None:
            return self.generic_visit(node)
        name, args = call
        if name == "run_line_magic" and args[0] == "time" and tree(args[1]) and args[1]:
            return tree(args[1]).body
        if name == "run_cell_magic":
            runs = args[0] in ("time", "timeit", "capture")
            return ipythons(args[2]).body if runs else []
        return ast.Pass()

    def visit_Call(self, node):
        call = asked(node)
        if call is None:
            return self.generic_visit(node)
        name, args = call
        if name == "run_line_magic" and args[0] == "time" and tree(args[1]):
            return tree(args[1]).body[0].value
        return ast.Constant(None) if name == "run_line_magic" else ast.List([], ast.Load())


def asked(node):
    """("system", ["ls"]) of a call of get_ipython(); None of any other node."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    if ast.unparse(node.func.value) != "get_ipython()":
        return None
    return node.func.attr, [ast.literal_eval(argument) for argument in node.args]


def ipythons(cell):
    """What IPython makes of a cell, as a tree; None if it cannot be read after that."""
    from IPython.core.inputtransformer2 import TransformerManager

    read = tree(TransformerManager().transform_cell(cell))
    return read and Outcome().visit(read)


def shape(read):
    """A tree as text; an empty one is one `pass`."""
    if read is None:
        return None
    read.body = read.body or [ast.Pass()]
    return ast.dump(read)


def ours(cell):
    read = tree(as_python(cell))
    if cell.startswith((",", ";", "/")) and read:  # calls without brackets: only shown, so left out
        return shape(ipythons(cell))
    return shape(read)


@pytest.mark.parametrize("cell", [*PLAIN, *BROKEN, *MAGIC])
def test_a_cell_means_what_it_means_to_ipython(cell):
    pytest.importorskip("IPython")
    assert ours(cell) == shape(ipythons(cell))


@pytest.mark.parametrize("cell", [*PLAIN, *BROKEN])
def test_what_is_not_ipythons_comes_through_unchanged(cell):
    assert as_python(cell) == cell


@pytest.mark.parametrize("cell", MAGIC)
def test_lines_keep_their_numbers(cell):
    plain = as_python(cell)
    assert plain != cell
    assert len(plain.split("\n")) == len(cell.split("\n"))
    left = zip(plain.split("\n"), cell.split("\n"), strict=True)
    made = [a for a, b in left if a.strip() not in ("", "pass") and a.strip() not in b]
    assert all(line.endswith((" = []", " = None", " = 3 + 4")) for line in made)


def test_a_file_that_a_cell_writes_can_be_imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for source in (FUNCTION, "%%file -a written_here.py\ny = 'ü?'"):
        exec(as_python(source if "%%" in source else f"%%writefile written_here.py\n{source}"), {})
    written = (tmp_path / "written_here.py").read_text("utf-8")
    assert written == FUNCTION + "\n" + "y = 'ü?'\n"


PIECES = [
    *("%", "%%", "!", "?", "x", " = ", "time", "'", '"""', "(", ")", "[", "\\", "\n", "    ", "#"),
    *("f'{", "}", ";", ",", "/", "np.sum", "if x:", "def f():", "\t", "\r", "0", ">>> ", ":", "ß"),
]


@settings(max_examples=400, deadline=None)
@example("%%time")
@example("%\rß")  # which ends Python 3.12's tokenizer
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_at_all_keeps_its_lines_and_never_raises(cell):
    plain = as_python(cell)
    assert plain.count("\n") == cell.count("\n")
    if tree(cell) or (tree(plain) is None and not set("%!?>,;/") & set(cell)):
        assert plain == cell


MANY = ["!ls\n", "x = !ls\n", "np?\n", "(\n", "'''\n", "if x:\n !ls\n", "\\\n"]


@pytest.mark.parametrize("line", MANY)
def test_a_large_cell_is_read_in_a_time_that_grows_with_its_size(line):
    calls = []

    def count(frame, event, argument):
        calls.append(event) if event == "call" else None

    sizes = []
    for many in (200, 800):
        calls.clear()
        sys.setprofile(count)
        try:
            as_python(line * many + "x = = 1")
        finally:
            sys.setprofile(None)
        sizes.append(len(calls))
    assert sizes[1] < 8 * max(sizes[0], 500)
