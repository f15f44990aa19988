"""Change one thing in a right program, wherever there is a thing to change.

A check that cannot tell such a mutant from the original does not test what it should, unless
both do the same on every input.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections import Counter
from collections.abc import Iterator

from convkit.check.registry import find
from tests.assignments.sources import SOURCES

_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.FloorDiv),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
}
_COMPARISONS = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def mutants(source: str, lines: set[int]) -> Iterator[tuple[str, str]]:
    """Yield (what was changed, the whole program with that change), each program once.

    Only what stands on these lines is changed; the first line has the number 1.
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    skip, neighbors = _docstrings(tree), _neighbors(tree)
    seen, names = {original}, Counter()
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skip or not _lines(node) & lines:
            continue
        for change in range(_MOST_CHANGES):
            other = copy.deepcopy(tree)
            twin = next(itertools.islice(ast.walk(other), number, None))
            changed = _change(twin, change, neighbors.get(id(node)))
            if changed is None:
                break
            if changed is not twin:
                _Replace(twin, changed).visit(other)
            program = ast.unparse(ast.fix_missing_locations(other))
            if program not in seen:
                seen.add(program)
                name = _difference(original, program)
                names[name] += 1
                yield name + (f" ({names[name]})" if names[name] > 1 else ""), program


def _lines(node) -> set[int]:
    """The line on which a node begins. Operators and the like have none."""
    return {node.lineno} if hasattr(node, "lineno") else set()


def _difference(original, program) -> str:
    """The first line that differs, before and after."""
    for old, new in zip(original.split("\n"), program.split("\n"), strict=False):
        if old != new:
            return f"{old.strip()} → {new.strip()}"
    return "a line less, or more"


_MOST_CHANGES = 6


def _change(node, number, neighbor):
    """Change `node` in the way with this number; return what stands in its place, or None."""
    ways = list(_ways(node, neighbor))
    return ways[number]() if number < len(ways) else None


def _ways(node, neighbor):
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield lambda operator=operator: _set(node, op=operator())
    if isinstance(node, ast.AugAssign):
        yield lambda: ast.copy_location(ast.Assign([node.target], node.value), node)
    if isinstance(node, ast.UnaryOp):
        yield lambda: node.operand
    if isinstance(node, ast.BoolOp):
        yield lambda: _set(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if isinstance(node, ast.Compare):
        for operator in _COMPARISONS[type(node.ops[0])]:
            yield lambda operator=operator: _set(node, ops=[operator(), *node.ops[1:]])
    if isinstance(node, ast.IfExp):
        yield lambda: node.body
        yield lambda: node.orelse
    if isinstance(node, ast.Constant):
        for value in _other_values(node.value):
            yield lambda value=value: _set(node, value=value)
    if isinstance(node, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node, part) is not None:
                yield lambda part=part: _set(node, **{part: None})
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        for k in range(len(node.elts) - 1):
            yield lambda k=k: _set(node, elts=_swapped(node.elts, k))
    if isinstance(node, ast.Call):
        if len(node.args) == 1 and not node.keywords:
            yield lambda: node.args[0]  # f(x) → x
        if isinstance(node.func, ast.Attribute):
            yield lambda: node.func.value  # x.f() → x
        if len(node.args) > 1:
            yield lambda: _set(node, args=_swapped(node.args, 0))
        for k in range(len(node.keywords)):
            yield lambda k=k: _set(node, keywords=node.keywords[:k] + node.keywords[k + 1 :])
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and neighbor:
        yield lambda: _set(node, id=neighbor)
    if isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign)):
        yield lambda: ast.copy_location(ast.Pass(), node)


def _other_values(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value - 1]
    if isinstance(value, str):
        return ["other " + value]
    return []


def _set(node, **changes):
    for name, value in changes.items():
        setattr(node, name, value)
    return node


def _swapped(items, k):
    items = list(items)
    items[k], items[k + 1] = items[k + 1], items[k]
    return items


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _docstrings(tree) -> set[int]:
    """Docstrings, with the statements that hold them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Module)) and ast.get_docstring(node):
            found |= {id(node.body[0]), id(node.body[0].value)}
    return found


def _neighbors(tree) -> dict[int, str]:
    """For each variable that is read, another one of the same function to read instead."""
    found = {}
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.Module)):
            continue
        parameters = function.args.args if isinstance(function, ast.FunctionDef) else []
        own = {parameter.arg for parameter in parameters}
        own |= {
            n.id
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        names = sorted(own)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in own and len(names) > 1:
                found[id(node)] = names[(names.index(node.id) + 1) % len(names)]
    return found


def other_orders(order: str) -> Iterator[tuple[str, str]]:
    """An order of letters with one left out, two neighbors exchanged, or a wrong line put in."""
    letters = order.split()
    for k, letter in enumerate(letters):
        yield f"without {letter}", " ".join(letters[:k] + letters[k + 1 :])
    for k in range(len(letters) - 1):
        one, other = letters[k], letters[k + 1]
        yield f"{one} {other} → {other} {one}", " ".join(_swapped(letters, k))
    for odd in "XYZ":
        for k in range(len(letters) + 1):
            yield f"{odd} at {k}", " ".join([*letters[:k], odd, *letters[k:]])
            if k < len(letters):
                yield f"{letters[k]} → {odd}", " ".join([*letters[:k], odd, *letters[k + 1 :]])


def of_exercise(id_: str) -> list[tuple[str, str]]:
    """(what was changed, the answer cell with that change) for one exercise."""
    source = SOURCES[id_]
    if find(id_, "public").kind == "order":
        order = source.answer()
        return [(name, source.cell.replace(order, other)) for name, other in other_orders(order)]
    return list(mutants(source.cell, source.solution_lines))
