"""What the first pages say is true: their code runs, their answers are right, their form holds."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from convkit import conv2d, convolve2d, output_size, pad_amounts, reference
from convkit.data import hand_example

BOOK = Path(__file__).resolve().parent.parent / "book"
sys.path.insert(0, str(BOOK))  # the chapters import `figures` from their own folder
CHAPTERS = ("ch00", "ch01", "ch02", "ch03", "ch04", "ch05", "ch06", "ch07", "ch08")
PAGES = {
    name: (BOOK / f"{name}.md").read_text("utf-8")
    for name in ("index", "notation", "sources", *CHAPTERS)
}


def blocks():
    """The named code blocks that are shown and not executed by the book: name → (page, code)."""
    found = {}
    for page, source in PAGES.items():
        for name, code in re.findall(
            r"```\{code-block\} python\n:name: ([\w-]+)\n(.*?)```", source, flags=re.S
        ):
            assert name not in found, f"two blocks are called {name}"
            found[name] = (page, code)
    return found


BLOCKS = blocks()


def given(name):
    """The arrays that a block finds, and the result it must leave; all sizes differ."""
    random = np.random.default_rng(7)
    image, filters = random.normal(size=(6, 8, 3)), random.normal(size=(3, 2, 2, 4))
    chapter = name.split("-")[0]
    if chapter == "ch00":
        W, x, b = random.normal(size=(3, 6)), random.normal(size=6), random.normal(size=3)
        return {"W": W, "x": x, "b": b}, W @ x + b
    if chapter == "ch01":
        square = filters[0, :, :, 0]
        return {"image": image[:, :, 0], "square": square}, reference.conv2d(image[:, :, 0], square)
    if chapter == "ch02":
        box = filters[..., 0]
        return {"image": image, "box": box}, reference.conv2d(image, box)
    if chapter == "ch03":
        batch, weights = random.normal(size=(5, 6, 8, 3)), filters[..., 0]
        highest = reference.conv2d(batch, weights[..., None])[..., 0].max(axis=(1, 2))
        return {"batch": batch, "weights": weights}, highest
    if chapter == "ch04":
        second = random.normal(size=(4, 3, 3, 5))
        arrays = {"image": image, "first": filters, "second": second}
        return arrays, reference.conv2d(reference.conv2d(image, filters), second)
    if chapter == "ch05":
        return {"image": image, "filters": filters}, reference.conv2d(image, filters)
    if chapter == "ch07":  # each column of the matrix is what one pixel makes
        pixels = np.eye(image.size).reshape(-1, *image.shape)
        columns = reference.conv2d(pixels, filters).reshape(image.size, -1)
        return {"image": image, "filters": filters}, columns.T
    if chapter == "ch08":
        return {}, np.array(3 * 5 * 5 * 64 + 64)
    bias = np.array([0.5, -1.0, 2.0, 3.0])
    arrays = {"image": image, "filters": filters, "bias": bias}
    sums = reference.conv2d(image, filters, bias=bias)
    return arrays, np.maximum(sums, 0) if chapter == "ch06" else sums


def test_every_framework_has_its_lines():
    chapters = {f"{chapter}-{name}" for chapter in CHAPTERS for name in ("keras", "torch")}
    rosetta = {f"rosetta-{name}" for name in ("convkit", "keras", "torch", "jax", "flax")}
    assert set(BLOCKS) == chapters | rosetta


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_framework_lines_compute_what_ours_compute(name):
    framework = name.split("-")[1]
    pytest.importorskip(framework, reason=f"{framework} is not installed")
    arrays, expected = given(name)
    names = {key: array.copy() for key, array in arrays.items()} | {"np": np}
    exec(BLOCKS[name][1], names)
    result = np.asarray(names["result"])
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


# ---- what the pages say about frameworks


@pytest.mark.filterwarnings("ignore:Using padding='same' with even")
def test_same_with_an_even_kernel_pads_after_as_torch_does():
    torch = pytest.importorskip("torch")
    image, square = np.arange(35.0).reshape(5, 7), np.array([[1.0, 2.0], [4.0, 8.0]])
    theirs = torch.nn.functional.conv2d(
        torch.from_numpy(image)[None, None], torch.from_numpy(square)[None, None], padding="same"
    )
    np.testing.assert_allclose(theirs[0, 0].numpy(), conv2d(image, square, padding="same"))


@pytest.mark.parametrize("framework", ("keras", "jax"))
@pytest.mark.parametrize("stride", (1, 2))
def test_same_with_an_even_kernel_is_what_others_compute(framework, stride):
    peer = pytest.importorskip(framework, reason=f"{framework} is not installed")
    image, square = np.arange(35.0).reshape(5, 7), np.array([[1.0, 2.0], [4.0, 8.0]])
    x, w = image[None, :, :, None], square[:, :, None, None]
    if framework == "keras":
        theirs = peer.ops.conv(x, w, strides=stride, padding="same")
    else:
        order = ("NHWC", "HWIO", "NHWC")
        theirs = peer.lax.conv_general_dilated(
            x, w, (stride, stride), "SAME", dimension_numbers=order
        )
    ours = conv2d(image, square, stride=stride, padding="same")
    np.testing.assert_allclose(np.asarray(theirs)[0, :, :, 0], ours, rtol=1e-5)


def test_torch_refuses_same_with_a_stride():
    torch = pytest.importorskip("torch")
    ones = torch.ones(1, 1, 5, 5)
    with pytest.raises(RuntimeError, match="strided"):
        torch.nn.functional.conv2d(ones, ones, padding="same", stride=2)


def test_opencv_pads_an_even_kernel_before():
    cv2 = pytest.importorskip("cv2")
    image, square = np.arange(35.0).reshape(5, 7), np.array([[1.0, 2.0], [4.0, 8.0]])
    theirs = cv2.filter2D(image, -1, square, borderType=cv2.BORDER_CONSTANT)
    ours = conv2d(np.pad(image, ((1, 0), (1, 0))), square)
    np.testing.assert_allclose(theirs, ours)


def test_a_flip_of_all_axes_exchanges_the_channels():
    signal = pytest.importorskip("scipy.signal")
    image, filters = hand_example()
    box = filters[..., 0]
    general = signal.convolve(image, box.transpose(1, 2, 0), mode="valid")[:, :, 0]
    np.testing.assert_allclose(general, conv2d(image, box[::-1, ::-1, ::-1]))
    assert not np.allclose(general, convolve2d(image, box))


def test_true_convolution_commutes():
    image, square = np.arange(12.0).reshape(3, 4), np.array([[1.0, 2.0], [3.0, 5.0]])
    there = convolve2d(image, square, padding="full")
    padded = np.pad(square, ((2, 2), (3, 3)))  # the square in the image's place
    np.testing.assert_allclose(there, conv2d(padded, image[::-1, ::-1]))


# ---- what the pages say about numbers


def test_answers_about_sizes():
    assert 480 * 640 == 307_200 and 3 * 307_200 == 921_600  # chapter 0, questions 1 and 2
    assert (output_size(6, 3), output_size(8, 3)) == (4, 6)  # chapter 0, question 5
    assert (output_size(10, 3), output_size(7, 3)) == (8, 5)  # chapter 1, question 1
    assert (output_size(10, 3, padding="full"), output_size(7, 3, padding="full")) == (12, 9)
    assert (output_size(32, 5), output_size(48, 5)) == (28, 44)  # chapter 2, question 3
    assert output_size(8, 3, stride=2) == 3  # chapter 2, question 5
    assert output_size(8, 3, stride=2, padding="same") == 4
    assert 12 * 3 * 3 == 108


@pytest.mark.parametrize("size", range(5, 12))
@pytest.mark.parametrize("kernel", (2, 3, 5))
@pytest.mark.parametrize("stride", (1, 2, 3))
def test_formulas_of_the_summary(size, kernel, stride):
    assert output_size(size, kernel) == size - kernel + 1
    assert output_size(size, kernel, padding="full") == size + kernel - 1
    assert output_size(size, kernel, stride=stride, padding="same") == -(-size // stride)
    for zeros in (0, 1, 2):
        counted = len(range(0, size + 2 * zeros - kernel + 1, stride))  # places of the left edge
        assert output_size(size, kernel, stride=stride, padding=zeros) == counted
        assert counted == (size + 2 * zeros - kernel) // stride + 1
    assert sum(pad_amounts(size, kernel, padding="same")) == kernel - 1


def test_bytes_start_again_at_zero():
    assert (np.array([200], np.uint8) + np.array([100], np.uint8)).tolist() == [44]
    image = np.array([[200, 100]], np.uint8)
    assert conv2d(image, np.ones((1, 2), np.uint8)).tolist() == [[300]]


def test_the_edge_filter_turned_by_half_a_turn_changes_its_sign():
    from figures.ch01 import EDGE

    np.testing.assert_array_equal(EDGE[::-1, ::-1], -EDGE)
    assert EDGE.sum() == 0 and not np.array_equal(EDGE, EDGE.T)


def test_shifting_the_image_shifts_the_map():
    image = np.random.default_rng(0).normal(size=(9, 15))
    square = np.random.default_rng(1).normal(size=(3, 3))
    moved = conv2d(np.roll(image, 4, axis=1), square)
    np.testing.assert_allclose(moved[:, 4:], conv2d(image, square)[:, :-4])


def test_the_by_hand_place_needs_all_three_colors():
    """The worked example would teach little if a color added nothing, or red alone were enough."""
    from figures.ch02 import PLACE

    image, filters = hand_example()
    i, j = PLACE
    sums = [(image[i : i + 2, j : j + 2, p] * filters[p, :, :, 0]).sum() for p in range(3)]
    assert 0 not in sums and len(set(sums)) == 3 and min(sums) < 0 < max(sums)


# ---- the form that the pages keep


@pytest.mark.parametrize("page", [*PAGES])
def test_spelling_is_american(page):
    words = r"\b(colou?r|grey|neighbour|centre|visualise|normalise|behaviour)\w*"
    british = [w for w in re.findall(words, PAGES[page], flags=re.I) if w.lower() != "color"]
    assert not british


def test_the_definition_is_included_never_pasted():
    assert ":pyobject: seven_loops" in PAGES["ch01"]
    assert callable(reference.seven_loops)
    assert not any("for image in range" in source for source in PAGES.values())
