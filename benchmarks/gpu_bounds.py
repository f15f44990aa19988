"""The time that a GPU's resources bound: instructions counted, bytes counted, nothing measured.

A launch is held against six resources, each of which it needs for some clocks. The slowest bounds
it; all others are taken to run beside. That is a bound and no forecast: what a kernel waits for
(memory's latency, a barrier, a block that is alone on its multiprocessor and writes its results)
only makes it slower.

Four are of a multiprocessor. The busiest of them has ⌈blocks / 132⌉ blocks, one after the other or
side by side, which comes to the same where they share what bounds them:

- issue: four schedulers issue one instruction in a clock, each for its quarter of the warps. They
  never do in every clock. The best loop that is known, that of cuBLAS in float32, of which at most
  94 of 100 instructions multiply (as in our rung 4: 4 reads for 64 products), reaches 46–50 TFLOP/s
  of 57 on an H100: 0.86–0.94 of its slots. ISSUED is near the lower end of that.
- multiply: units of the operation. `mma.sync` gets 62 % of what Hopper's tensor cores can do.
- shared: 128 bytes in a clock.
- L2: 6 TB/s. Each multiprocessor gets its 132nd part, so with fewer blocks some of it lies idle.
  All that passes counts: what kernels read and write there, and what is exchanged with memory, an
  image once in, a result once out.

Two are of the whole GPU: HBM (4.3 TB/s), for the image, filters and result once; and the passes
before and after (pack, reduce), which move memory and compute nothing, and run alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod

from benchmarks.gpu_sass import LANES, Counts
from benchmarks.row import Row

MULTIPROCESSORS, HERTZ = 132, 1.7e9
L2, HBM = 6e12, 4.3e12  # bytes in a second
SCHEDULERS, ISSUED = 4, 0.88  # of a multiprocessor; slots that are used at best
REGISTERS, SHARED, THREADS, BLOCKS = 65_536, 227 * 1024, 2048, 32  # of a multiprocessor
RESERVED = 1024  # bytes of shared memory that each block costs besides

# Multiply-adds of a multiprocessor in one clock, by operation and bytes of a number.
RATES = {
    ("FFMA", 4): 128,
    ("HMMA", 4): 0.62 * 1024,
    ("HMMA", 2): 0.62 * 2048,
    ("HGMMA", 4): 1024,
    ("HGMMA", 2): 2048,
}


@dataclass(frozen=True)
class Launch:
    """How the host starts one kernel for one row."""

    kernel: str
    grid: tuple[int, int, int]
    tile: tuple[int, int]  # pixels, maps of a block
    threads: int
    shared_bytes: int
    terms: int  # K · K · channels, as the kernel sees them
    image_bytes: int  # all that it must read once: image and filters
    result_bytes: int  # all that it writes
    number_bytes: int  # of one number of the image, as it is multiplied
    pass_bytes: int = 0  # moved by the passes before and after
    splits: int = 1  # parts into which each sum is cut, a block for each

    @property
    def warps(self) -> int:
        """Of a block."""
        return self.threads // LANES


@dataclass(frozen=True)
class Bound:
    """What bounds one launch."""

    milliseconds: dict[str, float]  # by resource; "passes" are added to the slowest of the others
    tflops: float
    resident: int  # blocks that share a multiprocessor
    waves: float  # blocks for each place that there is
    busy: int  # multiprocessors that have a block

    @property
    def by(self) -> str:
        """The resource that bounds."""
        return max((n for n in self.milliseconds if n != "passes"), key=self.milliseconds.get)


def resident_blocks(counts: Counts, launch: Launch) -> int:
    """How many blocks fit into a multiprocessor at a time."""
    by_warp = ceil(counts.registers / 8) * 8 * LANES  # registers are dealt out in eights
    return min(
        REGISTERS // (by_warp * launch.warps),
        SHARED // (launch.shared_bytes + RESERVED),
        THREADS // launch.threads,
        BLOCKS,
    )


def slice_terms(counts: Counts, launch: Launch) -> int:
    """Terms of the sum that one round of the main loop multiplies."""
    return counts.multiply_adds * launch.warps // prod(launch.tile)


def bound(row: Row, counts: Counts, launch: Launch) -> Bound:
    """The time that each resource bounds for one row."""
    blocks = prod(launch.grid)
    turns = ceil(blocks / MULTIPROCESSORS)  # blocks of the busiest multiprocessor
    rounds = ceil(ceil(launch.terms / slice_terms(counts, launch)) / launch.splits)
    warps, resident = launch.warps, resident_blocks(counts, launch)
    issued = warps * (counts.before + rounds * counts.loop + counts.after)
    multiplied = warps * rounds * counts.multiply_adds
    exchanged = launch.image_bytes + 2 * launch.result_bytes  # in; written, and out
    through_l2 = warps * rounds * counts.fetched_bytes + exchanged / blocks
    clocks = {
        "issue": issued / SCHEDULERS / ISSUED,
        "multiply": multiplied / RATES[counts.operation, launch.number_bytes],
        "shared": warps * rounds * counts.shared_clocks,
        "L2": through_l2 / (L2 / MULTIPROCESSORS / HERTZ),
    }
    seconds = {name: turns * clock / HERTZ for name, clock in clocks.items()}
    seconds["HBM"] = (launch.image_bytes + launch.result_bytes) / HBM
    slowest, passes = max(seconds.values()), launch.pass_bytes / HBM
    seconds["passes"] = passes
    return Bound(
        {name: 1e3 * time for name, time in seconds.items()},
        row.flops / (slowest + passes) / 1e12,
        resident,
        blocks / (MULTIPROCESSORS * resident),
        min(blocks, MULTIPROCESSORS),
    )
