"""Axes in our order and in that of other frameworks, with no two sizes alike."""

import numpy as np
import pytest

from convkit import conv2d
from convkit.layouts import FILTER_AXES, filters_from, filters_to, image_from, image_to

IMAGE = np.random.default_rng(9).standard_normal((2, 6, 8, 3))
FILTERS = np.random.default_rng(10).standard_normal((3, 4, 5, 7))


def test_each_framework_gets_its_order():
    assert filters_to("keras", FILTERS).shape == (4, 5, 3, 7)
    assert filters_to("flax", FILTERS).shape == (4, 5, 3, 7)
    assert filters_to("torch", FILTERS).shape == (7, 3, 4, 5)
    assert filters_to("jax", FILTERS).shape == (7, 3, 4, 5)
    assert image_to("torch", IMAGE).shape == (2, 3, 6, 8)
    assert image_to("jax", IMAGE[0]).shape == (3, 6, 8)
    assert image_to("keras", IMAGE[0]).shape == (6, 8, 3)


@pytest.mark.parametrize("framework", FILTER_AXES)
def test_there_and_back_is_the_same(framework):
    np.testing.assert_array_equal(filters_from(framework, filters_to(framework, FILTERS)), FILTERS)
    np.testing.assert_array_equal(image_from(framework, image_to(framework, IMAGE)), IMAGE)
    np.testing.assert_array_equal(image_from(framework, image_to(framework, IMAGE[0])), IMAGE[0])


def test_nothing_is_copied():
    assert np.shares_memory(filters_to("torch", FILTERS), FILTERS)


@pytest.mark.parametrize("convert", [filters_to, filters_from, image_to, image_from])
def test_unknown_names_and_ranks_are_refused(convert):
    with pytest.raises(ValueError, match="'keras', 'torch', 'jax', 'flax'"):
        convert("tensorflow", FILTERS)
    with pytest.raises(ValueError, match=r"\(3, 4\)"):
        convert("torch", np.ones((3, 4)))


@pytest.mark.peers
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("groups", [1, 3])
def test_torch_computes_the_same(stride, groups):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    filters = np.random.default_rng(11).standard_normal((3 // groups, 4, 5, 6))
    bias = np.arange(6.0)
    theirs = torch.nn.functional.conv2d(
        torch.from_numpy(image_to("torch", IMAGE).copy()),
        torch.from_numpy(filters_to("torch", filters).copy()),
        torch.from_numpy(bias),
        stride=stride,
        groups=groups,
    )
    ours = conv2d(IMAGE, filters, bias=bias, stride=stride, groups=groups)
    np.testing.assert_allclose(ours, image_from("torch", theirs.numpy()), atol=1e-12)


@pytest.mark.peers
def test_jax_computes_the_same():
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    theirs = jax.lax.conv(
        image_to("jax", IMAGE).astype(np.float32),
        filters_to("jax", FILTERS).astype(np.float32),
        (1, 1),
        "VALID",
    )
    np.testing.assert_allclose(
        conv2d(IMAGE, FILTERS), image_from("jax", np.asarray(theirs)), atol=1e-4
    )


@pytest.mark.parametrize("convert", [filters_to, filters_from, image_to, image_from])
def test_lists_are_told_how_to_become_arrays(convert):
    with pytest.raises(TypeError, match=r"np.asarray\("):
        convert("torch", [1])
