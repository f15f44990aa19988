"""Exercise 6.1: how many biases there are, where they reach, and in which shape they are added."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistake import Mistake
from convkit.check.questions import asking, instead

QUESTIONS = ("shape", "biases", "reach", "dense_biases", "in_front")


def draw_layer(draw: Draw) -> dict[str, int]:
    """A layer of which no two sizes are equal."""
    K = draw.whole(2, 3) * 2 + 1
    C1 = K + draw.whole(1, 4)
    H = draw.whole(20, 30)
    return {"H": H, "W": H + draw.whole(5, 15), "C1": C1, "K": K, "C2": C1 + draw.whole(2, 8)}


def _places(d):
    return (d.H - d.K + 1) * (d.W - d.K + 1)


RIGHT = {
    "shape": lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C2),
    "biases": lambda d: d.C2,
    "reach": _places,
    "dense_biases": lambda d: _places(d) * d.C2,
    "in_front": lambda d: (d.C2, 1, 1),
}
counting = asking(RIGHT)

COUNTING_MISTAKES = (
    Mistake(
        "bias-for-each-channel",
        "a bias for each channel that comes in",
        "A bias belongs to one feature, to what one filter looks for. How many filters are there?",
        "C1 counts what comes in. Biases for channels would be added up within the sum, and have "
        "the effect of one number. There is one for each map that goes out: C2.",
        "idea-L14",
        (instead(biases=lambda d: d.C1),),
    ),
    Mistake(
        "one-bias-for-all",
        "one bias for all maps",
        "Should an eye and a mouth have the same threshold?",
        "Each filter has a threshold of its own: one bias for each map, C2 in all, and each of "
        "them is added to its own map only.",
        "idea-L14",
        (instead(biases=lambda d: 1, reach=lambda d: _places(d) * d.C2),),
    ),
    Mistake(
        "bias-for-each-number",
        "a bias for each number of the result",
        "The filter is the same at every place. Should its threshold be another one at each?",
        "That is how a dense layer has it. Here the places share everything: one bias for each "
        "map, added at every one of its H'·W' pixels.",
        "idea-L14",
        (
            instead(biases=lambda d: _places(d) * d.C2, reach=lambda d: 1),
            instead(biases=_places, reach=lambda d: d.C2),
        ),
    ),
    Mistake(
        "bias-for-each-weight",
        "a bias for each weight",
        "Is the bias added to each product, or once to the sum?",
        "Weights are multiplied. A bias is added, once, after the sum: one for each map.",
        "idea-L14",
        (
            instead(biases=lambda d: d.C1 * d.K * d.K * d.C2),
            instead(biases=lambda d: d.C1 * d.C2),
            instead(biases=lambda d: d.K * d.K * d.C2),
        ),
    ),
    Mistake(
        "dense-shares-too",
        "a dense layer that shares its biases",
        "What does a dense layer know about places?",
        "In a dense layer nothing is shared: each output has a bias of its own, and there are "
        "H'·W'·C2 outputs.",
        "idea-L14",
        (instead(dense_biases=lambda d: d.C2), instead(dense_biases=_places)),
    ),
    Mistake(
        "biases-of-the-inputs",
        "a bias for each input of the dense layer",
        "W x + b: is b as long as x, or as long as the result?",
        "b is added to the result, so it has one number for each output.",
        "idea-L14",
        (instead(dense_biases=lambda d: d.H * d.W * d.C1),),
    ),
    Mistake(
        "weights-counted",
        "weights counted, where biases were asked",
        "Which part of W x + b was asked for?",
        "Inputs times outputs is the number of weights. Biases are one for each output.",
        "idea-L14",
        (instead(dense_biases=lambda d: d.H * d.W * d.C1 * _places(d) * d.C2),),
    ),
    Mistake(
        "same-size",
        "'same' mode, where 'valid' was asked",
        "May a window hang over the border in valid mode?",
        "In valid mode the maps are smaller than the image: H - K + 1 rows, W - K + 1 columns.",
        "section-sizes",
        (
            instead(
                shape=lambda d: (d.H, d.W, d.C2),
                reach=lambda d: d.H * d.W,
                dense_biases=lambda d: d.H * d.W * d.C2,
            ),
        ),
    ),
    Mistake(
        "no-plus-one",
        "the +1 forgotten",
        "How many places has a kernel of 2 on 3 pixels?",
        "H - K counts steps. There is one window more than there are steps: H - K + 1.",
        "section-sizes",
        (
            instead(
                shape=lambda d: (d.H - d.K, d.W - d.K, d.C2),
                reach=lambda d: (d.H - d.K) * (d.W - d.K),
                dense_biases=lambda d: (d.H - d.K) * (d.W - d.K) * d.C2,
            ),
        ),
    ),
    Mistake(
        "channels-kept",
        "a result that keeps the channels",
        "What does the third axis of the result count?",
        "The sum runs over the channels. The third axis counts filters: C2.",
        "idea-L09",
        (instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1)),),
    ),
    Mistake(
        "maps-forgotten",
        "one map where there are many",
        "Each filter gives a map. Where are the maps of the others?",
        "The maps lie on one another: the result has a third axis, of length C2. Bias and "
        "activation leave the shape as it is.",
        "idea-L09",
        (instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1)),),
    ),
    Mistake(
        "bias-as-it-is",
        "a bias that meets the columns",
        "NumPy lays shapes over one another from the right. What does the bias meet first?",
        "With the maps in front, the last axis is that of the columns. Two axes of length 1 behind "
        "the bias bring it to the front: (C2, 1, 1).",
        "section-bias-wrong",
        (instead(in_front=lambda d: (d.C2,)), instead(in_front=lambda d: (1, 1, d.C2))),
    ),
    Mistake(
        "bias-on-rows",
        "a bias that meets the rows",
        "NumPy lays shapes over one another from the right. Which axis does your C2 meet?",
        "From the right come the columns, then the rows, then the maps. So the bias needs two axes "
        "of length 1 behind it: (C2, 1, 1).",
        "section-bias-wrong",
        (instead(in_front=lambda d: (d.C2, 1)), instead(in_front=lambda d: (1, d.C2, 1))),
    ),
)
