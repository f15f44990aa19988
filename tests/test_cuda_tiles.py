"""The tile that a tensor-core rung takes follows from a model of its time, pure and tested."""

from math import prod

import ml_dtypes
import numpy as np
import pytest

from convkit import read_problem
from convkit.cuda import loader
from convkit.cuda.tiles import MULTIPROCESSORS, Tile, best_tile, clocks, grid
from convkit.methods import gpu_mma, gpu_wgmma

BF16 = np.dtype(ml_dtypes.bfloat16)


def layer(size, channels, maps, *, batch=32, kernel=3, groups=1, **options):
    return read_problem(
        (batch, size, size, channels),
        (channels // groups, kernel, kernel, maps),
        padding=kernel // 2,
        groups=groups,
        device="gpu",
        compute_capability=(9, 0),
        **(options or {"storage": BF16}),
    )


@pytest.mark.parametrize(
    ("sizes", "tile", "splits"),
    [
        ((56, 256, 256), (192, 256), 1),
        ((28, 512, 512), (192, 256), 1),
        ((14, 512, 512), (192, 256), 2),  # 66 tiles for 132 multiprocessors
        ((112, 128, 128), (256, 128), 1),
        ((56, 64, 64), (384, 64), 1),
        ((224, 64, 64), (384, 64), 1),
    ],
)
def test_layers_of_real_networks_get_the_tile_that_reads_least(sizes, tile, splits):
    problem = layer(*sizes)
    assert gpu_wgmma.tile_of(problem) == (Tile(*tile), splits)
    blocks = prod(grid(problem, Tile(*tile), splits))
    assert blocks >= 128
    # The last round of blocks is nearly full.
    assert blocks / MULTIPROCESSORS / -(-blocks // MULTIPROCESSORS) > 0.85


@pytest.mark.parametrize(
    ("sizes", "tflops"),
    [((56, 256, 256), 500), ((28, 512, 512), 500), ((56, 64, 64), 250), ((14, 512, 512), 400)],
)
def test_bfloat16_is_bounded_no_lower_than_it_should_be(sizes, tflops):
    """By this model, whose words are tiles; benchmarks/gpu.py --static reads machine code."""
    problem = layer(*sizes)
    tile, splits = gpu_wgmma.tile_of(problem)
    seconds = clocks(problem, tile, splits, gpu_wgmma.CORE) / 1.7e9
    assert 2 * problem.multiply_adds / seconds / 1e12 >= tflops


def test_a_layer_of_64_maps_does_not_compute_half_for_nothing():
    problem = layer(56, 64, 64, precision="tf32")
    tile, _ = gpu_mma.tile_of(problem)
    assert tile == Tile(256, 64)
    core = gpu_mma.core_of(problem)
    assert clocks(problem, Tile(128, 128), 1, core) > 1.5 * clocks(problem, tile, 1, core)


def test_the_best_tile_is_the_one_of_least_clocks_and_few_blocks_make_parts():
    for sizes in ((7, 512, 512), (14, 1024, 256), (9, 8, 8), (1, 8, 8)):
        for batch in (1, 32):
            problem = layer(*sizes, batch=batch)
            tiles = tuple(gpu_wgmma.THREADS)
            tile, splits = best_tile(problem, tiles, gpu_wgmma.CORE)
            least = clocks(problem, tile, splits, gpu_wgmma.CORE)
            for other in tiles:
                for parts in (1, 2, 3):
                    if parts * 4 * 64 <= prod(problem.filters_shape[:3]):
                        assert least <= clocks(problem, other, parts, gpu_wgmma.CORE)
    assert best_tile(layer(7, 512, 512, batch=1), tiles, gpu_wgmma.CORE)[1] > 1
    assert best_tile(layer(9, 8, 8), tiles, gpu_wgmma.CORE)[1] == 1


def test_groups_and_parts_fit_into_a_grid():
    problem = layer(2, 8 * 50_000, 50_000, kernel=7, groups=50_000)
    tile, splits = gpu_wgmma.tile_of(problem)
    assert grid(problem, tile, splits)[2] <= 65_535


@pytest.mark.parametrize("rung", [gpu_mma, gpu_wgmma])
def test_every_tile_has_kernels_and_fits_into_a_multiprocessor(rung):
    names = loader.kernel_names(loader.source_of(rung.__name__.rsplit("_", 1)[1]))
    tiles = rung.TILES if rung is gpu_mma else tuple(rung.THREADS)
    for tile in tiles:
        most = 99 if rung is gpu_mma else 227  # kB: of an sm_86, of an sm_90
        assert rung.shared_bytes(tile) <= most * 1024
        for options in ({"storage": BF16}, {"precision": "bf16"}, {"storage": np.dtype("f2")}):
            for splits in (1, 2):
                assert rung.kernel_of(layer(9, 8, 8, **options), tile, splits) in names
