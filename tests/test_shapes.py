"""Sizes, on cases that can be counted by hand and on all small ones by brute force."""

import pytest

from convkit import output_size, pad_amounts


def count_windows(size, kernel, stride, dilation, before, after):
    """Walk along the padded axis and count the places where the kernel fits."""
    extent = (kernel - 1) * dilation + 1
    return len(
        [
            at
            for at in range(0, before + size + after, stride)
            if at + extent <= before + size + after
        ]
    )


@pytest.mark.parametrize("padding", ["valid", "same", "full", 0, 1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_output_size_counts_the_places_where_the_kernel_fits(padding, stride, dilation):
    for size in range(1, 12):
        for kernel in range(1, 6):
            options = {"stride": stride, "padding": padding, "dilation": dilation}
            before, after = pad_amounts(size, kernel, **options)
            expected = count_windows(size, kernel, stride, dilation, before, after)
            if expected:
                assert output_size(size, kernel, **options) == expected
            else:
                with pytest.raises(ValueError, match="does not fit"):
                    output_size(size, kernel, **options)


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_same_gives_the_rounded_up_quotient_and_puts_the_odd_pixel_after(stride):
    for size in range(1, 15):
        for kernel in range(1, 7):
            assert output_size(size, kernel, stride=stride, padding="same") == -(-size // stride)
            before, after = pad_amounts(size, kernel, stride=stride, padding="same")
            assert after - before in (0, 1)


def test_full_counts_every_window_that_touches_the_image():
    assert output_size(5, 3, padding="full") == 7
    assert output_size(5, 3, padding="full", stride=2) == 4
    assert pad_amounts(5, 3, padding="full", dilation=2) == (4, 4)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"size": 3, "kernel": 5}, ValueError, "kernel of 5 pixels does not fit .* 3 pixels"),
        ({"size": 3, "kernel": 3, "dilation": 2}, ValueError, "spans 5 with dilation 2"),
        ({"size": 2, "kernel": 7, "padding": 1}, ValueError, r"1 \+ 1 of padding"),
        ({"size": 0, "kernel": 1}, ValueError, "at least 1"),
        ({"size": 5, "kernel": 0}, ValueError, "kernel must be at least 1, got 0"),
        ({"size": 5, "kernel": 3, "stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ({"size": 5, "kernel": 3, "stride": -2}, ValueError, "got -2"),
        ({"size": 5, "kernel": 3, "stride": 1.5}, TypeError, "whole number, got 1.5"),
        ({"size": 5, "kernel": 3, "stride": True}, TypeError, "got True"),
        ({"size": 5, "kernel": 3, "padding": "sane"}, ValueError, "'valid', 'same', 'full'"),
        ({"size": 5, "kernel": 3, "padding": -1}, ValueError, "padding must be at least 0"),
    ],
)
def test_bad_numbers_are_named_in_the_message(arguments, error, words):
    with pytest.raises(error, match=words):
        output_size(**arguments)
