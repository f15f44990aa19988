"""The definition itself: by hand, against SciPy, and against the quick form the tests use."""

import numpy as np
import pytest
from hypothesis import given, settings
from problems import definition, problems
from scipy import signal

from convkit import reference


def test_the_numbers_of_one_window_by_hand():
    image = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 5.0]])
    kernel = np.array([[10.0, 1.0], [100.0, 1000.0]])
    # 1·10 + 2·1 + 3·100 + 4·1000, then the same one step to the right
    assert reference.conv2d(image, kernel).tolist() == [[4312.0, 5420.0]]


def test_the_sum_runs_over_channels_and_the_bias_is_added_once():
    image = np.stack([np.full((3, 4), 1.0), np.full((3, 4), 10.0)], axis=-1)
    filters = np.ones((2, 2, 2, 3)) * [1.0, 2.0, 3.0]
    maps = reference.conv2d(image, filters, bias=np.array([0.5, 0.0, -1.0]))
    assert maps.shape == (2, 3, 3)
    assert maps[0, 0].tolist() == [44.5, 88.0, 131.0]


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@pytest.mark.parametrize("kernel", [(3, 5), (3, 3), (1, 5)])
def test_one_channel_equals_scipy(mode, kernel):
    random = np.random.default_rng(1)
    image, filters = random.standard_normal((9, 11)), random.standard_normal(kernel)
    expected = signal.correlate2d(image, filters, mode=mode)
    np.testing.assert_allclose(
        reference.conv2d(image, filters, padding=mode), expected, rtol=0, atol=1e-13
    )


def test_three_channels_equal_scipy_correlation_of_boxes():
    random = np.random.default_rng(2)
    image, filters = random.standard_normal((7, 9, 3)), random.standard_normal((3, 2, 4))
    box = filters.transpose(1, 2, 0)  # (K, K, C1), as the image lies
    expected = signal.correlate(image, box, mode="valid")[:, :, 0]
    np.testing.assert_allclose(reference.conv2d(image, filters), expected, rtol=0, atol=1e-13)


@settings(max_examples=150, deadline=None)
@given(problems(largest=6))
def test_the_quick_form_in_the_tests_equals_the_seven_loops(problem):
    image, filters, options = problem
    np.testing.assert_allclose(
        definition(image, filters, **options),
        reference.conv2d(image, filters, **options),
        rtol=0,
        atol=1e-12,
    )
