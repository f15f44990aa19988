"""The words of a mistake stand once, and are found from the number of an exercise."""

from __future__ import annotations

import ast
import inspect
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

from convkit.assignments import __main__ as command
from convkit.check import mistakes
from convkit.check.mistake import Mistake
from convkit.check.registry import find
from convkit.check.sections import SECTIONS
from tests.assignments import EXERCISES

FAMILIES = [
    import_module(f"convkit.check.mistakes.{path.stem}")
    for path in sorted(Path(mistakes.__file__).parent.glob("*.py"))
    if path.stem != "__init__"
]
CATALOGUE = [
    mistake
    for family in FAMILIES
    for mistake in vars(family).values()
    if isinstance(mistake, Mistake)
]
SHOWN = {(id_, m) for id_ in EXERCISES for m in find(id_, "public").mistakes}


@pytest.mark.parametrize("field", ["key", "name", "hint", "why"])
def test_no_two_mistakes_of_the_catalogue_share_their_words(field):
    seen = defaultdict(list)
    for mistake in CATALOGUE:
        seen[getattr(mistake, field)].append(mistake.key)
    assert not [keys for keys in seen.values() if len(keys) > 1]


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_every_mistake_of_an_exercise_is_one_of_the_catalogue(exercise_id):
    """Its name always; a hint or an explanation of its own is no other mistake's."""
    by_key = {mistake.key: mistake for mistake in CATALOGUE}
    for mistake in find(exercise_id, "public").mistakes:
        assert mistake.name == by_key[mistake.key].name
        for field in ("hint", "why"):
            same = {m.key for m in CATALOGUE if getattr(m, field) == getattr(mistake, field)}
            same |= {m.key for _, m in SHOWN if getattr(m, field) == getattr(mistake, field)}
            assert same == {mistake.key}


def test_no_exercise_writes_a_mistake_of_its_own():
    """A literal Mistake(…) stands in the catalogue only."""
    folder = Path(inspect.getfile(command)).parent
    for file in folder.rglob("*.py"):
        names = {n.id for n in ast.walk(ast.parse(file.read_text("utf-8"))) if type(n) is ast.Name}
        assert "Mistake" not in names, file


def test_every_mistake_of_the_catalogue_is_some_exercise_s():
    functions = {"changes-its-input", "prints-instead-of-returning", "returns-nothing"}
    assert {mistake.key for mistake in CATALOGUE} - {m.key for _, m in SHOWN} == functions
    assert {mistake.section for mistake in CATALOGUE} <= SECTIONS.keys()


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_each_mistake_is_found_from_the_number_of_its_exercise(exercise_id, capsys):
    assert command.main([exercise_id]) == 0
    lines = capsys.readouterr().out.splitlines()
    for mistake in find(exercise_id, "public").mistakes:
        at = lines.index(f"  {mistake.key}: {mistake.name}")
        words, made = lines[at + 1].split()[1], lines[at + 2].split(maxsplit=1)[1].split(", ")
        constant = line_at(words).split(" = ")[0]
        assert all(constant in line_at(place) for place in made)


def line_at(place: str) -> str:
    """The line of a file, from convkit/check/mistakes/size.py:12."""
    name, number = place.split(":")
    return (command.TOP / name).read_text("utf-8").splitlines()[int(number) - 1]


def test_an_exercise_that_is_not_there_is_said_to_be_none(capsys):
    assert command.main(["3.99"]) == 2
    assert "there is no exercise '3.99'" in capsys.readouterr().out
