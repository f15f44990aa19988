"""Pictures without matplotlib: valid PNG files, numbers for small arrays, text everywhere."""

import base64
import re
import struct
import zlib

import numpy as np
import pytest

from convkit import show
from convkit.show import png


def decode(data: bytes):
    """Read back the PNG files that we write: eight bits, no row filter."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    body = data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8]
    rows = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, -1)[:, 1:]
    return rows.reshape(height, width, 3) if kind == 2 else rows


def pictures(array):
    found = re.findall(r"base64,([^\"]+)", show(array)._repr_html_())
    return [decode(base64.b64decode(text)) for text in found]


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_png_round_trip(shape):
    pixels = np.random.default_rng(13).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(decode(png(pixels)), pixels)


def test_a_color_image_is_one_picture_and_maps_are_several():
    assert len(pictures(np.zeros((20, 30, 3)))) == 1
    assert len(pictures(np.zeros((20, 30, 5)))) == 5
    assert len(pictures(np.full((20, 30, 3), -1.0))) == 3, "negative numbers are no color"


def test_smallest_is_black_and_largest_is_white():
    array = np.linspace(-2, 5, 400).reshape(20, 20)
    (picture,) = pictures(array)
    assert picture.min() == 0
    assert picture.max() == 255


def test_small_arrays_show_their_numbers():
    text = show(np.array([[1.25, -3.0]]))._repr_html_()
    assert "1.25" in text
    assert "-3" in text
    assert "<img" not in text


def test_nan_and_constant_images_are_shown():
    array = np.full((20, 20), np.nan)
    assert pictures(array)[0].shape == (20, 20)
    assert pictures(np.ones((20, 20)))[0].shape == (20, 20)


def test_titles_are_escaped_and_text_is_there():
    picture = show(np.zeros((20, 20)), title="<b>")
    assert "&lt;b&gt;" in picture._repr_html_()
    assert "20×20" in repr(picture)
    assert 'alt="20×20' in picture._repr_html_()


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((0, 3)), np.zeros((1, 2, 3, 4))])
def test_what_is_no_picture_is_refused(array):
    with pytest.raises(ValueError, match=re.escape(str(array.shape))):
        show(array)


@pytest.mark.parametrize("array", [np.ones((2, 2)) * 1j, np.array([["a"]])])
def test_what_is_no_real_number_is_refused(array):
    with pytest.raises(TypeError, match="real numbers"):
        show(array)


def test_a_title_that_is_no_text_is_refused_at_once():
    with pytest.raises(TypeError, match="title must be text, got 5"):
        show(np.ones((2, 2)), title=5)


def test_numbers_that_are_not_finite_are_counted_apart():
    assert "from 0 to 1, 1 not finite" in repr(show(np.array([[0.0, 1.0, np.nan]])))
    assert "no finite number" in repr(show(np.array([[np.inf]])))
