"""The named mistakes in saying what comes out of a layer, for exercise 9.2."""

from __future__ import annotations

from convkit.check.changes import replacing, setting
from convkit.check.mistakes import axes, channels, feature_maps, padding, pooling, size, stride


def _maps(rule):
    """Another number of maps, in both layers with filters or in one of them."""
    return (
        setting(maps=rule, mixed_maps=rule),
        setting(maps=rule),
        setting(mixed_maps=rule),
    )


BOX_MISTAKES = (
    padding.PADDING_ONCE.made_by(setting(around=lambda r: r.P)),
    padding.PADDING_FORGOTTEN.made_by(setting(around=0)),
    size.NO_PLUS_ONE.made_by(replacing(count=lambda room, stride: room // stride)),
    size.ROUNDED_UP.made_by(
        replacing(count=lambda room, stride: -(-room // stride) + 1), section="idea-L21"
    ),
    size.NOT_WHOLE.made_by(replacing(count=lambda room, stride: room / stride + 1)),
    stride.STRIDE_IGNORED.made_by(setting(stride=1)),
    pooling.POOL_STEP_ONE.made_by(setting(step=1)),
    channels.CHANNELS_KEPT.made_by(*_maps(lambda r: (r.C1,)), section="idea-L10"),
    feature_maps.MAPS_MULTIPLIED.made_by(*_maps(lambda r: (r.C1 * r.C2,))),
    feature_maps.MAPS_FORGOTTEN.made_by(
        setting(maps=(), mixed_maps=(), pool_maps=(), flat_maps=1),
        *_maps(()),
        setting(pool_maps=()),
        setting(flat_maps=1),
        section="idea-L10",
    ),
    pooling.POOL_MIXES_MAPS.made_by(
        setting(pool_maps=(1,)),
        setting(pool_maps=lambda r: (r.C1 // r.Q,)),
        setting(pool_maps=lambda r: (r.C2,)),
        setting(flat_maps=lambda r: r.C2),
    ),
    size.MIXED_TO_A_PIXEL.made_by(setting(mixed_size=(1, 1))),
    pooling.FLATTENED_TOO_EARLY.made_by(setting(pooled_first=False)),
    axes.HEIGHT_WIDTH_SWAPPED.made_by(setting(swap=True)),
)
