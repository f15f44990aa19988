"""A whole network: what the notebook says in words is true, and small windows stay small."""

from __future__ import annotations

import pytest

from convkit.check import run
from convkit.check.registry import find
from tests.assignments.cells import printed, text_of
from tests.assignments.sources import SOURCES

NAME = "09_a_whole_network"


def test_the_worked_example_leaves_a_row_of_zeros_unseen():
    out = printed(NAME, "H, K, S, P = 32")
    assert "how many:      15 = 15" in out
    assert "never seen:    1 row" in out
    assert "never seen:    0 row" in printed(NAME, "H, K, S, P = 32", change=("= 32", "= 33"))


def test_receptive_fields_in_the_text_are_right():
    sees = SOURCES["9.5"].answer()
    assert (sees([(3, 1), (3, 1)]), sees([(3, 2), (3, 1)])) == (5, 7)
    assert "for `[(3, 1), (3, 1)]` it is 5, and for `[(3, 2), (3, 1)]` it is 7" in text_of(NAME)


def test_three_layers_move_along_and_two_do_not():
    lines = printed(NAME, "rng = np.random", "9.3", "9.7").splitlines()
    assert [line.split()[-1] for line in lines] == ["True", "True", "True", "False", "False"]


def test_the_experiment_waits_for_answers_that_are_not_there():
    lines = printed(NAME, "rng = np.random").splitlines()
    assert len(lines) == 5
    assert all("not yet: name 'm" in line for line in lines)


@pytest.mark.parametrize("seed", range(50))
def test_no_stride_divides_a_size_that_is_asked(seed):
    d = find("9.2", f"seed {seed}").given
    assert d["S"] != d["Q"] != d["P"]
    for size in (d["H"], d["W"]):
        assert (size + 2 * d["P"] - d["K"]) % d["S"]
        assert size % d["Q"]


@pytest.mark.parametrize(
    ("repair", "by"),
    [
        ("padded[2 * padding:, 2 * padding:]", "padded[padding:padding + H, padding:padding + W]"),
        (
            "padded[i:i + K, j:j + K, p]",
            "padded[i * stride:i * stride + K, j * stride:j * stride + K, p]",
        ),
    ],
)
def test_the_program_to_repair_shows_each_repair_by_itself(repair, by):
    assert repair in SOURCES["9.9"].untouched
    cell = SOURCES["9.9"].untouched.replace(repair, by)
    assert run("9.9", SOURCES["9.9"].answer(cell=cell)).points == 1
