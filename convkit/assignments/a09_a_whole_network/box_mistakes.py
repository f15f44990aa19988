"""The named mistakes in saying what comes out of a layer, for exercise 9.2."""

from __future__ import annotations

from convkit.check.changes import setting
from convkit.check.mistake import Mistake


def _count(function):
    return setting(count=lambda recipe: function)


def _maps(rule):
    """Another number of maps, in both layers with filters or in one of them."""
    return (
        setting(maps=rule, mixed_maps=rule),
        setting(maps=rule),
        setting(mixed_maps=rule),
    )


BOX_MISTAKES = (
    Mistake(
        "padding-once",
        "padding on one side only",
        "P zeros stand on each side. How many are that along one direction?",
        "P zeros before and P zeros after: the size grows by 2P.",
        "idea-L21",
        (setting(around=lambda r: r.P),),
    ),
    Mistake(
        "padding-forgotten",
        "padding that is not used",
        "How many pixels has the padded image along one direction?",
        "The zeros count as pixels: the window slides over H + 2P of them.",
        "idea-L21",
        (setting(around=0),),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "The division counts the steps between windows. There is one window more than steps.",
        "section-sizes",
        (_count(lambda room, stride: room // stride),),
    ),
    Mistake(
        "rounded-up",
        "a window that hangs over the end",
        "Try 7 pixels, a window of 2 and a stride of 2. Where does your last window end?",
        "A window that does not fit is left out: round down. What no window reaches is never seen.",
        "idea-L21",
        (_count(lambda room, stride: -(-room // stride) + 1),),
    ),
    Mistake(
        "not-whole",
        "a size that is not a whole number",
        "Can a map have 3.5 rows?",
        "/ gives a number with a fraction, // a whole one, rounded down.",
        "section-sizes",
        (_count(lambda room, stride: room / stride + 1),),
    ),
    Mistake(
        "stride-ignored",
        "a stride that is not used",
        "If the window jumps, are there as many places?",
        "With stride S fewer windows fit: (H + 2P - K) // S + 1.",
        "idea-L21",
        (setting(stride=1),),
    ),
    Mistake(
        "pool-step-one",
        "pooling windows that overlap",
        "“Side by side”: how far is it from one window to the next?",
        "Side by side means a stride as large as the window: (H - Q) // Q + 1 rows.",
        "section-pooling",
        (setting(step=1),),
    ),
    Mistake(
        "channels-kept",
        "a layer that keeps its depth",
        "How many filters has the layer, and how many maps does each of them give?",
        "What comes out has one map for each filter. The depth C1 that went in is summed away.",
        "idea-L10",
        _maps(lambda r: (r.C1,)),
    ),
    Mistake(
        "maps-multiplied",
        "maps that multiply",
        "Ten maps go into a layer of five filters. How many maps come out?",
        "Each filter sees all maps at once and gives one: five filters, five maps, not fifty.",
        "idea-L10",
        _maps(lambda r: (r.C1 * r.C2,)),
    ),
    Mistake(
        "maps-forgotten",
        "a shape without its maps",
        "How many numbers are needed to say how large a box is?",
        "A stack of maps is a box, with three sizes: rows, columns, maps.",
        "idea-L10",
        (
            setting(maps=(), mixed_maps=(), pool_maps=(), flat_maps=1),
            *_maps(()),
            setting(pool_maps=()),
            setting(flat_maps=1),
        ),
    ),
    Mistake(
        "pool-mixes-maps",
        "pooling that mixes the maps",
        "Does pooling look at one map at a time, or through all of them?",
        "Pooling looks at each map by itself, so as many maps come out as went in.",
        "section-pooling",
        (
            setting(pool_maps=(1,)),
            setting(pool_maps=lambda r: (r.C1 // r.Q,)),
            setting(pool_maps=lambda r: (r.C2,)),
            setting(flat_maps=lambda r: r.C2),
        ),
    ),
    Mistake(
        "mixed-to-a-pixel",
        "1 × 1 read as the size of the result",
        "What is 1 × 1 here: the kernel, or the map?",
        "The kernel is 1 × 1, so it fits at every pixel: the maps stay as large as they are.",
        "idea-L22",
        (setting(mixed_size=(1, 1)),),
    ),
    Mistake(
        "flattened-too-early",
        "the box flattened before it was pooled",
        "What reaches the dense layer: the box, or what pooling has left of it?",
        "Pooling comes first. The vector has (H - Q) // Q + 1 times (W - Q) // Q + 1 times C1 "
        "numbers.",
        "section-pooling",
        (setting(pooled_first=False),),
    ),
    Mistake(
        "height-width-swapped",
        "height and width exchanged",
        "Which comes first in the shape of an array, rows or columns?",
        "A shape is (rows, columns, maps): height first.",
        "section-sizes",
        (setting(swap=True),),
    ),
)
