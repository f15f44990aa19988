"""What chapters 5 and 6 say is true: one sum in many orders; bend, bias, and sides exchanged."""

import ast
import contextlib
import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import check, conv2d, convolve2d, output_size, pad_amounts, reference
from convkit.data import hand_example, red_circle

BOOK = Path(__file__).resolve().parent.parent / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder

from figures import ch06, orders, rings  # noqa: E402


def run_cells(page):
    """Run a page's visible cells: for each its code, what it printed, and its last value."""
    source = (BOOK / f"{page}.md").read_text("utf-8")
    cells = re.findall(r"```\{code-cell\} python\n(?!:tags:)(.*?)```", source, flags=re.S)
    names, seen = {}, []
    for code in cells:
        body, last, printed = ast.parse(code).body, None, io.StringIO()
        tail = body.pop() if isinstance(body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module(body, []), page, "exec"), names)
            if tail:
                last = eval(compile(ast.Expression(tail.value), page, "eval"), names)
        seen.append((code, printed.getvalue(), last))
    return names, seen


@pytest.fixture(scope="module")
def five():
    return run_cells("ch05")


@pytest.fixture(scope="module")
def six():
    return run_cells("ch06")


def printed(cells, code):
    """What the one cell that holds this line of code has printed."""
    (found,) = [text for source, text, _ in cells[1] if code in source]
    return found.split("\n")[:-1]


@pytest.mark.parametrize("page", ["five", "six"])
def test_what_is_said_to_be_equal_is_equal(page, request):
    """A cell that ends in a comparison must say True: the text around it builds on that."""
    _, seen = request.getfixturevalue(page)
    compared = [(code, last) for code, _, last in seen if isinstance(last, bool | np.bool_)]
    assert len(compared) >= 3
    assert all(last for _, last in compared), [code for code, last in compared if not last]


# ---- chapter 5


def test_the_first_attempt_is_refused_and_runs_in_silence_on_equal_sizes(five):
    (refusal,) = printed(five, "patch[..., None] * filters ")
    assert "(2,2,3,1) (3,2,2,4)" in refusal
    tried, right = map(ast.literal_eval, printed(five, "tried ="))
    assert len(tried) == len(right) == 4 and not set(tried) & set(right)


def layers(image, filters):
    """The page's five versions, for any sizes."""
    K, C1, C2 = filters.shape[1], *filters.shape[::3]
    rows, columns = (pixels - K + 1 for pixels in image.shape[:2])
    loops = np.zeros((rows, columns, C2))
    for i, j, c in np.ndindex(loops.shape):
        for p, m, n in np.ndindex(C1, K, K):
            loops[i, j, c] += image[i + m, j + n, p] * filters[p, m, n, c]
    yield loops
    windows = np.lib.stride_tricks.sliding_window_view(image, (K, K), axis=(0, 1))
    yield np.einsum("ijpmn,pmnc->ijc", windows, filters)
    tied = windows.reshape(rows * columns, -1) @ filters.reshape(-1, C2)
    yield tied.reshape(rows, columns, C2)
    shifted = (
        image[m : m + rows, n : n + columns] @ filters[:, m, n, :] for m, n in np.ndindex(K, K)
    )
    yield sum(shifted)
    yield np.stack([conv2d(image, filters[..., c]) for c in range(C2)], axis=-1)


@pytest.mark.parametrize("sizes", [(6, 8, 3, 2, 4), (7, 5, 1, 3, 2), (5, 9, 4, 1, 3)])
def test_all_orders_of_the_sum_agree_with_the_definition(sizes):
    H, W, C1, K, C2 = sizes
    random = np.random.default_rng(sum(sizes))
    image, filters = random.normal(size=(H, W, C1)), random.normal(size=(C1, K, K, C2))
    expected = reference.conv2d(image, filters)
    for version in layers(image, filters):
        np.testing.assert_allclose(version, expected, atol=1e-12)


def test_the_wrong_order_fits_and_is_right_at_the_very_place_of_the_example(five):
    shape, said = printed(five, "by_pixel =")
    image, filters = hand_example()
    right = reference.conv2d(image, filters).reshape(35, 4)
    wrong = orders.windows_in_another_order() @ orders.rows_and_columns()[1]
    assert shape.endswith("True") and said.endswith(f" {(wrong == right).sum()} of {right.size}")
    assert (wrong == right).sum() == 3
    ours, theirs = map(ast.literal_eval, printed(five, "print(wrong[1, 4].tolist())"))
    assert ours == right[11].tolist() and theirs == wrong[11].tolist()
    assert ours[0] == theirs[0] == 4 and not any(np.equal(ours, theirs)[1:])
    np.testing.assert_array_equal(five[0]["wrong"].reshape(35, 4), wrong)


def test_the_figure_of_the_two_orders_crosses_what_differs():
    cells = np.arange(12).reshape(3, 4)
    strangers = (cells.ravel() != cells.T.ravel()).sum()
    assert f"{strangers} of 12 meet a stranger" in orders.two_orders()._repr_html_()


def test_cut_anew_is_wrong_and_turned_is_right(five):
    assert printed(five, "cut_anew =") == ["False", "True"]


def test_both_methods_named_on_the_page_obey_the_formula(five):
    assert printed(five, 'for name in ("direct", "im2col")') == ["direct  True", "im2col  True"]


def test_minus_one_is_not_outside(five):
    got, right = map(int, re.findall(r"\d+", printed(five, "corner = sum")[0]))
    image, _ = hand_example()
    assert right == image[:2, :2].sum()  # the rest of the window lies outside
    assert got == image[np.ix_([-1, 0, 1], [-1, 0, 1])].sum() > 1.5 * right


@pytest.mark.parametrize("K", range(1, 8))
def test_zeros_before_the_image_in_the_formula_for_same(K):
    before, after = pad_amounts(11, K, padding="same")
    assert before == (K - 1) // 2
    assert (before == K // 2) == (K % 2 == 1) == (before == after)


def test_letters_count_the_work():
    image, filters = hand_example()
    result = conv2d(image, filters)
    assert (result.size, filters[..., 0].size) == (5 * 7 * 4, 3 * 2 * 2)
    turns = sum(1 for _ in np.ndindex(5, 7, 4, 3, 2, 2))
    assert turns == result.size * filters[..., 0].size == 1680
    assert orders.rows_and_columns()[0].size == 420 and image.size == 144


def test_depth_follows_the_number_of_filters(five):
    lines = printed(five, "for C2 in (10, 100, 1000)")
    assert lines[-1] == "(100, 3, 3, 1000) → (6, 6, 1000)" and len(lines) == 3


def test_answers_to_the_questions_of_chapter_5():
    image, filters = hand_example()
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2), axis=(0, 1))
    right = reference.conv2d(image, filters)
    np.testing.assert_array_equal(np.einsum("ijpmn,pmnc->ijc", windows, filters), right)
    apart = np.einsum("ijpmn,pmnc->ijpc", windows, filters)
    assert apart.shape == (5, 7, 3, 4)
    np.testing.assert_array_equal(apart.sum(axis=2), right)
    np.testing.assert_array_equal(np.einsum("ijpmn,pmnc->ij", windows, filters), right.sum(axis=-1))
    with pytest.raises(ValueError):
        np.einsum("ijpmn,mnpc->ijc", windows, filters)
    cube, threes = np.arange(48.0).reshape(4, 4, 3), np.arange(54.0).reshape(3, 3, 3, 2)
    windows = np.lib.stride_tricks.sliding_window_view(cube, (3, 3), axis=(0, 1))
    silent = np.einsum("ijpmn,mnpc->ijc", windows, threes)  # it even runs
    assert silent.shape == (2, 2, 2) and not np.allclose(silent, conv2d(cube, threes))


def test_which_row_of_im2col_is_which_place():
    image = np.random.default_rng(0).normal(size=(6, 9, 2))  # 5 × 8 places of a 2 × 2 kernel
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2), axis=(0, 1))
    rows, (i, j) = windows.reshape(40, 8), (2, 3)
    np.testing.assert_array_equal(rows[i * 8 + j], windows[i, j].ravel())


def test_filters_from_torch():
    ours = np.random.default_rng(0).normal(size=(3, 3, 3, 64))
    theirs = ours.transpose(3, 0, 1, 2)
    lines = {
        line: eval(line, {"w": theirs})
        for line in (
            "w.reshape(3, 3, 3, 64)",
            "w.transpose(1, 2, 3, 0)",
            "w.T",
            "w.transpose(2, 3, 1, 0)",
        )
    }
    page = (BOOK / "ch05.md").read_text("utf-8")
    assert all(f"`{line}`" in page and made.shape == ours.shape for line, made in lines.items())
    right = [line for line, made in lines.items() if np.array_equal(made, ours)]
    assert right == ["w.transpose(1, 2, 3, 0)"]


def test_the_widget_of_chapter_5_starts_at_the_place_of_the_figures():
    source = (BOOK / "widgets" / "index-explorer.js").read_text("utf-8")
    i, j = orders.PLACE
    assert f"static defaults = {{ i: {i}, j: {j}, c: 0, p: 0, m: 0, n: 0 }}" in source
    image, filters = hand_example()
    assert image[i, j, 0] * filters[0, 0, 0, 0] == 18  # as its still picture says


# ---- chapter 6


def two(image, filters, more, b=0.0, d=0.0):
    return conv2d(conv2d(image, filters) + b, more) + d


def merged_filter(filters, more):
    """One filter for two layers, from the definition: products of weights, summed over q."""
    (C1, K, _, _), (_, L, _, C2) = filters.shape, more.shape
    weights = np.zeros((C1, K + L - 1, K + L - 1, C2))
    for m, n, k, j in np.ndindex(K, K, L, L):
        weights[:, m + k, n + j, :] += filters[:, m, n, :] @ more[:, k, j, :]
    return weights


def test_two_layers_without_a_bend_are_one_biases_included(six):
    names, _ = six
    np.testing.assert_array_equal(names["merged"], merged_filter(names["filters"], names["more"]))
    random = np.random.default_rng(0)
    image, b, d = random.normal(size=(7, 9, 3)), random.normal(size=4), random.normal(size=5)
    filters, more = random.normal(size=(3, 2, 2, 4)), random.normal(size=(4, 3, 3, 5))
    bias = (b[:, None, None, None] * more).sum(axis=(0, 1, 2)) + d
    one = conv2d(image, merged_filter(filters, more), bias=bias)
    np.testing.assert_allclose(two(image, filters, more, b, d), one)


def test_the_sum_of_four_edge_maps_is_zero_and_bent_it_is_not(six):
    assert printed(six, "lines = conv2d(maps, second)") == ["from 0.0 to 0.0"]
    step = np.zeros((5, 12, 1))
    step[:, 4:8] = 180  # dark to bright, and back again
    assert not ch06.lines_of(step, bend=False).any()
    found = ch06.lines_of(step)[1]  # one row: two lines, and both are bright
    assert (found > 0).tolist() == [
        *[False] * 2,
        *[True] * 2,
        *[False] * 2,
        *[True] * 2,
        *[False] * 2,
    ]
    assert np.unique(found[found > 0]).size == 1
    np.testing.assert_array_equal(ch06.four_edges(), six[0]["first"])


def test_only_the_bend_breaks_the_habit(six):
    assert printed(six, "plain =") == ["True", "False"]


def test_the_threshold_leaves_red_alone(six):
    rows = [line.split() for line in printed(six, "finder = ring")]
    kept = {name: (float(sums), float(bent)) for name, sums, bent in rows}
    assert kept["red"] == (20, 5) and kept["yellow"] == kept["magenta"] == (10, 0)
    assert all(bent == 0 for name, (_, bent) in kept.items() if name != "red")
    answers = rings.answers(rings.red_filter(rings.ring(9, 2.5, 4.2)))
    assert max(value for name, value in answers.items() if name != "red") < 15 < answers["red"]


def test_a_bias_leaves_only_the_red_circle_of_the_crowd():
    result = conv2d(rings.crowd(), rings.red_filter(rings.ring(15, 5, 7)))
    left = np.argwhere(result + ch06.CUT > 0)
    row, column, _, _ = rings.OBJECTS[0]  # the red ring
    assert len(left) == 9 and np.abs(left - (row - 7, column - 7)).max() <= 1
    assert (result > 0).sum() > 100  # what ReLU alone would have left


def test_the_bias_cleans_the_paper():
    gray = ch06.gray_portrait()[..., None]
    shares = [(ch06.lines_of(gray, bias=bias) == 0).mean() for bias in (0.0, ch06.FAINT)]
    assert shares[0] < 0.001 and shares[1] > 0.6


def test_a_dim_red_circle_cannot_be_told_from_a_yellow_one():
    weights = rings.red_filter(rings.ring(9, 2.5, 4.2))
    dim = conv2d(0.5 * rings.pictures()["red"], weights).max()
    yellow = conv2d(rings.pictures()["yellow"], weights).max()
    assert dim == pytest.approx(yellow) == pytest.approx(10)


def test_one_bias_for_each_map_is_what_conv2d_adds(six):
    image, filters = hand_example()
    b = ch06.BIASES
    np.testing.assert_array_equal(six[0]["b"], b)
    expected = reference.conv2d(image, filters, bias=b)
    np.testing.assert_array_equal(conv2d(image, filters) + b, expected)
    np.testing.assert_array_equal(conv2d(image, filters, bias=b), expected)


def test_the_wrong_ways_to_add_a_bias(six):
    refusal, silent = printed(six, "in_front = ")
    assert "(4,5,7) (4,)" in refusal and silent == "True False"
    image, filters = hand_example()
    i, j, c = 1, 4, 0
    right = conv2d(image, filters)[i, j, c]
    inside, by_channel, per_channel = 0.0, 0.0, (7.0, -3.0, 2.5)
    for p, m, n in np.ndindex(3, 2, 2):
        inside += image[i + m, j + n, p] * filters[p, m, n, c] + 5.0
    for p in range(3):
        by_channel += (image[i : i + 2, j : j + 2, p] * filters[p, :, :, c]).sum() + per_channel[p]
    assert inside == right + 12 * 5.0  # once for each product
    assert by_channel == right + sum(per_channel)  # three numbers with the effect of one


@pytest.mark.parametrize("shapes", [((4, 6), (3, 3)), ((2, 3), (2, 2)), ((5, 4), (2, 3))])
def test_exchanged_sides(shapes):
    random = np.random.default_rng(3)
    a, b = (random.normal(size=shape) for shape in shapes)
    there, back = conv2d(a, b, padding="full"), conv2d(b, a, padding="full")
    assert there.shape == back.shape
    np.testing.assert_allclose(there, back[::-1, ::-1])
    assert not np.allclose(there, back)
    np.testing.assert_allclose(convolve2d(a, b, padding="full"), convolve2d(b, a, padding="full"))


def test_filters_cannot_be_slid_over_by_an_image(six):
    (said,) = printed(six, "conv2d(filters, image)")
    assert "4 channels" in said and "spans 6" in said  # as the sentence below it says


def test_answers_to_the_questions_of_chapter_6():
    three = merged_filter(merged_filter(*[np.ones((2, 3, 3, 2))] * 2), np.ones((2, 3, 3, 2)))
    assert three.shape[1:3] == (7, 7)
    assert output_size(20, 3) * output_size(30, 3) * 16 == 8064
    assert [max(10 + b, 0) for b in (-5, -10)] == [5, 0]


def test_the_widget_of_chapter_6_shows_the_first_two_maps():
    source = (BOOK / "widgets" / "layer-sliders.js").read_text("utf-8")
    assert "n.slice(0, 2)" in source and "const MOST = 20" in source
    assert np.abs(ch06.BIASES).max() <= 20  # so the biases of the figure can be set
    image, filters = hand_example()
    silent = (conv2d(image, filters[..., 0]) + ch06.BIASES[0] <= 0).sum()
    assert f"{silent} of 35 numbers" in ch06.sliders_still().caption


def test_the_picture_of_chapter_5_is_a_corner_of_the_running_example(five):
    assert five[0]["x"].shape[:2] == (6, 6) and red_circle()[:12, :12].shape == (12, 12, 3)


# ---- practice on the pages


@pytest.mark.parametrize(
    ("page", "change"),
    [
        ("ch03", ("axis=(1, 2), keepdims=True", "axis=0")),
        ("ch04", ("np.stack(maps)", "np.stack(maps, axis=-1)")),
        ("ch05", ("->ijpc", "->ijc")),
        ("ch06", ("+ bias", "+ (bias[:, None, None] if maps_first else bias)")),
    ],
)
def test_practice_begins_with_a_named_mistake_and_can_be_mended(page, change):
    source = (BOOK / f"{page}.md").read_text("utf-8")
    exercise, name, code = re.search(
        r"```\{practice\} (\S+)\n:answer: (\w+)\n(.*?)```", source, flags=re.S
    ).groups()
    verdicts = []
    for program in (code, code.replace(*change)):
        names = {}
        exec(program, names)
        verdicts.append(check.run(exercise, names[name]))
    before, after = verdicts
    assert not before.passed and before.mistake and before.points < before.max_points
    assert after.passed and after.points == after.max_points
