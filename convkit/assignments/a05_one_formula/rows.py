"""The named mistakes of a table with a row for each place: what stands where, and in what order."""

from __future__ import annotations

import numpy as np

from convkit.assignments.sliding import catalogue
from convkit.check.changes import changing, setting
from convkit.check.mistakes import stride, tables


def _after(change):
    """A change of the finished table; `change` also gets the recipe."""
    return lambda recipe: recipe.after.append(lambda table: change(table, recipe))


ROW_MISTAKES = (
    tables.CHANNELS_RUN_FASTEST.made_by(setting(order="ijmnp")),
    tables.WINDOW_TRANSPOSED.made_by(setting(order="ijpnm"), setting(order="ijnmp")),
    tables.PLACES_BY_COLUMN.made_by(setting(order="jipmn")),
    tables.WINDOWS_UPRIGHT.made_by(_after(lambda table, recipe: table.T)),
    tables.TABLE_CUT_ANEW.made_by(
        _after(lambda table, recipe: table.T.reshape(table.shape)),
        setting(order="pmnij"),
        setting(order="mnpij"),
    ),
    tables.ROW_FOR_EACH_CHANNEL.made_by(
        _after(lambda table, recipe: table.reshape(-1, recipe.K**2)),
        lambda recipe: (
            setting(order="pijmn")(recipe),
            _after(lambda table, recipe: table.reshape(-1, recipe.K**2))(recipe),
        ),
    ),
    stride.TILES_FOR_WINDOWS.made_by(
        setting(
            step=lambda recipe: recipe.K,
            size=lambda recipe: tuple(pixels // recipe.K for pixels in recipe.image.shape[:2]),
        )
    ),
    tables.PLACES_NOT_TIED.made_by(
        _after(lambda table, recipe: table.reshape(*recipe.size, -1)),
        _after(lambda table, recipe: table.reshape(len(table), -1, recipe.K, recipe.K)),
        _after(
            lambda table, recipe: np.moveaxis(
                table.reshape(len(table), -1, recipe.K, recipe.K), 1, -1
            )
        ),
    ),
    catalogue.SQUARE_IMAGE.made_by(
        setting(size=lambda recipe: (recipe.size[0],) * 2),
        setting(size=lambda recipe: (recipe.size[1],) * 2),
    ),
    catalogue.SHORT.made_by(setting(size=lambda r: (r.size[0] - 1, r.size[1] - 1))),
    catalogue.ONE_CHANNEL.made_by(
        changing(image=lambda image: image[:, :, :1]),
        changing(image=lambda image: image[:, :, -1:]),
    ),
    catalogue.REVERSED.made_by(changing(image=lambda image: image[:, :, ::-1])),
    catalogue.CUT.made_by(
        changing(image=np.trunc), changing(image=np.round), changing(image=np.floor)
    ),
    catalogue.NEGATIVES_LOST.made_by(
        changing(image=np.abs), changing(image=lambda image: np.maximum(image, 0))
    ),
)
