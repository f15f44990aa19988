"""Exercise 6.1: how many biases there are, where they reach, and in which shape they are added."""

from __future__ import annotations

from convkit.check.draw import Draw
from convkit.check.mistakes import bias, channels, feature_maps, size
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
    bias.BIAS_FOR_EACH_CHANNEL.made_by(instead(biases=lambda d: d.C1)),
    bias.ONE_BIAS.made_by(instead(biases=lambda d: 1, reach=lambda d: _places(d) * d.C2)),
    bias.BIAS_FOR_EACH_NUMBER.made_by(
        instead(biases=lambda d: _places(d) * d.C2, reach=lambda d: 1),
        instead(biases=_places, reach=lambda d: d.C2),
    ),
    bias.BIAS_FOR_EACH_WEIGHT.made_by(
        instead(biases=lambda d: d.C1 * d.K * d.K * d.C2),
        instead(biases=lambda d: d.C1 * d.C2),
        instead(biases=lambda d: d.K * d.K * d.C2),
    ),
    bias.DENSE_SHARES_TOO.made_by(
        instead(dense_biases=lambda d: d.C2), instead(dense_biases=_places)
    ),
    bias.BIASES_OF_THE_INPUTS.made_by(instead(dense_biases=lambda d: d.H * d.W * d.C1)),
    bias.WEIGHTS_FOR_BIASES.made_by(
        instead(dense_biases=lambda d: d.H * d.W * d.C1 * _places(d) * d.C2)
    ),
    size.SAME_SIZE.made_by(
        instead(
            shape=lambda d: (d.H, d.W, d.C2),
            reach=lambda d: d.H * d.W,
            dense_biases=lambda d: d.H * d.W * d.C2,
        )
    ),
    size.NO_PLUS_ONE.made_by(
        instead(
            shape=lambda d: (d.H - d.K, d.W - d.K, d.C2),
            reach=lambda d: (d.H - d.K) * (d.W - d.K),
            dense_biases=lambda d: (d.H - d.K) * (d.W - d.K) * d.C2,
        )
    ),
    channels.CHANNELS_KEPT.made_by(
        instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1, d.C1)), section="idea-L09"
    ),
    feature_maps.MAPS_FORGOTTEN.made_by(instead(shape=lambda d: (d.H - d.K + 1, d.W - d.K + 1))),
    bias.BIAS_AS_IT_IS.made_by(
        instead(in_front=lambda d: (d.C2,)), instead(in_front=lambda d: (1, 1, d.C2))
    ),
    bias.BIAS_ON_ROWS.made_by(
        instead(in_front=lambda d: (d.C2, 1)), instead(in_front=lambda d: (1, d.C2, 1))
    ),
)
