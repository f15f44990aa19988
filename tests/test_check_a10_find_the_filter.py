"""Find the filter: the hidden filter can be found as the notebook says, and words on the way."""

from __future__ import annotations

import numpy as np
import pytest

from convkit.check import run
from convkit.check.registry import find
from tests.assignments.a10_find_the_filter import train_in_place, train_windows
from tests.assignments.cells import printed, text_of
from tests.assignments.sources import SOURCES

NAME = "10_find_the_filter"


def found(seed, rate, steps):
    puzzle = find("10.8", seed).given
    return train_windows(puzzle["image"], np.zeros((2, 3, 3)), puzzle["wanted"], rate, steps)


@pytest.mark.parametrize("seed", [f"seed {n}" for n in range(40)])
def test_sixty_steps_with_a_rate_of_a_fifth_find_every_hidden_filter(seed):
    assert run("10.8", found(seed, 0.2, 60), seed=seed).points == 2
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.abs(found(seed, 1.0, 10)).max() > 50  # over the valley, further each time


def test_each_learner_has_a_filter_of_their_own():
    assert run("10.8", found("one", 0.2, 60), seed="other").points == 0


REFUSALS = [
    (None, "No filter yet"),
    (train_in_place, "No filter yet"),
    ("text", "an array of numbers; it is str"),
    (np.zeros((3, 3, 2)), "has shape (3, 3, 2), and a filter for this image has (2, 3, 3)"),
    (np.full((2, 3, 3), np.nan), "Take a smaller rate"),
    (found("public", 0.2, 12), "You are on the way"),
]


@pytest.mark.parametrize(("answer", "words"), REFUSALS, ids=[words for _, words in REFUSALS])
def test_what_is_no_filter_yet_gets_words_that_help(answer, words):
    verdict = run("10.8", answer)
    assert verdict.points == 0
    assert words in verdict.message


def test_words_on_the_way_do_not_betray_the_filter():
    message = run("10.8", found("public", 0.2, 12)).message
    assert not any(f"{abs(weight):g}" in message for weight in (3.5, 4.5, 6.5, 7.5, 8.5))


def test_the_worked_example_says_what_it_shows():
    lines = printed(NAME, "pixels, wanted = np.array").splitlines()
    slopes = [float(line.split()[-1]) for line in lines]
    assert slopes[1] == -12
    assert "To 1.0 − 0.05 · (−12) = 1.6" in text_of(NAME)
    best = np.dot([1, 3], [4, 6]) / 10
    assert slopes[3] < 0 < slopes[4]
    assert 2.0 < best < 2.5
    assert (1 + best) / 2 == pytest.approx(1.6)  # half of the way


def test_writing_into_the_filter_costs_one_part_and_is_named():
    verdict = run("10.7", train_in_place)
    assert (verdict.points, verdict.mistake) == (3, "changes-its-input")
    assert "filters -= step" in verdict.reveal()


@pytest.mark.parametrize(
    ("repair", "by"),
    [
        ("n:n + columns, 0]", "n:n + columns, p]"),
        ("range(steps):\n", "range(steps):\n        made = check.slide_box(image, filters)\n"),
    ],
)
def test_the_program_to_repair_shows_each_repair_by_itself(repair, by):
    assert repair in SOURCES["10.9"].untouched
    cell = SOURCES["10.9"].untouched.replace(repair, by)
    assert run("10.9", SOURCES["10.9"].answer(cell=cell)).points == 1


def test_the_layers_that_are_trained_see_numbers_above_and_below_zero():
    for probe in find("10.7", "public").probes("public"):
        assert probe.args[0].min() < 0 < probe.args[0].max()
