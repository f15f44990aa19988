"""`convkit tune`: what it finds is stored, read again, and used by choose_method."""

import pytest

from convkit import choose_method, read_problem, tune
from convkit.cli import main
from convkit.methods import METHODS, crossovers
from convkit.methods.crossovers import Crossovers


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(crossovers, "path", lambda: tmp_path / "convkit" / "crossovers.json")
    crossovers.crossovers.cache_clear()
    yield tmp_path / "convkit" / "crossovers.json"
    crossovers.crossovers.cache_clear()


@pytest.mark.parametrize(
    ("ratios", "found"),
    [
        ([0.5, 0.9, 1.2, 1.5], 3),
        ([1.05, 0.9, 1.2, 1.1], 3),
        ([2, 2, 2, 2], 1),
        ([0.5, 2, 2, 0.9], 2),  # one bad measurement at the end
        ([0.9, 0.8, 0.5, 0.9], None),
    ],
)
def test_crossing_is_where_the_larger_method_saves_most_from_then_on(ratios, found):
    assert tune.crossing((1, 2, 3, 4), ratios) == found


def test_every_question_is_about_a_field_and_two_methods_that_take_it():
    for question in tune.QUESTIONS:
        assert question.name in Crossovers.__dataclass_fields__
        for size in question.sizes:
            problem = read_problem(*question.layer(size), stride=question.stride)
            for name in (question.small, question.large):
                assert METHODS[name].refuses(problem) is None, (question.name, size)


def test_tune_stores_and_choose_method_uses_it(cache, monkeypatch, capsys):
    problem = read_problem((56, 56, 64), (64, 3, 3, 64), planned=True)
    assert choose_method(problem) == "winograd"
    monkeypatch.setattr(tune, "_ratio", lambda question, size: 0.5)
    assert main(["tune"]) == 0
    assert str(cache) in capsys.readouterr().out
    assert choose_method(problem) != "winograd"
    assert choose_method(problem, Crossovers()) == "winograd"
    assert main(["tune", "--forget"]) == 0
    crossovers.crossovers.cache_clear()
    assert choose_method(problem) == "winograd"


def test_tune_says_at_once_that_nothing_can_be_stored(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(crossovers, "path", lambda: tmp_path / "file" / "crossovers.json")
    monkeypatch.setattr(tune, "_ratio", lambda question, size: pytest.fail("measured first"))
    assert main(["tune"]) != 0
    assert "XDG_CACHE_HOME" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", '{"tiny": "x", "unknown": 3, "few_maps": -1}', "{"])
def test_a_damaged_file_leaves_the_defaults(cache, text):
    cache.parent.mkdir()
    cache.write_text(text)
    assert crossovers.crossovers() == Crossovers()
