"""Handwritten digits: 1,797 real images of 8×8 pixels, small enough to learn from in seconds."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from numbers import Real

import numpy as np

from convkit.shapes import whole_number


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits of 13 people, 8×8 pixels each.

    Returns
    -------
    images : ndarray of uint8, (1797, 8, 8)
        0 (paper) to 16 (ink). One channel: a network wants ``images[..., None] / 16``.
    labels : ndarray of uint8, (1797,)
        0 to 9.

    Notes
    -----
    E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998, doi:10.24432/C50P49, CC BY 4.0: the test part, as scikit-learn ships it.
    People are not told apart in it, so the same hand may write in training and in test images.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:10].tolist()
    ((1797, 8, 8), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    images, labels = _digits()
    return images.copy(), labels.copy()


@cache
def _digits():
    with files(__package__).joinpath("digits.npz").open("rb") as file:
        archive = np.load(file, allow_pickle=False)
        return archive["images"], archive["labels"]


def stratified_split(labels, seed: int, test_share: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Split examples at random so that each class has the same share in both parts.

    Parameters
    ----------
    labels : ndarray of int, (N,)
    seed : int
        The same seed gives the same split.
    test_share : float
        Of each class, rounded.

    Returns
    -------
    train, test : ndarray of int
        Indices, in random order.

    Raises
    ------
    ValueError, TypeError
        For a seed that is no whole number, a share outside 0 to 1, or a class with too few
        examples to stand in both parts.

    Examples
    --------
    >>> train, test = stratified_split(digits()[1], seed=0)
    >>> len(train), len(test)
    (1438, 359)
    """
    seed = whole_number(seed, "seed", least=0)
    labels = np.asarray(labels)
    if labels.ndim != 1 or not labels.size:
        raise ValueError(f"labels must be one number for each example, (N,), got {labels.shape}")
    if not isinstance(test_share, Real) or not 0 < test_share < 1:
        raise ValueError(f"test_share must be between 0 and 1, got {test_share!r}")
    random = np.random.default_rng([seed, 80_20])
    train, test = [], []
    for label in np.unique(labels):
        members = random.permutation(np.flatnonzero(labels == label))
        tested = round(len(members) * test_share)
        if not 0 < tested < len(members):
            raise ValueError(
                f"class {label} has {len(members)} example(s): a share of {test_share} cannot be "
                f"in both parts. Take more of them, or another share"
            )
        test.append(members[:tested])
        train.append(members[tested:])
    return random.permutation(np.concatenate(train)), random.permutation(np.concatenate(test))
