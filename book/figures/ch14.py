"""The figures of chapter 14: what memory allows each rung, a block of threads, registers."""

from __future__ import annotations

import importlib
import json
import re
import sys
from functools import cache
from pathlib import Path

from convkit.cuda.tiles import Tile
from convkit.data import hand_example
from convkit.methods import gpu_wgmma

from .prose import said
from .speed import log_scale
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, line, rect, text
from .tables import Table

ROOT = Path(__file__).resolve().parents[2]
CARD = "H200"  # whose data sheet the first figure takes
# rung: pixels and maps of a block's tile, bytes of a number, precision as gpu_rows.py has it
RUNGS = {
    "1 naive": (1, 1, 4, None),
    "2 tiled": (16, 16, 4, None),
    "4 implicit GEMM": (128, 128, 4, None),
    "5 mma, bf16": (128, 128, 2, "bf16"),
    "6 wgmma, bf16": (192, 256, 2, "bf16"),
}
REGISTERS, THREADS = 65536, 256  # of a multiprocessor, by CUDA's guide; of most of our blocks


@cache
def peaks() -> dict:
    """TFLOP/s and TB/s of the card by its maker's data sheet, as the benchmark has them."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    return importlib.import_module("benchmarks.gpu_rows").PEAKS[CARD]


def ladder() -> Table:
    """Every rung in the first words of its own file."""
    rows = []
    for method in ("naive", "tiled", "im2col", "implicit_gemm", "mma", "wgmma"):
        file = ROOT / "convkit" / "cuda" / f"{method}.cu"
        if file.exists():
            words = file.read_text("utf-8").split("\n", 1)[0].split(": ", 1)[1]
        else:  # the rung that a library climbs has a method, and no kernel of its own
            source = (ROOT / "convkit" / "methods" / f"gpu_{method}.py").read_text("utf-8")
            words = re.search(r": (.*?) Rung \d", source)[1].strip()
        words = words.rstrip(".")
        rows.append((f"{len(rows) + 1}", f"gpu_{method}", words[0].upper() + words[1:] + "."))
    return Table(
        "The ladder, in the words of its files.", ("rung", "method", "what is new"), tuple(rows)
    )


def intensity(pixels: int, maps: int, itemsize: int) -> float:
    """Operations for each byte fetched: a tile's windows and weights, and all their products."""
    return 2 * pixels * maps / ((pixels + maps) * itemsize)


def allowed(rung: str) -> tuple[float, float]:
    """TFLOP/s that memory alone allows a rung if every fetch goes there, and that are the most."""
    pixels, maps, itemsize, precision = RUNGS[rung]
    most = peaks()[precision]
    return min(most, intensity(pixels, maps, itemsize) * peaks()["memory"]), most


def hungry() -> Figure:
    """What memory alone allows each rung: computed from a data sheet, measured by nobody."""
    left, right, step, top = 128.0, 376.0, 40.0, 50.0
    at = log_scale(0.8, 2000, left, right)
    bottom, parts, words = top + step * len(RUNGS), [], []
    for tick in (1, 10, 100, 1000):
        parts += [
            line(at(tick), top - 6, at(tick), bottom, stroke_opacity=0.2),
            text(at(tick), top - 10, said(tick), size=11),
        ]
    for k, rung in enumerate(RUNGS):
        y, (can, most) = top + step * k, allowed(rung)
        parts += [
            text(left - 6, y + 19, rung, size=12, anchor="end"),
            rect(
                left,
                y + 5,
                at(most) - left,
                22,
                fill=IMAGE,
                fill_opacity=0.1,
                stroke_dasharray="4 3",
                stroke_opacity=0.7,
            ),
            rect(left, y + 5, at(can) - left, 22, fill=RESULT, fill_opacity=0.5, stroke=RESULT),
            text(left + 6, y + 20, f"{can:.3g} of {most:.3g}", size=12, anchor="start"),
        ]
        words.append(f"{rung}: {can:.3g} of {most:.3g}")
    parts.append(text(left, 14, "TFLOP/s that memory allows", size=12, anchor="start"))
    return Figure(
        f"Dashed: what an {CARD} can compute by its data sheet. Full: what its memory can feed, if "
        "every number that a block fetches comes from memory. Computed, not measured; caches help.",
        f"A chart of five bars on a scale from 1 to 1000. {'; '.join(words)}.",
        Panel(right + 16, bottom + 4, *parts),
    )


def shared_tile() -> Figure:
    """The widget's still form: a block of 2 × 3 threads and the pixels that it needs."""
    image = hand_example()[0][..., 0]
    cell, parts = 26.0, []
    for i in range(6):
        for j in range(8):
            inside = i < 3 and j < 4
            parts += [
                rect(
                    6 + j * cell,
                    6 + i * cell,
                    cell,
                    cell,
                    fill=IMAGE,
                    stroke_opacity=0.3,
                    fill_opacity=0.35 if inside else 0.08,
                ),
                text(19 + j * cell, 24 + i * cell, f"{image[i, j]:.0f}", size=12),
            ]
    parts.append(rect(6, 6, 4 * cell, 3 * cell, stroke=FILTERS, stroke_width=3))
    threads = [
        rect(6 + j * cell, 32 + i * cell, cell, cell, fill=RESULT, fill_opacity=0.3)
        for i in range(2)
        for j in range(3)
    ]
    return Figure(
        "Six threads make 2 × 3 results of a 2 × 2 filter. How many pixels must they fetch?",
        "Left: the 6 by 8 red channel of the picture, with a frame around 3 by 4 pixels in its "
        "corner. Right: a block of 2 by 3 threads.",
        Panel(8 * cell + 12, 186, *parts, text(110, 182, "image, in the GPU’s memory", size=13)),
        Panel(130, 186, *threads, text(48, 182, "six threads", size=13)),
    )


def budget() -> dict:
    """Registers of every kernel as the tests hold them: tests/cuda_budget.json."""
    return json.loads((ROOT / "tests" / "cuda_budget.json").read_text("utf-8"))


def multiplying(kernel: str) -> float:
    """Percent of a kernel's main loop that are multiplications, counted in its machine code."""
    path = ROOT / "benchmarks" / "results" / "gpu-static.json"
    found = json.loads(path.read_text("utf-8"))["kernels"][kernel]
    return 100 * found["share"]


def multiplied_at_first() -> float:
    """The same of rung 4's first version, whose counts the tests keep."""
    path = ROOT / "tests" / "gpu_reviewed.json"
    first = json.loads(path.read_text("utf-8"))["kernels"]["implicit_gemm_128"]
    return 100 * first["multiplies"] / first["loop"]


def registers(names=("naive", "tiled", "implicit_gemm", "mma", "wgmma")) -> Table:
    """For Hopper: registers of a thread, how many blocks they leave room for, what is spilled.

    Kernels for float64 and fp16, those for odd channels, and those that write 16 bits are left
    out: they are twins.
    """
    rows = []
    for file in names:
        each = budget()[file]
        kernels = each.get("sm_90a") or each["sm_90"]
        for name, used in sorted(kernels.items(), key=lambda one: one[1]["registers"]):
            if re.search("double|fp16|any|out16", name):
                continue
            threads = threads_of(name)
            blocks = REGISTERS // (-(-used["registers"] // 8) * 8 * threads)
            rows.append(
                (
                    name,
                    f"{file}.cu",
                    f"{threads}",
                    f"{used['registers']}",
                    f"{blocks}",
                    f"{used['spilled_bytes']}",
                )
            )
    head = ("kernel", "file", "threads", "registers", "blocks that fit", "bytes spilled")
    return Table(
        "Registers of one thread, compiled for Hopper, by the compiler’s own report.",
        head,
        tuple(rows),
        right=4,
    )


def threads_of(kernel: str) -> int:
    """Threads of one block: only the large tiles of rung 6 have others than the rest."""
    tile = re.search(r"^wgmma_\w+?_(\d+)x(\d+)", kernel)
    return gpu_wgmma.THREADS[Tile(int(tile[1]), int(tile[2]))] if tile else THREADS
