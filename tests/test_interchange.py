"""Arrays of other libraries: taken where they lie, refused with words where that cannot be."""

import sys

import numpy as np
import pytest
from ml_dtypes import bfloat16

from convkit import conv2d, gradients, layouts, plan
from convkit.interchange import adopt

IMAGE = np.arange(30.0).reshape(5, 6)
FILTERS = np.ones((2, 2))
EXPECTED = conv2d(IMAGE, FILTERS)


class Array:
    """Offers `__array__`, and nothing else."""

    def __init__(self, held):
        self._held = held

    def __array__(self, dtype=None, copy=None):
        return self._held


class Capsule:
    """Offers DLPack, and nothing else; on a device of our choice."""

    def __init__(self, held, device=(1, 0)):
        self._held, self._device = held, device

    def __dlpack__(self, **options):
        return self._held.__dlpack__(**options)

    def __dlpack_device__(self):
        return self._device


class OnGpu:
    """What a tensor on a GPU shows to somebody who has no CuPy."""

    __cuda_array_interface__ = {"shape": (5, 6), "typestr": "<f8", "data": (0, False), "version": 3}


@pytest.mark.parametrize("kind", [Array, Capsule])
def test_what_lies_in_memory_is_shown_and_not_copied(kind):
    assert np.shares_memory(adopt("image", kind(IMAGE)), IMAGE)
    result = conv2d(kind(IMAGE), kind(FILTERS), bias=np.array(0.0))
    assert type(result) is np.ndarray
    np.testing.assert_array_equal(result, EXPECTED)


def test_plans_and_gradients_take_them_too():
    planned = plan(Array(FILTERS), IMAGE.shape, bias=Array(np.zeros(1)))
    np.testing.assert_array_equal(planned(Capsule(IMAGE)), EXPECTED)
    np.testing.assert_array_equal(
        gradients.conv2d_grad_image(Array(EXPECTED), Array(FILTERS), IMAGE.shape),
        gradients.conv2d_grad_image(EXPECTED, FILTERS, IMAGE.shape),
    )
    np.testing.assert_array_equal(
        gradients.conv2d_grad_filters(Array(EXPECTED), Array(IMAGE), (2, 2)),
        gradients.conv2d_grad_filters(EXPECTED, IMAGE, (2, 2)),
    )
    assert gradients.conv2d_grad_bias(Array(EXPECTED)) == EXPECTED.sum()


def test_out_is_written_in_place_and_comes_back_as_it_was_given():
    room = np.zeros(EXPECTED.shape)
    out = Array(room)
    assert conv2d(IMAGE, FILTERS, out=out) is out
    np.testing.assert_array_equal(room, EXPECTED)


def test_an_out_that_dlpack_shows_read_only_is_refused():
    room = np.zeros(EXPECTED.shape)
    room.flags.writeable = False
    with pytest.raises((TypeError, ValueError), match=r"read-?only"):
        conv2d(IMAGE, FILTERS, out=Capsule(room))


def test_a_gpu_tensor_without_cupy_is_refused_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(TypeError, match=r"OnGpu on a GPU.*convkit doctor"):
        conv2d(OnGpu(), FILTERS)
    with pytest.raises(TypeError, match=r"filters is a .*Capsule on a GPU"):
        conv2d(IMAGE, Capsule(FILTERS, device=(2, 0)))


class Copies(Array):
    """Hands out another copy each time."""

    def __array__(self, dtype=None, copy=None):
        return self._held.copy()


def test_an_out_that_hands_out_copies_is_refused_because_nothing_would_be_in_it():
    with pytest.raises(TypeError, match="Copies that hands out copies"):
        conv2d(IMAGE, FILTERS, out=Copies(np.zeros(EXPECTED.shape)))
    np.testing.assert_array_equal(conv2d(Copies(IMAGE), FILTERS), EXPECTED)


def test_a_mask_does_not_get_lost_on_the_way():
    da = pytest.importorskip("dask.array")
    masked = np.ma.masked_array(IMAGE, IMAGE > 3)
    lazy = da.ma.masked_array(da.from_array(IMAGE), mask=IMAGE > 3)
    for image in (Array(masked), lazy):
        with pytest.raises(TypeError, match="mask"):
            conv2d(image, FILTERS)
        with pytest.raises(TypeError, match="mask"):
            plan(FILTERS, IMAGE.shape)(image)


class Raises:
    """Answers no question."""

    def __getattr__(self, name):
        raise RuntimeError(f"{name}?")


class Odd(Capsule):
    """Names its device by a word."""

    def __dlpack_device__(self):
        return ("cpu", 0)


class OutOfMemory:
    """Needs more than there is."""

    def __array__(self, dtype=None, copy=None):
        raise MemoryError("of all things")


def test_objects_that_misbehave_are_refused_in_words():
    with pytest.raises(TypeError, match=r"image must be a NumPy or CuPy array, got .*Raises"):
        conv2d(Raises(), FILTERS)
    with pytest.raises(TypeError, match=r"Odd that does not hand out its numbers"):
        conv2d(Odd(IMAGE), FILTERS)
    with pytest.raises(TypeError, match="image must be a NumPy or CuPy array, got type"):
        conv2d(Array, FILTERS)
    with pytest.raises(MemoryError, match="of all things"):
        conv2d(OutOfMemory(), FILTERS)


def test_an_unreachable_device_is_named():
    with pytest.raises(TypeError, match=r"image is a .*Capsule on a device of DLPack's type 8"):
        conv2d(Capsule(IMAGE, device=(8, 0)), FILTERS)


def test_what_offers_no_array_is_still_refused():
    for thing in ([[1.0, 2.0]], "text", 3.0, None, np.float64(3)):
        assert adopt("image", thing) is thing
        with pytest.raises(TypeError, match="image must be"):
            conv2d(thing, FILTERS)


@pytest.mark.peers
def test_tensors_of_torch_are_shown_and_written():
    import torch

    tensor = torch.arange(30, dtype=torch.float64).reshape(5, 6)
    assert np.shares_memory(adopt("image", tensor), tensor.numpy())
    room = torch.zeros(5, 4, dtype=torch.float64).T  # any strides
    assert conv2d(tensor.reshape(5, 6), torch.ones(2, 2, dtype=torch.float64), out=room) is room
    np.testing.assert_array_equal(room.numpy(), EXPECTED)
    assert conv2d(tensor.half(), torch.ones(2, 2).half()).dtype == np.float16
    brain = tensor.bfloat16()
    assert np.shares_memory(adopt("image", brain), brain.view(torch.uint16).numpy())
    assert conv2d(brain, torch.ones(2, 2).bfloat16()).dtype == bfloat16
    room = torch.zeros(4, 5, dtype=torch.bfloat16)
    conv2d(brain, torch.ones(2, 2).bfloat16(), out=room)
    np.testing.assert_array_equal(room.float().numpy(), EXPECTED)  # whole numbers below 256


@pytest.mark.peers
def test_layouts_take_tensors_and_their_order_gets_a_hint():
    import torch

    image, filters = torch.rand(3, 16, 16), torch.rand(4, 3, 3, 3)
    with pytest.raises(ValueError, match=r"image_from.'torch'[\s\S]*filters_from.'torch'"):
        conv2d(image, filters)
    ours = layouts.image_from("torch", image), layouts.filters_from("torch", filters)
    expected = torch.nn.functional.conv2d(image[None], filters)[0].permute(1, 2, 0)
    np.testing.assert_allclose(conv2d(*ours), expected, atol=1e-5)


@pytest.mark.peers
def test_what_torch_does_not_hand_out_is_told_in_its_own_words():
    import torch

    for tensor, words in (
        (torch.ones(5, 6, requires_grad=True), "detach"),
        (torch.ones(5, 6, dtype=torch.bfloat16, requires_grad=True), "detach"),
        (torch.ones(5, 6, device="meta"), "meta"),
        (torch.ones(5, 6).to_sparse(), "to_dense"),
    ):
        with pytest.raises(TypeError, match=f"image is a torch.Tensor .*{words}"):
            conv2d(tensor, FILTERS)
