"""The named mistakes of single slopes: poking a weight, slopes of the map, of the biases."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding.catalogue_numbers import CUT_RESULT, NEGATIVES_LOST
from convkit.check.changes import setting
from convkit.check.mistake import Mistake

POKE_MISTAKES = (
    Mistake(
        "nearly-zero",
        "a slope that is nearly 0 whatever the filter",
        "Print both losses, and what you divide by. Do the losses differ at all? And by how much "
        "for a whole unit of the weight?",
        "Either the change of the loss was not divided by the hair, or the original was poked "
        "together with its copy, so that both losses are equal. Make a copy first: poked = "
        "filters.copy(). Then divide: / hair.",
        "idea-L19",
        (setting(divisor=1), setting(hair=0)),
    ),
    Mistake(
        "other-sign",
        "a slope with the wrong sign",
        "If the poked filter has the larger loss, should the slope be positive or negative?",
        "The slope is the loss after the poke minus the loss before it.",
        "idea-L19",
        (setting(divisor=-1e-6),),
    ),
    Mistake(
        "another-weight",
        "another weight poked",
        "In filters[a, b], which of a and b is the row?",
        "The poked weight is filters[m, n]: row m, column n.",
        "idea-L19",
        (
            setting(where=lambda r: lambda m, n: (n, m)),
            setting(where=lambda r: lambda m, n: (0, 0)),
            setting(where=lambda r: lambda m, n: (-1 - m, -1 - n)),
        ),
    ),
    Mistake(
        "all-poked",
        "all weights poked at once",
        "How many weights has your poke changed?",
        "All weights became larger, or a whole row of them. Poke one: poked[m, n] += hair.",
        "idea-L19",
        (
            setting(where=lambda r: lambda m, n: ...),
            setting(where=lambda r: lambda m, n: m),
            setting(where=lambda r: lambda m, n: (slice(None), n)),
        ),
    ),
    Mistake(
        "both-sides-undivided",
        "two hairs divided by one",
        "How far apart are the two weights whose losses you compare?",
        "From w - hair to w + hair it is two hairs: divide by 2 * hair. (Poking both ways is a "
        "good idea: it is more exact.)",
        "idea-L19",
        (setting(divisor=0.5e-6),),
    ),
)

MAP_MISTAKES = (
    Mistake(
        "other-sign",
        "differences taken the other way round",
        "Where your map is too high, should the slope be positive or negative?",
        "It is what was made minus what was wanted. Where the map is too high, the loss rises "
        "with it: a positive slope.",
        "idea-L19",
        (setting(sign=-1),),
    ),
    Mistake(
        "two-forgotten",
        "the 2 of the square forgotten",
        "How fast does d² grow with d?",
        "The slope of d² is 2·d.",
        "idea-L19",
        (setting(two=1), setting(two=0.5)),
    ),
    Mistake(
        "not-a-mean",
        "slopes of a sum, where the loss is a mean",
        "The loss is a mean. How much of it does a single number decide?",
        "The loss divides by how many numbers there are, so its slopes do, too: / wanted.size.",
        "section-guess",
        (setting(count=1),),
    ),
    Mistake(
        "rows-for-size",
        "the number of rows for how many numbers there are",
        "What does len() give for an array of 3 × 4? And .size?",
        "len(wanted) counts rows. wanted.size counts numbers.",
        "section-guess",
        (
            setting(count=lambda r: len(r.wanted)),
            setting(count=lambda r: r.wanted.shape[1]),
        ),
    ),
    Mistake(
        "squared",
        "the squares for their slopes",
        "Which of the two is asked: how wrong each number is, or how the loss changes with it?",
        "The squares themselves are the loss. Its slope at d is 2·d, with its sign.",
        "idea-L19",
        (
            lambda r: r.after.append(lambda found: found**2 * r.count / 4),
            lambda r: r.after.append(lambda found: found**2 * r.count**2 / 4),
        ),
    ),
    Mistake(
        "sign-lost",
        "slopes without their sign",
        "Where your map is too low, should it become higher or lower?",
        "The sign was lost. It tells the direction: positive where the map is too high.",
        "idea-L19",
        (lambda r: r.after.append(np.abs),),
    ),
    Mistake(
        "added-up",
        "one number for the whole map",
        "How many numbers has your map, and how many slopes do you give?",
        "Each number of the map has a slope of its own. Do not add or average.",
        "idea-L19",
        (lambda r: r.after.append(np.sum), lambda r: r.after.append(np.mean)),
    ),
    CUT_RESULT,
)

BIAS_MISTAKES = (
    Mistake(
        "averaged",
        "a mean for a sum",
        "Each place adds the same bias. Has each a full vote, or a share of one?",
        "The slopes were averaged. The bias is used at every place, and all their slopes add up.",
        "idea-L19",
        (setting(total=lambda r: lambda slopes: slopes.mean(axis=(0, 1))),),
    ),
    Mistake(
        "all-together",
        "one number for all biases",
        "How many biases has the layer?",
        "The maps were added, too. Each map has a bias of its own, so the result is (C2,).",
        "idea-L14",
        (setting(total=lambda r: np.sum), setting(total=lambda r: np.mean)),
    ),
    Mistake(
        "maps-added",
        "a sum over the maps, where the places are summed",
        "Which axis counts the maps? It is the one that must stay.",
        "The last axis counts the maps. Sum over the first two: axis=(0, 1).",
        "idea-L14",
        (setting(total=lambda r: lambda slopes: slopes.sum(axis=-1)),),
    ),
    Mistake(
        "one-axis-only",
        "a sum over rows or columns only",
        "Your result has two axes. What is the second one?",
        "Only one of the two directions was summed. Every place counts: axis=(0, 1).",
        "idea-L19",
        (
            setting(total=lambda r: lambda slopes: slopes.sum(axis=0)),
            setting(total=lambda r: lambda slopes: slopes.sum(axis=1)),
        ),
    ),
    Mistake(
        "one-place-only",
        "only one place",
        "Change one slope in the middle of the map. Does your result change?",
        "Only one place was counted. The bias is used at all of them: use +=, or a sum.",
        "idea-L19",
        (
            setting(total=lambda r: lambda slopes: slopes[0, 0]),
            setting(total=lambda r: lambda slopes: slopes[-1, -1]),
        ),
    ),
    CUT_RESULT,
    NEGATIVES_LOST,
)
