"""conv2d against PyTorch, an independent implementation, over made-up problems."""

import numpy as np
import pytest
from hypothesis import given, settings
from problems import problems

from convkit import conv2d, read_problem
from convkit.layouts import filters_to, image_from, image_to

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
pytestmark = pytest.mark.peers


@settings(max_examples=300, deadline=None)
@given(problems(dtypes=[np.float64]))
def test_conv2d_equals_torch_with_every_option(problem):
    image, filters, options = problem
    bias = options.pop("bias", None)
    described = read_problem(image.shape, filters.shape, **options)
    padded = np.pad(image.reshape(described.image_shape), ((0, 0), *described.pads, (0, 0)))
    theirs = torch.nn.functional.conv2d(
        torch.from_numpy(image_to("torch", padded).copy()),
        torch.from_numpy(filters_to("torch", filters.reshape(described.filters_shape)).copy()),
        None if bias is None else torch.from_numpy(bias),
        stride=described.stride,
        dilation=described.dilation,
        groups=described.groups,
    )
    ours = conv2d(image, filters, bias=bias, **options)
    np.testing.assert_allclose(
        ours.reshape(described.output_shape), image_from("torch", theirs.numpy()), atol=1e-11
    )


@pytest.mark.parametrize("size", [7, 8])
@pytest.mark.parametrize("kernel", [2, 3, 4])
def test_same_equals_torch_at_stride_one_also_for_even_kernels(size, kernel):
    """PyTorch has 'same' at stride 1 only, and puts the odd pixel after, as we do."""
    random = np.random.default_rng(12)
    image, filters = random.standard_normal((size, size + 3)), random.standard_normal((kernel,) * 2)
    theirs = torch.nn.functional.conv2d(
        torch.from_numpy(image)[None, None], torch.from_numpy(filters)[None, None], padding="same"
    )
    np.testing.assert_allclose(conv2d(image, filters, padding="same"), theirs[0, 0], atol=1e-12)
