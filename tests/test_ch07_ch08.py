"""What chapters 7 and 8 say is true: the matrix and its promises, the counts, the two lessons."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import (
    conv2d,
    conv2d_grad_image,
    convolution_matrix,
    convolve2d,
    count_parameters,
    output_size,
)
from convkit.data import hand_example, portrait

BOOK = Path(__file__).resolve().parent.parent / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder

from figures import ch07, ch08, lessons, taught  # noqa: E402

PAGES = {name: (BOOK / f"{name}.md").read_text("utf-8") for name in ("ch07", "ch08")}
SEVEN, EIGHT = PAGES["ch07"], PAGES["ch08"]


def shown_code(page) -> list[str]:
    """The cells that a reader sees, in order."""
    cells = re.findall(r"```\{code-cell\} python\n(.*?)```", PAGES[page], flags=re.S)
    return [cell for cell in cells if not cell.startswith(":tags:")]


# ---- chapter 7


def test_the_matrix_product_of_a_window_hides_the_sum_on_its_diagonal():
    image, square = ch07.IMAGE_4x5, ch07.SQUARE
    with pytest.raises(ValueError, match="mismatch"):
        square @ image
    product = square @ image[1:3, 1:4].T
    assert product.shape == (2, 2)
    assert product.trace() == conv2d(image, square)[1, 1] != product.sum()


def test_the_small_example_is_the_widgets():
    source = (BOOK / "widgets" / "shared-matrix.js").read_text("utf-8")
    assert "(7 * k + 3) % 10" in source and "[H, W, K, L] = [4, 5, 2, 3]" in source
    weights = re.search(r"weights: \[([^\]]+)\]", source)[1]
    assert [float(w) for w in weights.split(",")] == ch07.SQUARE.ravel().tolist()
    assert ch07.IMAGE_4x5.ravel().tolist() == [(7 * k + 3) % 10 for k in range(20)]


def test_rows_built_by_hand_are_the_matrix_and_only_within_a_line_shifted_by_one():
    matrix = convolution_matrix(ch07.SQUARE, (4, 5))
    names = ch07.weight_names((4, 5), (2, 3))
    assert (names.size, (names > 0).sum(), names.max()) == (180, 54, 6)
    begins = [int(np.flatnonzero(row)[0]) for row in names]
    assert np.diff(begins).tolist() == [1, 1, 3, 1, 1, 3, 1, 1]
    torn = np.roll(matrix[2], 1).reshape(4, 5)
    assert torn[0, 3:].tolist() == [2, -1] and torn[1, 0] == 1  # over the edge, one line down


def test_it_is_made_of_toeplitz_blocks():
    """Blocks (line of the map, line of the image) repeat along diagonals, and so do their cells."""
    blocks = ch07.weight_names((4, 5), (2, 3)).reshape(3, 3, 4, 5).swapaxes(1, 2)
    np.testing.assert_array_equal(blocks[..., 1:, 1:], blocks[..., :-1, :-1])
    np.testing.assert_array_equal(blocks[1:, 1:], blocks[:-1, :-1])


def test_locality_and_sharing_are_the_two_promises():
    for name, often in zip(
        *np.unique(ch07.weight_names((3, 4), (2, 2)), return_counts=True), strict=True
    ):
        assert name == 0 or often == 6
    ladder = count_parameters((3, 4), (2, 2))
    assert (ladder.dense.weights, ladder.local.weights, ladder.shared.weights) == (72, 24, 4)
    assert "72 weights" in ch07.three_matrices()._repr_html_()


def test_four_rows_of_one_place_and_the_next_place_three_columns_on():
    image, filters = hand_example()
    names = ch07.weight_names(image.shape, filters.shape)
    assert names.shape == (140, 144) and np.count_nonzero(names) == 140 * 12 == 48 * 35
    np.testing.assert_array_equal(names[4:8, 3:], names[0:4, :-3])
    assert set(np.flatnonzero(names[0])) == set(np.flatnonzero(names[3]))


def test_in_channels_first_order_it_has_a_block_for_each_map_and_channel():
    image, filters = hand_example()
    matrix = convolution_matrix(filters, image.shape).reshape(35, 4, 48, 3)
    for c, p in np.ndindex(4, 3):
        alone = convolution_matrix(filters[p, :, :, c], image.shape[:2])
        np.testing.assert_array_equal(matrix[:, c, :, p], alone)


def test_same_adds_rows_with_fewer_weights_and_a_stride_takes_rows_away():
    valid, same, strided = (
        ch07.weight_names((4, 5), (3, 3), **options)
        for options in ({}, {"padding": "same"}, {"padding": "same", "stride": 2})
    )
    assert (len(valid), len(same), len(strided)) == (6, 20, 6)
    assert set((valid > 0).sum(1)) == {9}
    per_row = (same > 0).sum(1).reshape(4, 5)
    assert per_row[[0, 0, -1, -1], [0, -1, 0, -1]].tolist() == [4] * 4
    assert per_row[0, 1:-1].tolist() == [6] * 3 and set(per_row[1:-1, 1:-1].ravel()) == {9}
    kept = [row.tolist() for row in same]
    assert all(row.tolist() in kept for row in strided)


def test_the_bias_is_shared_like_the_weights():
    image, filters = hand_example()
    bias = np.array([0.5, -1.0, 2.0, 3.0])
    made = convolution_matrix(filters, image.shape) @ image.ravel() + np.tile(bias, 35)
    np.testing.assert_allclose(made.reshape(5, 7, 4), conv2d(image, filters, bias=bias))


def test_convolution_has_the_same_numbers_in_each_row_backwards():
    flipped = convolution_matrix(ch07.SQUARE[::-1, ::-1], (4, 5))
    made = (flipped @ ch07.IMAGE_4x5.ravel()).reshape(3, 3)
    np.testing.assert_allclose(made, convolve2d(ch07.IMAGE_4x5, ch07.SQUARE))


def test_the_transpose_sends_numbers_back():
    image, filters = hand_example()
    maps = conv2d(image, filters)
    back = convolution_matrix(filters, image.shape).T @ maps.ravel()
    np.testing.assert_allclose(
        back.reshape(image.shape), conv2d_grad_image(maps, filters, image.shape)
    )


def test_the_table_about_im2col():
    image, filters = hand_example()
    assert "35 × 12 times 12 × 4 | 140 × 144 times 144" in SEVEN
    assert filters[..., 0].size == 12 and conv2d(image, filters)[..., 0].size == 35
    share = 140 * 12 / (140 * 144)
    assert share < 0.1  # "more than nine tenths of its products are with zero"


def test_answers_to_the_questions_of_chapter_7():
    names = ch07.weight_names((10, 12, 3), (3, 2, 2, 4))
    assert set((names > 0).sum(1)) == {12} and names.shape[1] == 360
    first_weight = (names == 1).sum()
    assert first_weight == 9 * 11  # one for every place
    assert (names == 1).any(1).sum() * 4 == len(names)  # and only in the rows of its own map
    corner = ch07.weight_names((5, 6), (3, 3), padding="same")
    few = np.flatnonzero((corner > 0).sum(1) == 4)
    assert few.tolist() == [0, 5, 24, 29] and (corner[1] > 0).sum() == 6
    order = np.random.default_rng(0).permutation(30)
    matrix = convolution_matrix(np.arange(9.0).reshape(3, 3), (5, 6))
    image = np.random.default_rng(1).normal(size=30)
    np.testing.assert_allclose(matrix[:, order] @ image[order], matrix @ image)


# ---- chapter 8


def test_the_counts_of_the_running_layer():
    ladder = ch08.machine_ladder()
    assert (ladder.shared.weights, ladder.shared.parameters) == (4_800, 4_864)
    assert "3{,}072 \\cdot 50{,}176 = 154{,}140{,}672" in EIGHT
    assert 32 * 32 * 3 == 3_072 and 28 * 28 * 64 == 50_176 and 3_072 * 50_176 == 154_140_672
    assert "40.96 \\cdot 784 = 32{,}112.64" in EIGHT
    assert (ladder.locality_ratio, ladder.sharing_ratio) == (40.96, 784)
    assert ladder.total_ratio == pytest.approx(40.96 * 784) == 154_140_672 / 4_800
    assert ladder.local.multiply_adds == ladder.shared.multiply_adds == 3_763_200


def test_the_opening_matrix_is_refused_with_half_a_trillion_numbers():
    filters = np.zeros((3, 5, 5, 64), np.float32)
    with pytest.raises(ValueError, match="567,193,632,768"):
        convolution_matrix(filters, portrait().shape)
    assert "Five hundred billion" in EIGHT and filters.size == 4_800  # "a few thousand"


def test_the_wrong_counts_are_what_the_page_says_they_are():
    assert (64 * 5 * 5, 32 * 3 * 3) == (1_600, 288)
    layer = count_parameters((32, 32, 3), (3, 3, 3, 32)).shared
    assert (layer.weights, layer.parameters) == (864, 896)


def test_the_size_of_the_picture_changes_maps_and_never_weights():
    small, large = (count_parameters((s, s, 3), (3, 5, 5, 64), padding="same") for s in (32, 64))
    assert small.shared.weights == large.shared.weights
    assert large.shared.multiply_adds == 4 * small.shared.multiply_adds
    assert np.prod(large.output_shape) == 4 * np.prod(small.output_shape)
    assert large.dense.weights == 16 * small.dense.weights


def test_vgg_has_138_million_parameters():
    rows = ch08.vgg_layers()
    assert len(rows) == 16 and sum(row[1] for row in rows) == 138_357_544
    assert rows[13][1] == 7 * 7 * 512 * 4096 + 4096 and 224 // 2**5 == 7
    assert sum(row[1] for row in rows[:13]) == 14_714_688
    weights = {row[1] for row in rows[:13]}
    assert max(weights) == rows[12][1] < rows[13][1] / 40  # short bars, and one very long one
    assert rows[0][2] == rows[1][2] == max(row[2] for row in rows)


def test_the_network_of_1989_shared_weights_but_not_biases():
    """Four layers as the paper describes them: 9,760 parameters, 64,660 connections."""
    first, second = 12 * 8 * 8, 12 * 4 * 4
    assert 12 * 25 + first + 12 * 8 * 25 + second + 30 * (second + 1) + 10 * 31 == 9_760
    assert first * 26 + second * 201 + 30 * (second + 1) + 10 * 31 == 64_660


def test_the_page_teaches_what_the_figures_show(capsys):
    """The code that readers see is run, and gives the numbers that the figures are made of."""
    names, printed = {}, ""
    for cell in shown_code("ch08"):
        exec(cell, names)
    printed = capsys.readouterr().out
    shared, own, scores = lessons.left_only()
    np.testing.assert_allclose(names["shared"], shared)
    np.testing.assert_allclose(names["own"], own)
    np.testing.assert_array_equal(names["ring"], lessons.RING)
    for side in ("left", "right"):
        line = f"{side:6} shared {scores[side]['shared']:4.0%}  own {scores[side]['own']:4.0%}"
        assert line in printed
    assert "138,357,544" in printed


def test_sharing_finds_the_ring_where_it_was_never_shown():
    _, own, scores = lessons.left_only()
    assert scores["right"]["shared"] == 1 and scores["left"]["shared"] == 1
    assert scores["right"]["own"] == 0 and 0.4 < scores["left"]["own"] < 0.8
    assert own[..., 0].size == 160 == output_size(14, 5) * output_size(20, 5)


def test_white_places_are_those_where_a_ring_was_shown():
    """The caption says so; a place without a ring was asked for 0 in every picture."""
    _, wished = lessons.lesson(np.random.default_rng(0), 100, lessons.LEFT)
    _, own, _ = lessons.left_only()
    answers, shown = lessons.answers_everywhere(own), wished.any(axis=0)
    assert answers[shown].min() > 0.2
    assert np.abs(answers[~shown]).max() < 1e-6
    assert not shown[:, 8:].any() and not shown[:, :8].all()


@pytest.mark.parametrize("seed", range(3))
def test_the_lesson_does_not_hang_on_one_seed(seed):
    rng = np.random.default_rng(100 + seed)
    pictures, wished = lessons.lesson(rng, 100, lessons.LEFT)
    shared, own = lessons.taught(lessons.windows(pictures), wished)
    for columns, most in ((lessons.LEFT, 0.8), (lessons.RIGHT, 0.02)):
        test = lessons.lesson(rng, 200, columns)
        assert lessons.found(shared, *test) > 0.98
        assert lessons.found(own, *test) < most


def test_own_weights_need_hundreds_of_times_as_many_pictures():
    curves = lessons.curves()
    enough = {
        name: next(n for n, s in zip(lessons.COUNTS, scores, strict=True) if s > 0.9)
        for name, scores in curves.items()
    }
    assert enough["shared"] <= 3 and enough["own"] >= 300
    assert curves["own"][-1] > 0.95
    said = taught.how_many_pictures().alt
    assert "100 percent from three on" in said and min(curves["shared"][1:]) == 1
    assert curves["shared"][0] < 0.2 and curves["own"][lessons.COUNTS.index(100)] < 0.5


def test_the_shared_weights_are_a_filter_that_slides():
    """What least squares found is used as a filter: the same answers by conv2d."""
    shared, _, _ = lessons.left_only()
    pictures, _ = lessons.lesson(np.random.default_rng(5), 3, lessons.EVERYWHERE)
    answers = (lessons.windows(pictures) * shared).sum(-1)
    np.testing.assert_allclose(conv2d(pictures, shared.reshape(3, 5, 5)), answers)


def test_least_squares_finds_chapter_3s_rule_by_itself():
    """A ring in red, its negative in green, nothing in blue: gray noise is silent."""
    weights = lessons.left_only()[0].reshape(3, 5, 5)
    red, green, blue = weights
    on, most = lessons.RING > 0, np.abs(weights).max()
    assert red[on].min() > 0 > green[on].max()
    assert red[~on].mean() < 0 < green[~on].mean()
    assert np.abs(blue).max() < 0.1 * most and np.abs(weights.sum(axis=0)).max() < 0.15 * most
    gray = np.repeat(np.random.default_rng(0).normal(size=(30, 30, 1)), 3, axis=2)
    red_alone = red[None] * np.reshape([1.0, 0, 0], (3, 1, 1))
    assert conv2d(gray, weights).std() < conv2d(gray, red_alone).std() / 5


def test_answers_to_the_questions_of_chapter_8():
    assert (10 * 3 * 3 * 3, 5 * 10 * 3 * 3) == (270, 450)
    ladder = ch08.machine_ladder()
    as_in_1989 = ladder.shared.weights + ladder.dense.biases
    counts = [
        ladder.shared.parameters,
        as_in_1989,
        ladder.local.parameters,
        ladder.dense.parameters,
    ]
    assert counts == sorted(counts)
    assert ladder.sharing_ratio == 784 and ladder.locality_ratio == 40.96
    own, shared = lessons.left_only()[1], lessons.left_only()[0]
    assert own.size == 160 * shared.size


# ---- both pages


def test_the_package_is_included_never_pasted():
    assert ":pyobject: shared_weights" in SEVEN
    assert not any("xp.ogrid" in source for source in PAGES.values())
