"""The named mistakes of the matrix's view, of the layer's, and of the way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convkit.assignments.a05_one_formula import mistakes as f
from convkit.assignments.sliding import catalogue as c
from convkit.assignments.sliding import catalogue_channels as d
from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _after(change):
    return lambda recipe: recipe.after.append(change)


def _averaged(recipe):
    places = recipe.filters.shape[1] ** 2
    recipe.after.append(lambda back: back / places)


LAST_FOIL = replace(
    f.LAST_SHIFT,
    key="last-foil",
    name="a pile of one foil, the last",
    why="Each foil replaced the one before it. A pile grows: +=.",
    section="section-modifier",
    changes=(setting(total=lambda recipe: lambda w, f: w[-1, -1, -1] * f[-1, -1, -1]),),
)

MATRIX = (
    Mistake(
        "column-by-column",
        "a picture read column by column",
        "image.ravel(): which pixel comes second, the one to the right or the one below?",
        "The matrix expects the pixels line after line, as image.ravel() gives them.",
        "idea-L17",
        (setting(flat=(1, 0, 2)),),
    ),
    Mistake(
        "channels-first",
        "channels one after the other, as PyTorch has them",
        "image.ravel() of an image (H, W, 3): what are its first three numbers?",
        "The matrix expects the channels of a pixel side by side, as image.ravel() gives them.",
        "idea-L17",
        (setting(flat=(2, 0, 1)),),
    ),
    f.MAPS_FIRST,
    f.CUT_RESULT,
    replace(
        f.NOT_UNTIED,
        changes=(*f.NOT_UNTIED.changes, _after(np.ravel)),
        why="The product is one long vector. Fold it: reshape(H', W', C2).",
    ),
    replace(f.MAPS_ADDED, changes=(_after(lambda maps: maps.sum(axis=-1)),)),
    c.TRANSPOSED_RESULT,
)

LAYER = (
    Mistake(
        "bias-at-each-place",
        "a bias for every place of the kernel",
        "Give it an image of zeros and a bias of 1. What comes out?",
        "The bias was added inside the loop, K·K times. It is added once, when all pixels have "
        "answered.",
        "idea-L14",
        (setting(times=lambda recipe: recipe.filters.shape[1] ** 2),),
    ),
    Mistake(
        "bias-forgotten",
        "a layer without its bias",
        "Give it an image of zeros and a bias of 1. What comes out?",
        "The bias was not added. It has a number for each map.",
        "idea-L14",
        (setting(times=0),),
    ),
    Mistake(
        "one-bias-for-all",
        "one bias for all maps",
        "Give your function a bias of (1, 2, 3). Does each map get another number?",
        "All maps got the same number. Each map has a bias of its own: bias[c] belongs to map c.",
        "idea-L14",
        (
            setting(bias=lambda recipe: recipe.bias[:1]),
            setting(bias=lambda recipe: recipe.bias.sum()),
        ),
    ),
    Mistake(
        "one-small-matrix",
        "one small matrix for the whole kernel",
        "Does the pixel at the upper left of the window get the same weights as its neighbor?",
        "Each place of the kernel has its own small matrix: filters[:, m, n].",
        "idea-L22",
        (
            setting(
                filters=lambda recipe: np.broadcast_to(
                    recipe.filters[:, :1, :1], recipe.filters.shape
                )
            ),
        ),
    ),
    replace(
        f.LAST_SHIFT,
        key="last-place",
        name="a sum that keeps only the answer of its last pixel",
        why="Each pixel's answer replaced the one before it. Use +=, and begin with zeros before "
        "the loops.",
        section="section-transformer",
    ),
    f.DIAGONAL,
    f.ONE_FILTER,
    c.FLIPPED,
    c.TRANSPOSED,
)

BACK = (
    Mistake(
        "wishes-replaced",
        "wishes that replace one another",
        "A pixel in the middle lay under several places of the kernel. How many wishes reach it?",
        "Each shift overwrote what the shifts before had brought. All wishes about a pixel count: "
        "+=.",
        "section-which-view",
        (setting(collect=lambda recipe: lambda place, more: more),),
    ),
    Mistake(
        "first-map-only",
        "the wishes of the first map only",
        "Change a wish about the last map. Does any pixel hear of it?",
        "Only map 0 was asked. Every map has wishes about the pixels below it: sum over c.",
        "idea-L09",
        (
            setting(
                wishes=lambda recipe: recipe.wishes[..., :1],
                filters=lambda recipe: recipe.filters[..., :1],
            ),
        ),
    ),
    replace(
        c.FLIPPED,
        key="shifted-the-wrong-way",
        name="shifts in the wrong direction",
        hint="Which pixel did weight [m, n] meet at place [0, 0]? Where must its wish go?",
        why="Weight [m, n] met the pixel m further down and n further right. Its wish goes to that "
        "pixel: back[m : m + rows, n : n + columns].",
        section="section-which-view",
    ),
    c.TRANSPOSED,
    replace(
        d.ONE_KERNEL,
        key="one-channel-for-all",
        name="one channel's weights used for all channels",
        hint="Are the channels of your result different from one another? Should they be?",
        why="The weights of channel 0 were used for every channel. Channel p hears of a wish "
        "through filters[p].",
        changes=(
            setting(
                filters=lambda recipe: np.broadcast_to(recipe.filters[:1], recipe.filters.shape)
            ),
        ),
    ),
    Mistake(
        "wishes-averaged",
        "an average of the wishes for their sum",
        "A pixel that is under the kernel four times: does it count more, or as much as a corner?",
        "The sum was divided. Only add: a pixel with more to say hears more wishes.",
        "section-which-view",
        (_averaged,),
    ),
)
