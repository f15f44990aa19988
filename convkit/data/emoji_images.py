"""Emoji by five sets of four studios: the same thing, drawn by other hands, at 32 × 32 × 3."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from convkit.shapes import whole_number

FOLDS = 5


@dataclass(frozen=True, eq=False)
class Emoji:
    """Pictures and what is known of each; all arrays have N entries, in the same order.

    Attributes
    ----------
    images : ndarray of uint8, (N, 32, 32, 3)
        Red, green and blue, 0 to 255, on white.
    name : ndarray of str, (N,)
        Such as ``"red-apple"``. Each name occurs once in each set.
    group : ndarray of str, (N,)
        ``"animal"``, ``"building"``, ``"face"``, ``"food"``, ``"hand"``, ``"heart"``,
        ``"plant"``, ``"vehicle"``, or ``""``: of none of them.
    family : ndarray of str, (N,)
        Names of one thing, or of two that look alike, as ``"cat"`` and ``"cat-face"``.
    shape, color : ndarray of str, (N,)
        For the names that exist in one shape and several colors: ``"heart"`` and ``"red"``.
        ``""`` for the others.
    set, studio : ndarray of str, (N,)
        The set of emoji, and who drew it. Google drew two sets, which are held out together.
    """

    images: np.ndarray
    name: np.ndarray
    group: np.ndarray
    family: np.ndarray
    shape: np.ndarray
    color: np.ndarray
    set: np.ndarray
    studio: np.ndarray

    def __getitem__(self, index) -> Emoji:
        """Only these pictures, with all that is known of them; `index` is as for an array."""
        return Emoji(**{one.name: getattr(self, one.name)[index] for one in fields(self)})

    def __len__(self) -> int:
        return len(self.images)


class Split(NamedTuple):
    """Indices of the three parts of the data; none is in two of them.

    Attributes
    ----------
    train, validation, test : ndarray of int
        In the order of the pictures.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def emoji() -> Emoji:
    """Emoji of five sets: 414 names, 2,070 pictures of 32×32 pixels.

    Returns
    -------
    Emoji
        Its arrays are copies: change them as you like.

    Notes
    -----
    Drawings, rasterised at 32×32 on white and so changed: Twemoji, Twitter and contributors,
    CC BY 4.0; Noto Emoji, two editions, Google, Apache License 2.0; Fluent UI Emoji (flat),
    Microsoft, MIT License; EmojiOne 2, JoyPixels, CC BY 4.0. What they show was written down before
    any network was trained on it, in ``book/data/emoji_labels.txt`` and ``emoji_colors.txt``;
    ``book/data/make_emoji.py`` makes the file anew, byte for byte.

    Examples
    --------
    >>> pictures = emoji()
    >>> pictures.images.shape, sorted(set(pictures.studio.tolist()))
    ((2070, 32, 32, 3), ['Google', 'JoyPixels', 'Microsoft', 'Twitter'])
    >>> apples = pictures[pictures.shape == "apple"]
    >>> apples.name[:2].tolist(), apples.color[:2].tolist()
    (['red-apple', 'green-apple'], ['red', 'green'])
    """
    stored = _stored()
    sets, names = stored["images"].shape[:2]
    words = {key: np.tile(stored[key], sets) for key in ("name", "group", "family")}
    return Emoji(
        images=stored["images"].reshape(sets * names, 32, 32, 3).copy(),
        shape=np.tile(stored["shape"], sets),
        color=np.tile(stored["color"], sets),
        set=np.repeat(stored["set"], names),
        studio=np.repeat(stored["studio"], names),
        **words,
    )


def emoji_split(studio: str, fold: int, task: str = "group") -> Split:
    """Hold out a studio *and* a fifth of the names: what is tested was never seen, nor its artist.

    The test part is what this studio drew of the names of this fold. The training part is what the
    other studios drew of the other names. Of the next fold, what the other studios drew is the
    validation part: choose settings by it, then train on both. Names of one family, or of one
    shape, are in the same fold.

    Parameters
    ----------
    studio : {'Google', 'JoyPixels', 'Microsoft', 'Twitter'}
    fold : int
        0 to 4.
    task : {'group', 'color'}
        What is it, or is it red? The pictures that have no answer to the question are in no part.

    Returns
    -------
    Split
        Indices into `emoji()`. The same arguments always give the same parts.

    Raises
    ------
    ValueError, TypeError
        For another studio, fold or task; the message lists them.

    Examples
    --------
    >>> pictures, split = emoji(), emoji_split("Twitter", fold=0)
    >>> set(pictures.studio[split.test].tolist())
    {'Twitter'}
    >>> set(pictures.family[split.train]) & set(pictures.family[split.test])
    set()
    """
    studios = sorted(set(_stored()["studio"].tolist()))
    if studio not in studios:
        raise ValueError(f"studio must be one of {', '.join(studios)}, got {studio!r}")
    fold = whole_number(fold, "fold", least=0)
    if fold >= FOLDS:
        raise ValueError(f"fold must be 0 to {FOLDS - 1}, got {fold}")
    if task not in {"group", "color"}:
        raise ValueError(f"task must be 'group' or 'color', got {task!r}")
    stored = _stored()
    sets = len(stored["set"])
    of_name = np.tile(_folds(task), sets)
    unseen = np.repeat(stored["studio"] == studio, len(stored["name"]))
    return Split(
        train=np.flatnonzero(~unseen & np.isin(of_name, _others(fold))),
        validation=np.flatnonzero(~unseen & (of_name == (fold + 1) % FOLDS)),
        test=np.flatnonzero(unseen & (of_name == fold)),
    )


def _others(fold: int) -> list[int]:
    """The folds that are neither tested nor validated on."""
    return [other for other in range(FOLDS) if other not in {fold, (fold + 1) % FOLDS}]


@cache
def _folds(task: str) -> np.ndarray:
    """The fold of every name, (names,); -1 for a name that has no answer.

    Families go one after the other, the largest first, to the fold that has the fewest names of
    their class.
    """
    stored = _stored()
    if task == "group":
        kept_together, answers = stored["family"], stored["group"]
    else:
        kept_together, answers = stored["shape"], np.where(stored["color"] == "red", "red", "other")
    result = np.full(len(answers), -1)
    families = sorted(
        set(kept_together.tolist()) - {""}, key=lambda one: (-np.sum(kept_together == one), one)
    )
    counts: dict[str, np.ndarray] = {
        answer: np.zeros(FOLDS, int) for answer in set(answers.tolist())
    }
    for family in families:
        members = np.flatnonzero(kept_together == family)
        rarest = min(set(answers[members].tolist()), key=lambda one: (np.sum(answers == one), one))
        load = sum(counts[answer] for answer in counts)
        fold = min(range(FOLDS), key=lambda k: (counts[rarest][k], load[k], k))
        result[members] = fold
        for answer in answers[members]:
            counts[answer][fold] += 1
    return result


@cache
def _stored() -> dict[str, np.ndarray]:
    with files(__package__).joinpath("emoji.npz").open("rb") as file:
        archive = np.load(file, allow_pickle=False)
        return {key: archive[key] for key in archive.files}
