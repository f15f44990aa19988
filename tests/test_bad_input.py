"""What does not fit is refused, with the numbers that disagree and a way out."""

import sys
import types

import numpy as np
import pytest

from convkit import conv2d, convolve2d, plan

IMAGE, FILTERS = np.ones((8, 9, 3)), np.ones((3, 2, 4, 5))

# name: (image, filters, options, error, what the message must hold)
REFUSED = {
    "image of one axis": (np.ones(5), np.ones(3), {}, ValueError, ["(5,)", "(H, W, C1)"]),
    "image of five axes": (np.ones((1,) * 5), FILTERS, {}, ValueError, ["(1, 1, 1, 1, 1)"]),
    "2-D image, 3-D filter": (
        IMAGE[:, :, 0],
        FILTERS[..., 0],
        {},
        ValueError,
        ["(8, 9)", "array[None]"],
    ),
    "2-D filter, 3-D image": (IMAGE, np.ones((3, 3)), {}, ValueError, ["(8, 9, 3)", "(3, 3)"]),
    "channels disagree": (IMAGE, np.ones((4, 2, 2, 5)), {}, ValueError, ["3 channels", "spans 4"]),
    "filters in Keras' order": (
        IMAGE,
        np.ones((2, 2, 3, 5)),
        {},
        ValueError,
        ["filters_from('keras'"],
    ),
    "filters in PyTorch's order": (
        IMAGE,
        np.ones((5, 3, 2, 2)),
        {},
        ValueError,
        ["filters_from('torch'"],
    ),
    "kernel higher than the image": (
        IMAGE,
        np.ones((3, 9, 2, 1)),
        {},
        ValueError,
        ["9 rows", "8 rows", "padding='same'"],
    ),
    "dilated kernel wider": (
        IMAGE,
        np.ones((3, 1, 5, 1)),
        {"dilation": 3},
        ValueError,
        ["spans 13", "9 columns"],
    ),
    "no rows": (
        np.ones((0, 9, 3)),
        FILTERS,
        {"padding": 5},
        ValueError,
        ["at least 1 of its rows"],
    ),
    "no channels": (np.ones((8, 9, 0)), np.ones((0, 2, 2, 5)), {}, ValueError, ["0 channels"]),
    "no filter": (IMAGE, np.ones((3, 2, 2, 0)), {}, ValueError, ["0 maps"]),
    "empty kernel": (IMAGE, np.ones((3, 0, 2, 5)), {}, ValueError, ["0 rows"]),
    "image in PyTorch's order": (
        np.ones((3, 8, 9)),
        np.ones((3, 2, 2, 5)),
        {},
        ValueError,
        ["9 channels", "image_from('torch'"],
    ),
    "fast a word": (IMAGE, FILTERS, {"fast": "no"}, TypeError, ["fast", "'no'"]),
    "bias True": (IMAGE, FILTERS[..., 0], {"bias": True}, TypeError, ["bias", "True"]),
    "padding as JAX spells it": (
        IMAGE,
        FILTERS,
        {"padding": "SAME"},
        ValueError,
        ["did you mean 'same'?"],
    ),
    "stride 0": (IMAGE, FILTERS, {"stride": 0}, ValueError, ["stride", "at least 1", "got 0"]),
    "stride negative": (IMAGE, FILTERS, {"stride": (1, -2)}, ValueError, ["got -2"]),
    "stride a float": (IMAGE, FILTERS, {"stride": 2.0}, TypeError, ["whole number", "2.0"]),
    "stride a bool": (IMAGE, FILTERS, {"stride": True}, TypeError, ["True"]),
    "stride of three": (IMAGE, FILTERS, {"stride": (1, 1, 1)}, ValueError, ["(rows, columns)"]),
    "dilation 0": (IMAGE, FILTERS, {"dilation": 0}, ValueError, ["dilation", "got 0"]),
    "padding unknown": (IMAGE, FILTERS, {"padding": "SAME"}, ValueError, ["'SAME'", "'same'"]),
    "padding negative": (IMAGE, FILTERS, {"padding": -1}, ValueError, ["padding", "got -1"]),
    "padding of pairs": (
        IMAGE,
        FILTERS,
        {"padding": ((1, 1), (2, 2))},
        TypeError,
        ["padding must be a number or (rows, columns)", "((1, 1), (2, 2))"],
    ),
    "padding None": (IMAGE, FILTERS, {"padding": None}, TypeError, ["None"]),
    "groups do not divide": (
        IMAGE,
        FILTERS,
        {"groups": 2},
        ValueError,
        ["groups (=2)", "(=3)", "(=5)"],
    ),
    "groups do not divide the maps": (
        np.ones((8, 9, 4)),
        np.ones((2, 2, 2, 5)),
        {"groups": 2},
        ValueError,
        ["groups (=2)", "(=4)", "(=5)"],
    ),
    "groups 0": (IMAGE, FILTERS, {"groups": 0}, ValueError, ["groups", "got 0"]),
    "groups with full depth": (
        IMAGE,
        np.ones((3, 2, 2, 6)),
        {"groups": 3},
        ValueError,
        ["3 groups = 1", "spans 3"],
    ),
    "bias too long": (IMAGE, FILTERS, {"bias": np.ones(6)}, ValueError, ["(6,)", "(5,)"]),
    "bias one number for five maps": (
        IMAGE,
        FILTERS,
        {"bias": 1.0},
        ValueError,
        ["5 feature maps"],
    ),
    "bias a list": (IMAGE, FILTERS, {"bias": [0] * 5}, TypeError, ["np.asarray(bias)"]),
    "image a list": ([[1, 2]], np.ones((1, 1)), {}, TypeError, ["list", "np.asarray(image)"]),
    "filters a tuple": (IMAGE, ((1, 2),), {}, TypeError, ["tuple", "np.asarray(filters)"]),
    "image None": (None, FILTERS, {}, TypeError, ["image", "NoneType"]),
    "object dtype": (
        np.array([[1, None]], object),
        np.ones((1, 1)),
        {},
        TypeError,
        ["object", "rectangle"],
    ),
    "complex": (IMAGE * 1j, FILTERS, {}, TypeError, ["complex128", ".real"]),
    "text": (np.array([["a"]]), np.ones((1, 1)), {}, TypeError, ["<U1"]),
    "dates": (np.zeros((2, 2), "M8[D]"), np.ones((1, 1)), {}, TypeError, ["datetime64"]),
    "masked": (np.ma.masked_less(np.ones((3, 3)), 0), np.ones((1, 1)), {}, TypeError, ["filled"]),
    "method unknown": (
        IMAGE,
        FILTERS,
        {"method": "magic"},
        ValueError,
        ["'magic'", "'im2col'", "'auto'"],
    ),
    "activation unknown": (
        IMAGE,
        FILTERS,
        {"activation": "rleu"},
        ValueError,
        ["'rleu'", "'relu'"],
    ),
    "activation changes shape": (IMAGE, FILTERS, {"activation": np.sum}, ValueError, ["(7, 6, 5)"]),
    "precision on a CPU": (IMAGE, FILTERS, {"precision": "tf32"}, ValueError, ["GPU", "float32"]),
    "precision unknown": (IMAGE, FILTERS, {"precision": "fp8"}, ValueError, ["'fp8'", "'bf16'"]),
    "threads 0": (IMAGE, FILTERS, {"threads": 0}, ValueError, ["threads", "got 0"]),
    "out of another shape": (
        IMAGE,
        FILTERS,
        {"out": np.ones((7, 6, 4))},
        ValueError,
        ["(7, 6, 5)", "(7, 6, 4)"],
    ),
    "out of another dtype": (
        IMAGE,
        FILTERS,
        {"out": np.ones((7, 6, 5), np.float32)},
        ValueError,
        ["float64", "float32"],
    ),
    "out a list": (IMAGE, FILTERS, {"out": []}, TypeError, ["out", "list"]),
}


@pytest.mark.parametrize("convolve", [conv2d, convolve2d])
@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_the_numbers_and_a_way_out(case, convolve):
    image, filters, options, error, words = REFUSED[case]
    with pytest.raises(error) as caught:
        convolve(image, filters, **options)
    for word in words:
        assert word in str(caught.value)


def test_read_only_out_is_refused():
    out = np.ones((7, 6, 5))
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        conv2d(IMAGE, FILTERS, out=out)


def test_longdouble_is_refused_where_it_is_wider():
    if np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("longdouble is float64 on this platform")
    with pytest.raises(TypeError, match=r"astype\(np.float64\)"):
        conv2d(np.ones((2, 2), np.longdouble), np.ones((1, 1)))


@pytest.fixture
def cupy(monkeypatch):
    """A stand-in for CuPy: a module with an array class of its own."""
    module = types.ModuleType("cupy")
    module.ndarray = type("ndarray", (), {"__module__": "cupy"})
    monkeypatch.setitem(sys.modules, "cupy", module)
    return module


@pytest.mark.parametrize("convolve", [conv2d, convolve2d])
def test_numpy_mixed_with_cupy_says_how_to_move_one(cupy, convolve):
    with pytest.raises(TypeError, match=r"filters is on the CPU.*image is on the GPU") as caught:
        convolve(cupy.ndarray(), FILTERS)
    assert "cupy.asarray(filters)" in str(caught.value)
    assert "cupy.asnumpy(image)" in str(caught.value)


def test_a_plan_refuses_images_from_the_other_device(cupy):
    with pytest.raises(TypeError, match=r"cupy\.asnumpy"):
        plan(FILTERS, IMAGE.shape)(cupy.ndarray())


@pytest.mark.parametrize("shape", [6, IMAGE, (8, 9.5, 3), (8, -9, 3), "8x9"])
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises((TypeError, ValueError), match="image_shape") as caught:
        plan(FILTERS, shape)
    assert len(str(caught.value)) < 200, "pixels must not be dumped into a message"


def test_any_real_number_is_a_bias_for_one_map():
    for number in (2, 2.0, np.float32(2), np.float64(2), np.int8(2)):
        assert conv2d(np.ones((2, 2)), np.ones((2, 2)), bias=number).item() == 6
