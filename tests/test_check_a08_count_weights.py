"""Count weights: counts are exact, and what the notebook says in words is true."""

from __future__ import annotations

import pytest

from convkit.check import run, your_numbers
from convkit.check.registry import find
from tests.assignments.a08_count_weights import costs_of_arrays, ladder
from tests.assignments.cells import printed, text_of
from tests.assignments.sources import SOURCES

NAME = "08_count_weights"


def test_a_count_that_is_off_by_a_millionth_is_wrong():
    """With room for rounding, 64 biases would vanish in 154 million weights."""

    def with_biases(way, image_shape, filters_shape, stride=1):
        biases = filters_shape[-1]
        return ladder(way, image_shape, filters_shape, stride) + biases * (way == "dense")

    assert run("8.3", with_biases).points == 2
    found = costs_of_arrays(**your_numbers("8.4"))
    assert run("8.4", found).points == 4
    assert run("8.4", found | {"map_bytes": found["map_bytes"] + 4}).points == 3


def test_the_numbers_of_chapter_8_are_those_of_the_notebook():
    count = SOURCES["8.3"].answer()
    shapes = (32, 32, 3), (3, 5, 5, 64)
    for way in ("dense", "local", "shared"):
        assert f"{count(way, *shapes):,}" in text_of(NAME)


def test_the_worked_example_counts_what_chapter_8_counts():
    lines = printed(NAME, "H, W, C1 = 6, 8, 3").splitlines()
    assert [line.split()[-2] for line in lines] == ["12", "48", "4", "140"]
    wide = printed(NAME, "H, W, C1 = 6, 8, 3", change=("6, 8, 3", "6, 80, 3")).splitlines()
    assert [a != b for a, b in zip(lines, wide, strict=True)] == [False, False, False, True]


@pytest.mark.parametrize("seed", range(50))
def test_an_early_layer_keeps_its_memory_in_its_maps(seed):
    found = costs_of_arrays(**find("8.4", f"seed {seed}").given)
    assert found["map_bytes"] > 100 * found["weight_bytes"]


def test_nothing_of_a_lesson_overlaps_with_the_new_place():
    for seed in range(50):
        given = find("8.6", f"seed {seed}").given
        far = [now - taught for now, taught in zip(given["now"], given["taught"], strict=True)]
        assert min(far) >= given["K"]
        assert given["now"][0] + given["K"] <= given["H"]
        assert given["now"][1] + given["K"] <= given["W"]


def test_the_program_to_repair_shows_each_repair_by_itself():
    for repair, part in (
        ("+= channels\n", "+= maps\n"),
        ("    return total", "        channels = maps\n    return total"),
    ):
        cell = SOURCES["8.7"].untouched.replace(repair, part)
        assert run("8.7", SOURCES["8.7"].answer(cell=cell)).points == 1
