"""What chapters 9 to 11 say is true: what a number sees, what moves along, what is learned."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import (
    conv2d,
    conv2d_grad_bias,
    conv2d_grad_filters,
    conv2d_grad_image,
    convolve2d,
    data,
    output_size,
)
from convkit.data import hand_example, red_circle
from convkit.layers import (
    Adam,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Sequential,
    SparseCategoricalCrossentropy,
)
from tests.test_ch05_ch06 import run_cells

BOOK = Path(__file__).resolve().parent.parent / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder

from experiments import (  # noqa: E402
    colors,
    descent,
    far_weights,
    few_digits,
    hidden_filter,
    record,
    red_circles,
    shifted_patterns,
)
from figures import ch11, hunt, learned, network, rings  # noqa: E402

PAGES = {name: (BOOK / f"{name}.md").read_text("utf-8") for name in ("ch09", "ch10", "ch11")}


@pytest.fixture(scope="module")
def nine():
    return run_cells("ch09")


@pytest.fixture(scope="module")
def ten():
    return run_cells("ch10")


@pytest.fixture(scope="module")
def eleven():
    return run_cells("ch11")


def printed(cells, code):
    """What the one cell that holds this piece of code has printed, line by line."""
    (found,) = [text for source, text, _ in cells[1] if code in source]
    return found.splitlines()


@pytest.mark.parametrize("page", ["nine", "ten"])
def test_what_is_said_to_be_equal_is_equal(page, request):
    _, seen = request.getfixturevalue(page)
    compared = [(code, last) for code, _, last in seen if isinstance(last, bool | np.bool_)]
    assert compared
    assert all(last for _, last in compared), [code for code, last in compared if not last]


# ---- chapter 9


def test_through_three_pixels_the_square_could_be_a_circle():
    assert network.shared_windows(3) == (164, 176)
    assert network.shared_windows(5)[0] > 100
    assert network.shared_windows(7)[0] == 0
    top = {name: mask[2:5, 8:11] for name, mask in network.outlines().items()}
    np.testing.assert_array_equal(top["circle"], top["square"])  # the figure's two small cuts


def poke(layers, size, place):
    """Which pixels along one axis change the number at `place`, found by changing each."""
    random = np.random.default_rng(0)
    image, weights = random.normal(size=(size, 1)), random.normal(size=(9, 9, 1))

    def number(image):
        for k, (kernel, stride) in enumerate(layers):
            image = conv2d(image, weights[k, :kernel], stride=(stride, 1), method="direct")
        return image[place, 0]

    before, changed = number(image), []
    for pixel in range(size):
        poked = image.copy()
        poked[pixel] += 1
        if abs(number(poked) - before) > 1e-12:
            changed.append(pixel)
    return changed


@pytest.mark.parametrize(
    "layers",
    [[(3, 1)] * 2, [(3, 1)] * 3, [(3, 2)] * 4, [(5, 1), (2, 2), (5, 1)], [(4, 3), (1, 1), (2, 2)]],
    ids=str,
)
def test_the_receptive_field_is_what_poking_finds(layers):
    field, jump = network.receptive_field(layers)
    first, second = poke(layers, 60, 0), poke(layers, 60, 1)
    assert first == list(range(field))
    assert second == list(range(jump, jump + field))


def test_the_formula_of_the_receptive_field():
    for layers in ([(3, 1)] * 5, [(3, 2)] * 5, [(5, 1), (2, 2), (5, 1)], [(4, 3), (1, 2), (2, 5)]):
        strides = [stride for _, stride in layers]
        grown = [(kernel - 1) * np.prod(strides[:k]) for k, (kernel, _) in enumerate(layers)]
        assert network.receptive_field(layers)[0] == 1 + sum(grown)


def test_poking_on_the_page_marks_five_by_five(nine):
    seen = nine[0]["seen"]
    expected = np.zeros((11, 12), int)
    expected[2:7, 3:8] = 1  # the place (2, 3), and four further
    np.testing.assert_array_equal(seen, expected)


def test_the_two_layers_of_the_figure_fit_the_widget():
    source = (BOOK / "widgets" / "trace-pixel.js").read_text("utf-8")
    assert "const SIZE = [11, 12]" in source
    assert 'stack: "two", padding: "valid", i: 2, j: 3' in source
    assert [output_size(n, 3) for n in (11, 12)] == [9, 10]
    assert [output_size(n, 3) for n in (9, 10)] == [7, 8]


def test_the_middle_is_asked_nine_times(nine):
    ways = convolve2d(np.ones((3, 3)), np.ones((3, 3)), padding="full")
    assert ways[2, 2] == 9 and ways[0, 0] == 1 and ways.shape == (5, 5)


def test_eighteen_weights_cannot_make_every_pattern_of_twenty_five():
    """A single 1 in a corner and a single 1 in the opposite one: no two 3×3 filters make that.

    The best two are found by descent from many beginnings; none comes near.
    """
    wanted = np.zeros((5, 5))
    wanted[0, 0] = wanted[4, 4] = wanted[2, 0] = wanted[0, 3] = 1
    best = np.inf
    for seed in range(8):
        one, other = np.random.default_rng(seed).normal(size=(2, 3, 3))
        for _ in range(60):  # each in turn is the best for the other: least squares
            for _ in range(2):
                units = np.eye(9).reshape(9, 3, 3)
                columns = [convolve2d(other, unit, padding="full").ravel() for unit in units]
                solved = np.linalg.lstsq(np.array(columns).T, wanted.ravel(), rcond=None)[0]
                one, other = other, solved.reshape(3, 3)
        made = convolve2d(one, other, padding="full")
        best = min(best, np.abs(made - wanted).max())
    assert best > 0.1


def test_longer_steps_leave_rows_that_nobody_sees(nine):
    lines = printed(nine, "never seen")
    assert [line.split()[0] for line in lines] == ["32", "14", "5"]
    assert [int(line.split()[-1]) for line in lines] == [1, 1, 0]


def test_same_with_a_stride_is_not_every_second_place_of_same(nine):
    lines = printed(nine, "[0, ::2]")
    assert lines == ["[0. 2. 4. 6.]", "[1. 3. 5. 7.]"]
    row, middle = np.arange(8.0)[None], np.array([[0.0, 1.0, 0.0]])
    assert conv2d(row, middle, padding=(0, 1), stride=2)[0].tolist() == [0, 2, 4, 6]
    image, filters = hand_example()
    whole = conv2d(image, filters)
    np.testing.assert_allclose(conv2d(image, filters, stride=2), whole[::2, ::2])  # valid


def test_torch_starts_one_pixel_earlier():
    torch = pytest.importorskip("torch")
    row, middle = torch.arange(8.0)[None, None, None], torch.tensor([[[[0.0, 1.0, 0.0]]]])
    theirs = torch.nn.functional.conv2d(row, middle, stride=2, padding=(0, 1))
    assert theirs.flatten().tolist() == [0, 2, 4, 6]


def test_the_peak_moves_with_the_picture(nine):
    np.testing.assert_allclose(nine[0]["finder"], network.red_finder())
    one, other = (np.unravel_index(m.argmax(), m.shape) for m in (nine[0]["one"], nine[0]["other"]))
    assert one == (6, 11) and other == (11, 4)


def test_with_a_stride_every_second_shift_weakens_the_answer(nine):
    rows = [tuple(map(float, line.split())) for line in printed(nine, "strided =")]
    loud, strided = np.array(rows)[:, 1], np.array(rows)[:, 2]
    assert np.ptp(loud) == 0
    met = strided == loud[0]
    assert met.tolist() in ([True, False] * 2 + [True], [False, True] * 2 + [False])


def test_pooling_keeps_the_answer_until_the_eyes_leave_the_window():
    scores = network.scores_when_moved()
    assert scores["the whole map"] == pytest.approx([1.0] * 13)
    pooled = scores["pooled, 8 × 8"]
    assert pooled[:6] == pytest.approx([1.0] * 6) and pooled[6] < 0.95 and pooled[8] < 0.75
    from figures.ch00 import scores_when_moved  # the same curve as in chapter 0

    np.testing.assert_allclose(scores["one number"], scores_when_moved())


def test_pooling_treats_each_map_alone_and_drops_what_does_not_fit(nine):
    image, filters = hand_example()
    maps = conv2d(image, filters)
    pooled = MaxPooling2D(2)(maps[None])[0]
    assert pooled.shape == (2, 3, 4)
    np.testing.assert_array_equal(pooled, maps[:4, :6].reshape(2, 2, 3, 2, 4).max(axis=(1, 3)))


def test_a_kernel_of_one_pixel_is_a_dense_layer_everywhere():
    random = np.random.default_rng(0)
    image, filters = random.normal(size=(6, 8, 3)), random.normal(size=(3, 1, 1, 4))
    layer = Dense(4, input_shape=(3,), use_bias=False)
    layer.build((3,), random, np.float64)
    layer.parameters["weights"][...] = filters[:, 0, 0, :]
    expected = layer(image.reshape(-1, 3)).reshape(6, 8, 4)  # a pixel is an example
    np.testing.assert_allclose(conv2d(image, filters), expected, rtol=1e-6, atol=1e-6)


def test_the_network_on_the_page_is_the_one_that_is_trained(nine):
    ours, theirs = nine[0]["model"], red_circles.network()
    shapes = [[layer.output_shape for layer in model.layers] for model in (ours, theirs)]
    assert shapes[0] == shapes[1] == [(28, 28, 16), (14, 14, 16), (10, 10, 32), (32,), (2,)]
    assert ours.count_params() == theirs.count_params() == 14_114
    said = [stage[1] for stage in network.STAGES]
    assert said[1:] == [" × ".join(map(str, shape)) for shape in shapes[0]]
    assert network.receptive_field(network.NETWORK) == (14, 2)


def test_a_flattened_vector_is_no_magic():
    model = Sequential(
        [
            Conv2D(16, 5, input_shape=(32, 32, 3)),
            MaxPooling2D(2),
            Conv2D(32, 5),
            Flatten(),
            Dense(2),
        ]
    )
    assert model.layers[3].output_shape == (3200,) and model.layers[4].count_params() == 6402


def test_the_cheaper_ways_to_three_by_three():
    assert 256 * 64 + 64 * 9 * 64 + 64 * 256 == 69_632 and 256 * 9 * 256 == 589_824
    depthwise = Conv2D(64, 3, groups=64, use_bias=False, input_shape=(9, 9, 64))
    mix = Conv2D(128, 1, use_bias=False)
    model = Sequential([depthwise, mix])
    assert model.count_params() == 64 * 9 + 64 * 128
    whole = Sequential([Conv2D(128, 3, use_bias=False, input_shape=(9, 9, 64))])
    assert whole.count_params() == 64 * 9 * 128


def test_answers_to_the_questions_of_chapter_9():
    assert network.receptive_field([(3, 1)] * 3)[0] == 7
    for rows, kernel, stride in ((14, 3, 2), (11, 4, 3), (20, 3, 2)):
        assert output_size(rows, kernel, stride=stride, padding=1) == (
            (rows + 2 - kernel) // stride + 1
        )
    assert (
        Sequential([Conv2D(16, 1, use_bias=False, input_shape=(5, 4, 64))]).count_params()
        == 64 * 16
    )
    assert MaxPooling2D(2)(np.zeros((1, 9, 13, 32))).shape == (1, 4, 6, 32)
    random = np.random.default_rng(3)
    filters = random.normal(size=(2, 3, 3))

    def twice(image):
        return conv2d(conv2d(image, filters[0], stride=2), filters[1], stride=2)

    image = random.normal(size=(31, 47))
    there, by_2, by_4 = (twice(np.roll(image, s, axis=1)) for s in (0, 2, 4))
    np.testing.assert_allclose(by_4[:, 1:], there[:, :-1])
    for shift in range(3):
        assert not np.allclose(by_2[:, shift:], there[:, : there.shape[1] - shift])


def test_early_pooling_forgets_the_order_of_parts():
    """The page's tip: after global pooling, a face and its parts in any order are the same."""
    parts = np.random.default_rng(4).uniform(size=(12, 10, 3))
    shuffled = parts[::-1, ::-1]
    pooled = GlobalAveragePooling2D()
    np.testing.assert_allclose(pooled(parts[None]), pooled(shuffled[None]), rtol=1e-12)


# ---- chapter 10


def test_dice_come_nowhere_near(ten):
    lines = printed(ten, "guesses = ")
    assert float(lines[0]) > 0.5
    best = ten[0]["guesses"][0, :, :, ten[0]["best"]]
    assert best[:, 0].max() < 0 < best[:, 2].min(), "the page says: low left, high right"
    assert np.abs(best - ten[0]["hidden"]).max() > 0.3


def test_the_first_ten_lines_lower_the_loss_and_show_only_new_shapes(ten):
    losses = ten[0]["history"].history["loss"]
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0] / 2
    shapes = printed(ten, "for layer in (reader")
    assert "(1, 3, 3, 16)" in shapes[0] and "(576, 10)" in shapes[1]


def test_every_formula_on_the_page_agrees_with_differences(ten):
    """Each is compared in the text: filters, bias and image with a stride, and softmax."""
    assert printed(ten, "def slopes_of_a_layer") == ["True True True"]
    others = [last for code, _, last in ten[1] if "differences(" in code and "np.allclose" in code]
    assert sum(last is not None and bool(last) for last in others) == 2


def test_the_formulas_with_a_stride_are_what_the_package_computes(ten):
    names, random = ten[0], np.random.default_rng(11)
    for S, shape in ((1, (6, 7)), (2, (3, 4)), (3, (2, 3))):
        A, W = random.normal(size=(8, 9, 3)), random.normal(size=(3, 3, 3, 4))
        E = random.normal(size=(*shape, 4))
        dW, db, dA = names["slopes_of_a_layer"](A, W, E, S)
        np.testing.assert_allclose(dW, conv2d_grad_filters(E, A, W.shape, stride=S), atol=1e-9)
        np.testing.assert_allclose(dA, conv2d_grad_image(E, W, A.shape, stride=S), atol=1e-9)
        np.testing.assert_allclose(db, conv2d_grad_bias(E), atol=1e-9)


def test_with_a_stride_the_slopes_of_the_image_are_those_of_a_spread_E():
    """The fold says: as if E had S − 1 zeros between neighbors before the full convolution."""
    random = np.random.default_rng(12)
    E, W, S = random.normal(size=(3, 4)), random.normal(size=(3, 3)), 2
    spread = np.zeros((5, 7))
    spread[::S, ::S] = E
    np.testing.assert_allclose(
        convolve2d(spread, W, padding="full"), conv2d_grad_image(E, W, (7, 9), stride=S)
    )


def test_the_four_numbers_by_hand(ten):
    """The page's sentences and figure: -10 and -4 for the filter, -2, 2, -2, 2 for the signal."""
    lines = printed(ten, "def chain(signal, w)")
    assert [float(n) for n in re.findall(r"-?[\d.]+", lines[0])] == [-10, -4]
    assert [float(n) for n in re.findall(r"-?[\d.]+", lines[1])] == [-2, 2, -2, 2]
    drawn = re.findall(r">(−?\d+)</text>", hunt.chain().panels[1].svg())
    assert drawn == ["−2", "2", "−2", "2", "−10", "−4", "−2", "0", "−2", "−2", "2", "−2"]
    alternative = hunt.chain().alt
    for words in ("−10 and −4", "E: −2, 0, −2", "the signal, −2, 2, −2, 2"):
        assert words in alternative


def test_E_means_one_thing():
    """∂L/∂B and nothing else: no other letter of the page is the slope of a result."""
    page = PAGES["ch10"]
    assert r"E[i, j] = \frac{\partial L}{\partial \res{B}[i, j]}" in page
    # Two formulas, three lines of code, and the last words.
    assert len(re.findall(r"\bE(?:\[[^\]]*\])? = ", page)) == 6


def test_the_losses_below_the_figure_are_those_of_the_run_beside_it(ten):
    path, losses = np.array(ten[0]["path"]), ten[0]["losses"]
    caption = hunt.emerges(path, losses)._repr_html_()
    for step in learned.SNAPSHOTS:
        assert f"loss {losses[step]:.2f}" in caption
    printed_losses = [float(n) for n in re.findall(r"[\d.]+", printed(ten, "path, losses")[0])]
    np.testing.assert_allclose(printed_losses, losses[::4], atol=1e-6)


def test_twenty_steps_find_the_hidden_filter(ten):
    losses = ten[0]["losses"]
    assert losses == sorted(losses, reverse=True) and losses[0] > 5 and losses[-1] < 1e-4
    np.testing.assert_allclose(ten[0]["W"], ten[0]["hidden"], atol=0.005)


def test_dice_are_behind_descent_after_a_few_steps(ten):
    assert ten[0]["losses"][8] < float(printed(ten, "guesses = ")[0])


def test_a_mini_batch_is_an_estimate_of_all():
    """The mean of the slopes of all mini-batches is the slope of the whole set."""
    images = hidden_filter.noise_images()
    wanted, W = conv2d(images, hidden_filter.HIDDEN[None, :, :, None]), np.ones((1, 3, 3, 1))

    def slope(part):
        E = 2 * (conv2d(images[part], W) - wanted[part]) / wanted[part].size
        return conv2d_grad_filters(E, images[part], W.shape)

    batches = [slope(slice(k, k + 8)) for k in range(0, 32, 8)]
    np.testing.assert_allclose(np.mean(batches, axis=0), slope(slice(None)), atol=1e-9)
    assert max(np.abs(batch - slope(slice(None))).max() for batch in batches) > 0.01


def test_shuffled_photographs_hold_the_same_numbers():
    pieces, mixed = hidden_filter.photograph_images(), descent.shuffled_photographs()
    for piece, other in zip(pieces, mixed, strict=True):
        np.testing.assert_array_equal(np.sort(piece.ravel()), np.sort(other.ravel()))
    assert not np.array_equal(pieces, mixed)


def test_fit_finds_it_too(ten):
    np.testing.assert_allclose(ten[0]["layer"].filters[0, :, :, 0], ten[0]["hidden"], atol=0.005)


def test_photographs_are_slower_and_momentum_helps():
    steps = {
        kind: hidden_filter.steps_until(learned.hidden(kind)[0])
        for kind in ("noise", "photograph", "momentum")
    }
    assert None not in steps.values()
    assert steps["photograph"] > 5 * steps["momentum"] > 5 * steps["noise"]
    bent = [
        hidden_filter.conditioning(images())
        for images in (hidden_filter.noise_images, hidden_filter.photograph_images)
    ]
    assert bent[0] < 2 and bent[1] > 100


def test_the_table_of_slopes():
    """Each row of the page's table, by small changes of what it is the slope of."""
    random = np.random.default_rng(5)
    image, filters = random.normal(size=(6, 7)), random.normal(size=(3, 2))
    D = random.normal(size=conv2d(image, filters).shape)

    def slope(function, x):
        found = np.zeros_like(x)
        for index in np.ndindex(*x.shape):
            up, down = x.copy(), x.copy()
            up[index] += 1e-6
            down[index] -= 1e-6
            found[index] = (function(up) - function(down)) / 2e-6
        return found

    by_image = slope(lambda a: (conv2d(a, filters) * D).sum(), image)
    np.testing.assert_allclose(by_image, convolve2d(D, filters, padding="full"), atol=1e-7)
    np.testing.assert_allclose(by_image, conv2d_grad_image(D, filters, image.shape), atol=1e-7)
    by_filters = slope(lambda w: (conv2d(image, w) * D).sum(), filters)
    np.testing.assert_allclose(by_filters, conv2d(image, D), atol=1e-7)
    assert conv2d_grad_bias(D) == pytest.approx(D.sum())
    by_relu = slope(lambda a: (np.maximum(a, 0)[: D.shape[0], : D.shape[1]] * D).sum(), image)
    part = image[: D.shape[0], : D.shape[1]] > 0
    np.testing.assert_allclose(by_relu[: D.shape[0], : D.shape[1]], D * part, atol=1e-7)
    by_max = slope(lambda a: a.max() * 2.5, image)
    np.testing.assert_allclose(by_max, 2.5 * (image == image.max()), atol=1e-7)


def test_a_layer_that_flips_would_learn_the_flipped_filter():
    """The last question: descent on ∗ walks the same way, mirrored."""
    random = np.random.default_rng(6)
    image, hidden = random.normal(size=(10, 12)), random.normal(size=(3, 3))
    wanted, W, V = conv2d(image, hidden), np.zeros((3, 3)), np.zeros((3, 3))
    for _ in range(80):
        W = W - 0.2 * conv2d(image, 2 * (conv2d(image, W) - wanted) / wanted.size)
        D = 2 * (convolve2d(image, V) - wanted) / wanted.size
        V = V - 0.2 * conv2d(image, D)[::-1, ::-1]
    np.testing.assert_allclose(V, W[::-1, ::-1], atol=1e-12)
    assert np.abs(W - hidden).max() < 0.2


def test_weights_that_move_on_the_way_back_spoil_the_slopes_before():
    """The order of a step: the second layer moves before the first takes its slopes, or after."""
    random = np.random.default_rng(9)
    image, target = random.normal(size=(8, 9)), random.normal(size=(4, 5))
    one, other = random.normal(size=(2, 3, 3))

    def loss(one):
        return ((conv2d(np.maximum(conv2d(image, one), 0), other) - target) ** 2).mean()

    maps = conv2d(image, one)
    E = 2 * (conv2d(np.maximum(maps, 0), other) - target) / target.size
    moved = other - 0.1 * conv2d(np.maximum(maps, 0), E)

    def slopes(other):
        handed = conv2d_grad_image(E, other, maps.shape) * (maps > 0)
        return conv2d(image, handed)

    tried = np.zeros((3, 3))
    for index in np.ndindex(3, 3):
        hair = np.zeros((3, 3))
        hair[index] = 1e-6
        tried[index] = (loss(one + hair) - loss(one - hair)) / 2e-6
    np.testing.assert_allclose(slopes(other), tried, atol=1e-6)
    assert np.abs(slopes(moved) - tried).max() > 0.01


# ---- chapter 11


def test_the_network_beats_the_lazy_rule_where_it_counts():
    run = learned.red_run()
    images, labels, contents = run["test"]
    rules = learned.rules(labels, contents)
    assert rules["always no"] == 0.5
    assert 0.85 < rules["something red and some circle"] < 0.97
    tempting = learned.tempting(labels, contents)
    said = run["model"].predict(images[tempting]).argmax(axis=1)
    assert len(tempting) >= 20 and (said == 0).mean() > 0.9
    assert run["accuracy"] > rules["something red and some circle"]
    wrong = 1 - rules["something red and some circle"]
    assert len(tempting) == round(wrong * len(labels))  # the rule fails on these, and only these
    assert run["found"] > 0.98


def test_the_filters_learned_red_or_not_and_forgot_green_or_blue():
    run = learned.red_run()
    before, after = (learned.color_shares(run[when]) for when in ("before", "after"))
    assert sum(after.values()) == pytest.approx(1)
    assert all(abs(share - 1 / 3) < 0.04 for share in before.values())
    assert after["red or not"] > 0.45 and after["green or blue"] < 0.1
    red, green, blue = run["after"][..., ch11.strongest(run["after"])].reshape(3, -1)
    assert np.corrcoef(red, green)[0, 1] < -0.5 and np.corrcoef(red, blue)[0, 1] < -0.5
    assert np.corrcoef(green, blue)[0, 1] > 0.5  # as the figure's words have it


def test_with_the_usual_first_weights_it_works_as_well_and_looks_like_noise(monkeypatch):
    monkeypatch.setattr(red_circles, "faint", "he_uniform")
    run = red_circles.run(epochs=8)
    assert run["accuracy"] > 0.97
    change = run["after"] - run["before"]
    assert (change**2).sum() < 0.5 * (run["before"] ** 2).sum()
    assert all(abs(share - 1 / 3) < 0.08 for share in learned.color_shares(run["after"]).values())


def test_the_mean_and_the_weighted_sum_may_change_places():
    run = learned.red_run()
    images = run["test"][0][:5]
    maps = red_circles.red_circle_map(run["model"], images)
    answers = run["model"].predict(images)
    bias = run["model"].layers[-1].bias
    np.testing.assert_allclose(
        maps.mean(axis=(1, 2)) + bias[1] - bias[0], answers[:, 1] - answers[:, 0], atol=1e-4
    )


def test_what_the_page_says_of_the_shifted_patterns():
    table = record.read("shifted_patterns")["accuracies"]
    left, everywhere = table["left only"], table["everywhere"]
    dense, flat, pooled = (left[name] for name in left)
    assert dense["left"]["mean"] > dense["right"]["mean"] + 0.2
    assert flat["left"]["mean"] > 0.99 and flat["right"]["mean"] < 0.5
    assert pooled["right"]["mean"] > 0.99
    dense, flat, pooled = (everywhere[name] for name in everywhere)
    assert min(flat["right"]["mean"], pooled["right"]["mean"]) > 0.99
    assert dense["train"]["mean"] > 0.99 and dense["right"]["mean"] < 0.92


def test_the_far_weights_were_moved_and_nothing_else():
    """The experiment changes only the last three columns, and on the left nothing is lost."""
    model, start = far_weights.trained(0)
    weights = model.layers[-1].weights.reshape(10, 10, 24, 2)
    maps = np.random.default_rng(0).normal(size=(5, 10, 10, 24))
    near, far = far_weights.votes(maps, weights)
    whole = np.einsum("nijc,ijck->nk", maps, weights)
    np.testing.assert_allclose(near + far, whole[:, 1] - whole[:, 0], rtol=1e-4)
    changed = weights.copy()
    changed[:, far_weights.FAR :] = start[:, far_weights.FAR :]
    np.testing.assert_array_equal(far_weights.votes(maps, changed)[0], near)
    assert far_weights.run(0)["left as trained"] > 0.99


def test_first_weights_drawn_again_are_spread_as_the_first_ones_were():
    _, start = far_weights.trained(0)
    spread = np.sqrt(6 / (2400 + 2))
    assert np.abs(start).max() <= spread
    assert start.std() == pytest.approx(spread / np.sqrt(3), rel=0.05)


def test_what_is_wrong_on_the_right_was_learned():
    found = far_weights.run(3)
    assert found["as trained"] < 0.35 < 0.45 < found["drawn again"] < 0.55
    assert found["yes to red circles"] < 0.1 < 0.4 < found["yes to others"]  # inverted


def test_the_columns_called_far_saw_no_more_than_the_edges_of_shapes_in_training():
    _, _, contents = data.colored_shapes(800, seed=0, things=(1, 1), columns=shifted_patterns.LEFT)
    ends = [thing.column + thing.radius for (thing,) in contents]
    assert max(ends) < 20 and 2 * far_weights.FAR == 14  # column j sees pixels 2j to 2j + 13
    assert np.mean(np.array(ends) > 18) < 0.1


def test_three_parts_share_no_example():
    parts = few_digits.three_parts()
    sizes = [len(x) for x, _ in parts]
    assert sum(sizes) == 1797 and sizes[1] == pytest.approx(sizes[2], abs=10)
    keys = [{x.tobytes() for x in pictures} for pictures, _ in parts]
    assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]


def test_moved_digits_are_the_same_ink():
    (x, y), _, _ = few_digits.three_parts()
    more, labels = few_digits.moved(x[:5], y[:5])
    assert len(more) == 45
    np.testing.assert_array_equal(more[4 * 5 : 5 * 5], x[:5])  # the one that did not move
    np.testing.assert_array_equal(labels, np.tile(y[:5], 9))
    np.testing.assert_array_equal(more[:5, 1:, 1:], x[:5, :-1, :-1])


def test_an_ablation_takes_one_part_out_and_puts_it_back():
    run = learned.red_run()
    whole = run["model"].layers[0].filters.copy()
    found = colors.ablations(run)
    np.testing.assert_array_equal(run["model"].layers[0].filters, whole)
    assert found["red or not"] < 0.6 < found["gray"] < found["green or blue"]
    for direction in colors.DIRECTIONS.values():
        left = colors.without(whole, direction)
        assert colors.share(left, direction) < 1e-12


def test_the_confusion_matrix_counts_every_test_picture(eleven):
    confusion = eleven[0]["confusion"]
    assert confusion.sum() == 359 and np.trace(confusion) == eleven[0]["right"].sum()


def test_the_digits_of_the_page(eleven):
    line = printed(eleven, "stratified_split")[0]
    right, all_of_them = map(int, re.search(r"(\d+) of (\d+) right", line).groups())
    assert all_of_them == 359 and right / all_of_them > 0.93
    assert data.digits()[0].shape == (1797, 8, 8)


def test_what_the_exercises_of_chapter_11_let_readers_find(eleven):
    """A hundred pictures are learned by heart, and the parameters without pooling are counted."""
    x, y, test = (eleven[0][name] for name in ("x", "y", "test"))
    few = eleven[0]["train"][:100]
    layers = [
        Conv2D(16, 3, activation="relu", input_shape=(8, 8, 1)),
        MaxPooling2D(2),
        Flatten(),
        Dense(10),
    ]
    model = Sequential(layers, seed=0, dtype=np.float64)
    model.compile(Adam(0.005), SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[few], y[few], epochs=60, verbose=0)
    known, new = ((model.predict(x[k]).argmax(axis=1) == y[k]).mean() for k in (few, test))
    assert known > 0.95 and new < known - 0.1
    bare = Sequential([Conv2D(16, 3, input_shape=(8, 8, 1)), Flatten(), Dense(10)])
    assert f"({bare.count_params():,}.)" in PAGES["ch11"]


def test_red_against_green_and_blue_is_deaf_to_white():
    weights = np.random.default_rng(8).normal(size=(1, 5, 5)) * [[[1.0]], [[-0.5]], [[-0.5]]]
    np.testing.assert_allclose(conv2d(np.full((9, 9, 3), 255.0), weights), 0, atol=1e-9)


# ---- code that the pages show and do not run


def blocks():
    for page, source in PAGES.items():
        for name, code in re.findall(
            r"```\{code-block\} python\n:name: ([\w-]+)\n(.*?)```", source, flags=re.S
        ):
            yield pytest.param(page, name.split("-")[1], code, id=name)


def test_both_frameworks_speak_in_each_chapter():
    assert {one.id for one in blocks()} == {
        f"{page}-{name}" for page in PAGES for name in ("keras", "torch")
    }


@pytest.mark.parametrize(("page", "framework", "code"), list(blocks()))
def test_framework_lines_do_what_ours_do(page, framework, code):
    pytest.importorskip(framework, reason=f"{framework} is not installed")
    random = np.random.default_rng(7)
    if page == "ch09":
        model = red_circles.network(seed=3)
        images = random.uniform(size=(5, 32, 32, 3)).astype(np.float32)
        given, expected = {"model": model, "images": images}, model.predict(images)
    elif page == "ch11":
        scores, labels = random.normal(size=(9, 4)), random.integers(0, 4, size=9)
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        given = {"scores": scores, "labels": labels}
        expected = -np.log(shares[np.arange(9), labels]).mean()
    else:
        image, W, rate = random.normal(size=(7, 9)), random.normal(size=(3, 2)), 0.1
        wanted = conv2d(image, random.normal(size=(3, 2)))
        D = 2 * (conv2d(image, W) - wanted) / wanted.size
        given = {"image": image, "W": W, "wanted": wanted, "rate": rate}
        expected = W - rate * conv2d(image, D)
    exec(code, given)
    np.testing.assert_allclose(given["result"], expected, rtol=1e-4, atol=1e-5)


# ---- the words of the field

WORDS = {
    "ch10": (
        "loss",
        "gradient",
        "chain rule",
        "learning rate",
        "gradient descent",
        "momentum",
        "backpropagation",
        "logits",
        "softmax",
        "cross-entropy",
        "mini-batch",
        "epoch",
        "stochastic gradient descent",
    ),
    "ch11": (
        "generalization",
        "training set",
        "validation set",
        "test set",
        "hyperparameter",
        "baseline",
        "overfitting",
        "data augmentation",
        "regularization",
        "dropout",
        "ablation",
        "confusion matrix",
    ),
}


@pytest.mark.parametrize(("page", "word"), [(p, w) for p, found in WORDS.items() for w in found])
def test_each_word_is_introduced_once_in_bold_and_stands_in_the_glossary(page, word):
    together = PAGES["ch10"] + PAGES["ch11"]
    assert len(re.findall(rf"\*\*{re.escape(word)}\*\*", together, flags=re.I)) == 1
    assert re.search(rf"\*\*{re.escape(word)}\*\*", PAGES[page], flags=re.I)
    notation = (BOOK / "notation.md").read_text("utf-8")
    assert (
        re.search(rf"^{re.escape(word)}\n    ", notation, flags=re.M) or word == "gradient descent"
    )


# ---- form


@pytest.mark.parametrize("page", PAGES)
def test_each_idea_has_its_parts_on_its_page(page):
    ideas = {"ch09": ("L21", "L22", "L23", "L24"), "ch10": ("L19",), "ch11": ()}[page]
    for idea in ideas:
        for kind in ("idea", "figure", "question", "exercise"):
            assert f"\n({kind}-{idea})=\n" in PAGES[page], f"({kind}-{idea})="
        assert re.search(rf"widget-{idea}\b", PAGES[page])


def test_the_network_is_included_never_pasted():
    assert ":pyobject: network" in PAGES["ch11"]


def test_the_still_filter_of_chapter_3_is_the_one_that_moves():
    np.testing.assert_allclose(network.red_finder(), rings.red_filter(rings.ring(15, 5, 7)))
    result = conv2d(red_circle().astype(float), network.red_finder())
    assert np.unravel_index(result.argmax(), result.shape) == (6, 11)
