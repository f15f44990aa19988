"""The images that ship inside, and those made by code."""

import hashlib

import numpy as np
import pytest

from convkit import data


def test_the_digits_are_all_there():
    images, labels = data.digits()
    assert images.shape == (1797, 8, 8)
    assert (images.dtype, images.min(), images.max()) == (np.uint8, 0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    images[...] = 0  # a copy
    assert data.digits()[0].any()


def test_the_digits_are_scikit_learns():
    """A checksum of what scikit-learn 1.9.1's load_digits() gave: images, then labels."""
    images, labels = data.digits()
    found = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    assert found == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


@pytest.mark.parametrize("seed", range(5))
def test_a_stratified_split_gives_each_class_its_share(seed):
    labels = data.digits()[1]
    train, test = data.stratified_split(labels, seed=seed)
    assert sorted([*train, *test]) == list(range(1797))
    counts = np.bincount(labels)
    np.testing.assert_array_equal(np.bincount(labels[test]), np.round(counts * 0.2))
    again = data.stratified_split(labels, seed=seed)
    np.testing.assert_array_equal(test, again[1])
    assert not np.array_equal(test, data.stratified_split(labels, seed=seed + 1)[1])


def test_half_of_the_colored_shapes_hold_exactly_one_target():
    images, labels, contents = data.colored_shapes(60, seed=3)
    assert images.shape == (60, 32, 32, 3)
    assert images.dtype == np.float32
    assert 0 <= images.min() < images.max() <= 1
    assert labels.sum() == 30
    for label, things in zip(labels, contents, strict=True):
        assert 1 <= len(things) <= 3
        targets = [t for t in things if (t.color, t.shape) == ("red", "circle")]
        assert len(targets) == label


def test_neither_color_nor_shape_alone_tells_the_target():
    contents = data.colored_shapes(300, seed=4)[2]
    others = {(t.color, t.shape) for things in contents[1::2] for t in things}
    assert len(others) == 8
    assert ("red", "circle") not in others


def test_shapes_stay_where_they_are_told():
    contents = data.colored_shapes(100, seed=5, columns=(7, 9), rows=(20, 24), radii=(4, 5))[2]
    for things in contents:
        for thing in things:
            assert 7 <= thing.column <= 9
            assert 20 <= thing.row <= 24
            assert 4 <= thing.radius <= 5


def test_a_drawn_circle_is_a_ring_of_its_color():
    image = data.draw_shapes([data.Thing("circle", "blue", 16, 15, 5)])
    np.testing.assert_allclose(image[16, 20], [0.15, 0.25, 0.85], atol=0.05)
    np.testing.assert_allclose(image[11, 15], [0.15, 0.25, 0.85], atol=0.05)
    np.testing.assert_allclose(image[16, 15], 0.85)
    np.testing.assert_allclose(image[0, 0], 0.85)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"target": ("pink", "circle")}, "pink"), ({"radii": (6, 4)}, r"radii .* \(6, 4\)")],
)
def test_impossible_shapes_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        data.colored_shapes(2, **options)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: data.colored_shapes(2, things=(1.5, 2)), TypeError, "things must be a whole"),
        (lambda: data.colored_shapes(2, radii=("a", "b")), TypeError, "radii must be a number"),
        (lambda: data.colored_shapes(2, rows=(0, np.inf)), ValueError, "rows must be finite"),
        (lambda: data.colored_shapes(2, noise=np.inf), ValueError, "noise must be finite"),
        (lambda: data.colored_shapes(2, noise="much"), TypeError, "noise must be a number"),
        (lambda: data.draw_shapes(data.Thing("circle", "red", 1, 1, 1)), TypeError, "a list"),
        (lambda: data.draw_shapes([("circle", "red", 1, 1, 1)]), TypeError, "made by Thing"),
        (lambda: data.draw_shapes([data.Thing("star", "red", 1, 1, 1)]), ValueError, "'star'"),
        (lambda: data.draw_shapes([data.Thing("circle", "pink", 1, 1, 1)]), ValueError, "'pink'"),
        (lambda: data.draw_shapes([data.Thing("circle", "red", np.nan, 1, 1)]), ValueError, "row"),
        (lambda: data.draw_shapes([], size=32), ValueError, "size must be a pair"),
        (lambda: data.draw_shapes([], size=(3, 3, 3)), ValueError, "size must be a pair"),
        (lambda: data.stratified_split([0, 0, 1, 1], None), TypeError, "seed must be a whole"),
        (lambda: data.stratified_split([0, 0, 1, 1], 0, "half"), ValueError, "got 'half'"),
    ],
)
def test_slips_meet_words_and_not_tracebacks(call, error, words):
    with pytest.raises(error, match=words):
        call()
