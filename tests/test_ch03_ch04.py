"""What chapters 3 and 4 say is true: the white trap in numbers, and the stack of layers."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import conv2d, output_size, reference
from convkit.data import hand_example, portrait, red_circle

BOOK = Path(__file__).resolve().parent.parent / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder

from figures import ch03, ch04, parts, rings  # noqa: E402

MASK = rings.ring(9, 2.5, 4.2)


def answers(way):
    return {
        name: round(float(v), 2) for name, v in rings.answers(rings.red_filter(MASK, way)).items()
    }


# ---- chapter 3


def test_the_opening_attempt_cannot_see_the_circle():
    image = red_circle()
    assert np.ptp(image[:, :, 0]) < 1e-6 and np.ptp(image[:, :, 1]) > 0.7
    result = conv2d(image, rings.red_filter(rings.ring(15, 5, 7), "plain"))
    assert result.shape == (18, 18) and np.ptp(result) < 1e-3
    assert result.max() == pytest.approx(64.6, abs=1e-3)  # as the caption of the figure says


def test_a_red_filter_finds_red_and_a_gray_one_cannot_choose():
    got = answers("plain")
    assert (got["red"], got["green"], got["blue"]) == (36, 0, 0)
    gray = rings.answers(np.stack([MASK / 3] * 3))
    assert [gray[name] for name in ("red", "green", "blue")] == pytest.approx([12, 12, 12])


@pytest.mark.parametrize(
    ("way", "expected"),
    [  # red, green, blue, white, yellow, magenta, all red: the alternative text of the figure
        ("plain", (36, 0, 0, 36, 36, 36, 36)),
        ("whole", (30.67, -2.22, -2.22, 20, 25.33, 25.33, 24)),
        ("channel", (20, 0, 0, 20, 20, 20, 0)),
        ("place", (36, -2, -2, 0, 18, 18, 36)),
        ("both", (20, 3.33, 3.33, 0, 10, 10, 0)),
    ],
)
def test_the_white_trap_and_its_cures(way, expected):
    assert tuple(answers(way).values()) == pytest.approx(expected, abs=0.006)


def test_white_after_subtracting_the_mean_of_all_weights():
    """The page's arithmetic: 36 ones less 108 times the mean of 243 weights."""
    assert MASK.sum() == 36 and MASK.size == 81
    left = 36 - 108 * 36 / 243
    assert left == pytest.approx(20)


@pytest.mark.parametrize("seed", range(3))
def test_zero_over_the_channels_silences_every_gray_picture(seed):
    random = np.random.default_rng(seed)
    weights = random.normal(size=(3, 4, 5))
    gray = np.repeat(random.uniform(size=(9, 11, 1)), 3, axis=2)
    assert np.abs(conv2d(gray, weights)).max() > 0.1
    weights -= weights.mean(axis=0)
    np.testing.assert_allclose(conv2d(gray, weights), 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_zero_over_space_silences_every_even_area(seed):
    random = np.random.default_rng(seed)
    weights, even = random.normal(size=(3, 4, 5)), np.ones((9, 11, 1)) * random.uniform(size=3)
    assert np.abs(conv2d(even, weights)).max() > 0.1
    weights -= weights.mean(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(conv2d(even, weights), 0, atol=1e-12)


def test_the_second_repair_keeps_the_first():
    weights = rings.red_filter(MASK, "both")
    np.testing.assert_allclose(weights.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(weights.sum(axis=(1, 2)), 0, atol=1e-12)


def test_the_answer_is_likeness_times_brightness():
    weights = rings.red_filter(MASK, "both")
    red = rings.pictures()["red"]
    assert conv2d(0.5 * red, weights).max() == pytest.approx(answers("both")["yellow"])


def test_only_the_cured_filter_finds_the_red_circle_in_company():
    scene, mask = rings.crowd(), rings.ring(15, 5, 7)
    red, *others = [(row - 7, column - 7) for row, column, _, _ in rings.OBJECTS]
    for way in rings.WAYS:
        result = conv2d(scene, rings.red_filter(mask, way))
        place = np.unravel_index(result.argmax(), result.shape)
        assert (place == red) == (way in ("place", "both")), way
        if way == "both":
            assert result[red] > 6 * max(result[other] for other in others)


def test_the_star_is_found_in_the_shirt_and_then_in_the_flag():
    raw, cured = rings.peaks().values()
    assert tuple(cured) == rings.STAR[:2]
    i, j = raw
    shirt = parts.small_portrait()[i : i + rings.STAR[2], j : j + rings.STAR[3]]
    assert abs(i - rings.STAR[0]) > 50 and shirt.mean() > 150  # far away, and bright
    star = rings.star_filters()["each channel zero"]
    white = star - star.mean(axis=0)  # what the page advises against
    assert (white**2).sum() < 0.2 * (star**2).sum(), "the star should be nearly white"


def test_answers_to_the_questions_of_chapter_3():
    ringed = MASK * np.reshape([1, -0.5, -0.5], (3, 1, 1))
    got = rings.answers(ringed)
    assert got["white"] == 0 and got["all red"] == got["red"] == 2 * got["yellow"] == 36
    assert conv2d(0.4 * rings.pictures()["red"], ringed).max() > 0  # a dark red ring
    for weights, silent, alike in (
        ((0, 1, 0), False, True),
        ((-1, 1, -1), False, True),
        ((-0.5, 1, -0.5), True, True),
        ((-1, 1, 0), True, False),
    ):
        assert (sum(weights) == 0) == silent and (weights[0] == weights[2]) == alike
    large = rings.ring(25, 7, 8.7)[:, :, None] * (1, 0, 0)  # question 4
    assert conv2d(large, rings.red_filter(MASK)).max() < 0.5 * answers("both")["red"]
    assert output_size(15, 9) == 7


# ---- chapter 4


def test_three_equal_channels_are_one():
    image, filters = hand_example()
    box = filters[..., 0]
    once = conv2d(image, box)
    copies = np.stack([once] * 3, axis=-1)
    np.testing.assert_allclose(conv2d(copies, box), conv2d(once, box.sum(axis=0)))


def test_a_box_does_not_fit_into_a_flat_map():
    image, filters = hand_example()
    with pytest.raises(ValueError, match="5, 7"):
        conv2d(conv2d(image, filters[..., 0]), filters[..., 0])


def test_each_part_is_found_where_it_was_cut_and_the_face_is_surer():
    photo = parts.small_portrait()
    np.testing.assert_allclose(photo, portrait().reshape(128, 2, 108, 2, 3).mean(axis=(1, 3)))
    maps = conv2d(photo, parts.part_filters())
    shares = []
    for c, place in enumerate(parts.PARTS.values()):
        found, best, runner_up = parts.best_and_next(maps[..., c])
        assert found == place and best == pytest.approx(1)
        shares.append(runner_up / best)
    faces = conv2d(maps, parts.face_filter())
    place, best, runner_up = parts.best_and_next(faces)
    assert place == (27, 45) and best == pytest.approx(len(parts.PARTS))
    assert runner_up / best < 0.5 < min(shares)
    assert max(shares) == shares[list(parts.PARTS).index("chin")]  # the weakest witness


def test_the_face_moves_with_the_picture():
    """The page says features are found at every place; a fixed template would not follow."""
    moved = np.roll(parts.small_portrait(), (4, -6), axis=(0, 1))
    faces = conv2d(conv2d(moved, parts.part_filters()), parts.face_filter())
    assert np.unravel_index(faces.argmax(), faces.shape) == (31, 39)


def test_the_shown_code_cuts_the_filters_that_the_figures_use():
    page = (BOOK / "ch04.md").read_text("utf-8")
    places = re.search(r"^corners = (\{.*?\})$", page, flags=re.M | re.S)[1]
    assert eval(places) == parts.PARTS
    assert f"size={parts.SIZE}" in page and "row - 27, column - 45" in page
    assert parts.face_filter().shape == (4, 31, 17) and parts.face_filter().sum() == 4


def test_two_layers_without_a_bend_are_one_larger_filter():
    """Each response of the pair to a single pixel is a filter; together they do the same."""
    random = np.random.default_rng(0)
    image = random.normal(size=(7, 8, 2))
    first, second = random.normal(size=(2, 2, 3, 4)), random.normal(size=(4, 2, 2))
    merged = np.zeros((2, 3, 4))
    for p, m, n in np.ndindex(*merged.shape):
        point = np.zeros((3, 4, 2))
        point[m, n, p] = 1
        merged[p, m, n] = conv2d(conv2d(point, first), second)[0, 0]
    np.testing.assert_allclose(conv2d(conv2d(image, first), second), conv2d(image, merged))


def test_the_bank_in_the_figure_is_the_widgets():
    source = (BOOK / "widgets" / "filter-bank.js").read_text("utf-8")
    listed = re.findall(r'\["([^"]+)", \[([^\]]+)\], \[([^\]]+)\]\]', source)
    assert [name for name, _, _ in listed] == list(parts.BANK)
    for name, channels, pattern in listed:
        np.testing.assert_array_equal(eval(f"[{channels}]"), parts.BANK[name][0])
        np.testing.assert_array_equal(eval(f"[{pattern}]"), np.ravel(parts.BANK[name][1]))


def test_the_still_stack_is_the_widgets():
    source = (BOOK / "widgets" / "plug-layers.js").read_text("utf-8")
    assert "layers: [3, 5, 0, 3, 3, 5, 5, 3, 2]" in source and "image: [32, 28, 3]" in source
    said = ch04.stuck_stack().alt
    assert "32 by 28 by 3" in said and "28 by 24" in said
    assert (output_size(32, 5), output_size(28, 5)) == (28, 24)


def test_the_ring_in_the_figures_is_the_widgets():
    source = (BOOK / "widgets" / "painter.js").read_text("utf-8")
    assert "distance >= 2.5 && distance < 4.2" in source and "const K = 9" in source
    assert "white" in ch03.which_answers().alt


def test_answers_to_the_questions_of_chapter_4():
    random = np.random.default_rng(1)
    maps = reference.conv2d(random.normal(size=(20, 30, 3)), random.normal(size=(3, 5, 5, 6)))
    assert maps.shape == (16, 26, 6)
    assert (5 * 3 * 3, 5 * 3 * 3 * 3, 5 * 10 * 3 * 3, 10 * 3 * 3) == (45, 135, 450, 90)
    ten = reference.conv2d(random.normal(size=(9, 8, 3)), random.normal(size=(3, 3, 3, 10)))
    five = reference.conv2d(ten, random.normal(size=(10, 3, 3, 5)))
    assert five.shape[-1] == 5


def test_only_the_last_cure_leaves_the_others_at_most_half():
    for way in rings.WAYS:
        red, *others = answers(way).values()
        assert (max(others) <= red / 2) == (way == "both"), way
