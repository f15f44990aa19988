"""The emoji: what is held out is unseen, the words fit the pixels, the file can be made anew."""

import subprocess
import sys
from colorsys import rgb_to_hsv
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from convkit import data

ROOT = Path(__file__).resolve().parents[1]
MAKER = ROOT / "book/data/make_emoji.py"
STUDIOS = ("Google", "JoyPixels", "Microsoft", "Twitter")
SPLITS = list(product(STUDIOS, range(5), ("group", "color")))


@pytest.fixture(scope="module")
def pictures():
    return data.emoji()


def test_each_set_draws_each_name_once(pictures):
    assert pictures.images.shape == (2070, 32, 32, 3) and pictures.images.dtype == np.uint8
    pairs = set(zip(pictures.set.tolist(), pictures.name.tolist(), strict=True))
    assert len(pairs) == 2070 == 5 * len(set(pictures.name.tolist()))
    assert sorted(set(pictures.studio.tolist())) == sorted(STUDIOS)
    assert set(pictures.set[pictures.studio == "Google"].tolist()) == {"noto", "noto-v1"}


def test_no_picture_is_empty_and_each_leaves_white_to_be_seen(pictures):
    drawn = (pictures.images.min(axis=-1) < 235).mean(axis=(1, 2))
    assert drawn.min() > 0.02, pictures.name[drawn.argmin()]
    assert (pictures.images.max(axis=(1, 2, 3)) == 255).mean() > 0.95


def test_pictures_that_are_the_same_are_of_one_family(pictures):
    """Microsoft's two hands that point left and right are one picture, by mistake or not."""
    families = {}
    for image, family in zip(pictures.images, pictures.family, strict=True):
        families.setdefault(image.tobytes(), set()).add(family)
    assert all(len(found) == 1 for found in families.values())
    assert len(families) == len(pictures.images) - 1


def test_the_groups_are_eight_and_none_is_small(pictures):
    names = pictures[pictures.set == "noto"].group
    counts = dict(zip(*np.unique(names[names != ""], return_counts=True), strict=True))
    assert len(counts) == 8 and sum(counts.values()) == 391
    assert min(counts.values()) >= 17 and max(counts.values()) <= 83


@pytest.mark.parametrize(("studio", "fold", "task"), SPLITS)
def test_what_is_tested_was_drawn_by_nobody_seen_and_shows_nothing_seen(
    pictures, studio, fold, task
):
    split = data.emoji_split(studio, fold, task)
    kept = pictures.family if task == "group" else pictures.shape
    answers = pictures.group if task == "group" else pictures.color
    assert set(pictures.studio[split.test].tolist()) == {studio}
    for part in (split.train, split.validation):
        assert studio not in pictures.studio[part]
        assert not set(kept[part].tolist()) & set(kept[split.test].tolist())
        assert not set(pictures.name[part].tolist()) & set(pictures.name[split.test].tolist())
    assert not set(kept[split.train].tolist()) & set(kept[split.validation].tolist())
    assert all("" not in answers[part] for part in split)


@pytest.mark.parametrize("task", ["group", "color"])
def test_the_folds_together_test_every_picture_once(pictures, task):
    tested = np.concatenate(
        [data.emoji_split(studio, fold, task).test for studio in STUDIOS for fold in range(5)]
    )
    answers = pictures.group if task == "group" else pictures.color
    assert sorted(tested.tolist()) == np.flatnonzero(answers != "").tolist()


@pytest.mark.parametrize("fold", range(5))
def test_every_fold_tests_every_answer(pictures, fold):
    groups = pictures.group[data.emoji_split("Twitter", fold).test]
    assert np.unique(groups, return_counts=True)[1].min() >= 2 and len(set(groups.tolist())) == 8
    red = pictures.color[data.emoji_split("Twitter", fold, "color").test] == "red"
    assert 2 <= red.sum() <= 3 and len(red) >= 10


def test_a_studio_that_drew_two_sets_is_held_out_with_both(pictures):
    split = data.emoji_split("Google", 0)
    assert set(pictures.set[split.test].tolist()) == {"noto", "noto-v1"}
    assert not {"noto", "noto-v1"} & set(pictures.set[split.train].tolist())


def test_some_of_the_pictures_keep_what_is_known_of_them(pictures):
    apples = pictures[pictures.shape == "apple"]
    assert len(apples) == 10 and set(apples.color.tolist()) == {"red", "green"}
    assert apples.images.shape == (10, 32, 32, 3)
    assert apples[3].name == apples.name[3]


def test_pictures_are_copies():
    data.emoji().images[...] = 0
    assert data.emoji().images.any()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("Apple", 0), ValueError, "Google, JoyPixels, Microsoft, Twitter, got 'Apple'"),
        (("Twitter", 5), ValueError, "0 to 4, got 5"),
        (("Twitter", -1), ValueError, "fold"),
        (("Twitter", 0.5), TypeError, "fold"),
        (("Twitter", 0, "shape"), ValueError, "'group' or 'color', got 'shape'"),
    ],
)
def test_splits_that_do_not_exist_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        data.emoji_split(*arguments)


def test_the_words_for_colors_hold_for_every_studio(pictures):
    """An independent measure of red: the hue by the standard library, pixel by pixel."""
    named = pictures[pictures.color != ""]
    for image, color, name in zip(named.images, named.color, named.name, strict=True):
        pixels = [rgb_to_hsv(*pixel) for pixel in (image.reshape(-1, 3) / 255).tolist()]
        drawn = [p for p in pixels if p[2] * (1 - p[1]) < 0.93]
        red = [p for p in drawn if p[1] * p[2] > 0.35 and (p[0] < 0.045 or p[0] > 0.93)]
        share = len(red) / len(drawn)
        assert share > 0.35 if color == "red" else share < 0.25, (name, color, share)


def test_the_file_is_made_anew_byte_for_byte():
    pytest.importorskip("resvg_py", reason="resvg-py is not installed")
    pytest.importorskip("cv2", reason="OpenCV is not installed")
    done = subprocess.run(
        [sys.executable, MAKER, "--check"], capture_output=True, text=True, timeout=300
    )
    if "could not be fetched" in done.stderr:
        pytest.skip(f"npm cannot fetch the drawings: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same bytes" in done.stdout
