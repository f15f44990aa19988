"""Adding a method is adding one file: everything else finds it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convkit import METHODS

ROOT = Path(__file__).resolve().parents[1]

# A method as a newcomer writes it: the definition, one place of the kernel after the other.
NEW = '''"""Sums one place of the kernel after the other."""

from convkit.methods.method import Method, Trials, Wish, group_slices, padded


def refuses(problem):
    return None if problem.stride == (1, 1) else "it takes stride 1 only"


def prepare(filters, problem):
    return filters


def run(image, filters, problem, out, scratch):
    image = padded(image, problem, scratch)
    out[...] = 0
    rows, columns = problem.output_size
    for channels, maps in group_slices(problem):
        for m in range(problem.kernel[0]):
            for n in range(problem.kernel[1]):
                top, left = m * problem.dilation[0], n * problem.dilation[1]
                window = image[:, top : top + rows, left : left + columns, channels]
                out[..., maps] += window @ filters[:, m, n, maps]


METHOD = Method(
    "place_by_place",
    refuses,
    prepare,
    run,
    wishes=(Wish(0.5, lambda problem, limits: problem.kernel == (2, 7)),),
    trials=Trials(strides=(1,)),
)
'''

TRIED = """
import random
from convkit import METHODS, bench, choose_method, conv2d, plan, read_problem
from tests.fuzz.made import CPU, error, make

assert "place_by_place" in METHODS and "place_by_place" in CPU
problem = read_problem((9, 9, 3), (3, 2, 7, 4))
assert choose_method(problem) == "place_by_place"
assert choose_method(read_problem((9, 9, 3), (3, 3, 7, 4))) != "place_by_place"
strided = read_problem((9, 9, 3), (3, 2, 7, 4), stride=2)
assert choose_method(strided) != "place_by_place"  # which it refuses
source = random.Random(5)
for _ in range(60):
    image, filters, options, _ = make("place_by_place", source.choice)
    result = conv2d(image, filters, method="place_by_place", **options)
    assert error("place_by_place", result, image, filters, options) <= 1
assert "place_by_place" in repr(plan(filters, image.shape, method="place_by_place", **options))
"""


@pytest.fixture
def tree(tmp_path):
    """A copy of the package, to add a file to."""
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "convkit", tmp_path / "convkit", ignore=leave)
    shutil.copytree(ROOT / "tests/fuzz", tmp_path / "tests/fuzz", ignore=leave)
    for file in ("definition.py", "problems.py"):
        shutil.copy(ROOT / "tests" / file, tmp_path / "tests")
    return tmp_path


def python(tree, code):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env={"PYTHONPATH": f"{tree}{os.pathsep}{tree / 'tests'}"},
        text=True,
        capture_output=True,
        timeout=120,
    )


def test_a_new_file_is_a_new_method_everywhere(tree):
    (tree / "convkit/methods/place_by_place.py").write_text(NEW, encoding="utf-8")
    done = python(tree, TRIED)
    assert done.returncode == 0, done.stderr


def test_a_method_has_the_name_of_its_file(tree):
    (tree / "convkit/methods/other.py").write_text(NEW, encoding="utf-8")
    done = python(tree, "import convkit")
    assert "other.py calls its method 'place_by_place': one name for both" in done.stderr


def test_two_methods_cannot_want_one_place_in_the_rule(tree):
    text = NEW.replace("Wish(0.5", "Wish(9")
    (tree / "convkit/methods/place_by_place.py").write_text(text, encoding="utf-8")
    done = python(tree, "from convkit.methods.registry import wishes; wishes()")
    assert "mec, place_by_place want the same place" in done.stderr


# Both ask which of two methods wins: of each pair, both names belong there.
QUESTIONS = ("convkit/tune.py", "tests/test_blocks.py")


def test_no_list_of_methods_is_kept_by_hand():
    """A file that names most methods of the CPU keeps a list that a newcomer must find."""
    names = [name for name, method in METHODS.items() if method.device == "cpu"]
    hand_kept = []
    for path in [*ROOT.glob("convkit/**/*.py"), *ROOT.glob("tests/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        named = [name for name in names if f'"{name}"' in text]
        if len(named) > len(names) / 2:
            hand_kept.append(path.relative_to(ROOT).as_posix())
    assert sorted(hand_kept) == sorted(QUESTIONS)
