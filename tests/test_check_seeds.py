"""Tokens and seeds: readable, checked, secret where they must be, and never the cause of a zero."""

from __future__ import annotations

import numpy as np
import pytest

from convkit import check
from convkit.assignments.a01_slide_and_sum.predictions import drawn_sizes
from convkit.check import seeds
from convkit.check.draw import Draw


@pytest.fixture(autouse=True)
def begin_afresh(monkeypatch):
    monkeypatch.delenv(seeds.SECRET_VARIABLE, raising=False)
    yield
    seeds.start("public")


def test_each_student_has_a_token_of_their_own():
    tokens = {seeds.token_for("secret", f"student-{n}") for n in range(500)}
    assert len(tokens) == 500
    assert seeds.token_for("secret", "ada") != seeds.token_for("another secret", "ada")


def test_a_token_is_read_as_people_type_it():
    token = seeds.token_for("secret", "ada")
    seed = seeds.read_token(token)
    for typed in (token.lower(), token.replace("-", ""), f"  {token} ", token.replace("-", " ")):
        assert seeds.read_token(typed) == seed
    assert seeds.read_token(token.replace("0", "O").replace("1", "l")) == seed


def test_most_slips_in_a_token_are_noticed():
    token = seeds.token_for("secret", "ada")
    plain = token.replace("-", "")
    missed = tried = 0
    for place in range(10):
        for letter in seeds._LETTERS:
            if letter != plain[place]:
                tried += 1
                try:
                    seeds.read_token(plain[:place] + letter + plain[place + 1 :])
                    missed += 1
                except seeds.TokenError:
                    pass
    assert missed / tried < 0.01


@pytest.mark.parametrize(
    "typed", ["ABC", "ABCD-EFGH-JKL", "????-????-??", 12, None, "ABCD-EFGH-JK"]
)
def test_a_mistyped_token_is_flagged_and_costs_nothing(typed):
    words = seeds.start(typed)
    assert "public numbers are used" in words
    assert seeds.current_seed() == seeds.PUBLIC


def test_start_chooses_the_numbers_of_the_checks_that_follow():
    assert "public numbers" in check.start("public")
    public = check.sizes_to_predict()
    token = seeds.token_for("secret", "ada")
    assert token in check.start(token)
    assert check.sizes_to_predict() == drawn_sizes(seeds.read_token(token)) != public
    verdict = check.run("2.1", {"products": 1, "result": None, "strided": None})
    assert "your own numbers" in verdict.numbers


def test_a_token_belongs_to_one_student():
    token = seeds.token_for("secret", "ada")
    assert seeds.belongs(token, "secret", "ada")
    assert not seeds.belongs(token, "secret", "ben")
    assert not seeds.belongs(token, "guess", "ada")
    assert not seeds.belongs("public", "secret", "ada")
    assert not seeds.belongs("nonsense", "secret", "ada")


def test_hidden_numbers_need_the_secret(monkeypatch):
    without = check.hidden_seed("1.3")
    assert "no secret" in seeds.describe(without)
    monkeypatch.setenv(seeds.SECRET_VARIABLE, "one")
    one = check.hidden_seed("1.3")
    assert one != check.hidden_seed("1.4") != without
    monkeypatch.setenv(seeds.SECRET_VARIABLE, "two")
    assert check.hidden_seed("1.3") != one
    assert "one" not in one
    assert "grader" in seeds.describe(one)


def test_hidden_numbers_are_no_student_s_numbers(monkeypatch):
    monkeypatch.setenv(seeds.SECRET_VARIABLE, "secret")
    assert check.hidden_seed("1.3") != seeds.read_token(seeds.token_for("secret", "1.3"))


def test_draws_never_change():
    """A course runs for years: the same token must give the same numbers in all of them."""
    draw = Draw("public", "test")
    assert [draw.whole(0, 999) for _ in range(3)] == [857, 124, 744]
    assert draw.image((2, 3)).tolist() == [[16.5, 1.5, 11.5], [9.5, 7.5, 10.5]]
    assert draw.filters((2, 2)).tolist() == [[2, -2.5], [-0.5, 3.5]]


def test_filters_look_different_after_every_turn():
    for n in range(200):
        sizes = np.abs(Draw("any", n).filters((3, 3)))
        assert len(np.unique(sizes)) == 9


@pytest.mark.parametrize("n", range(200))
def test_sizes_to_predict_leave_a_rest_and_all_differ(n):
    s = drawn_sizes(str(n))
    assert s["H"] < s["W"]
    assert len({s["C1"], s["K"], 3}) == 3 or s["K"] == 3 != s["C1"]
    for size in (s["H"], s["W"]):
        assert 0 < (size - s["K"]) % s["S"] < s["S"] - 1
