"""The figures of chapter 13: fetches of each rung, registers, and kernels run without a GPU."""

from __future__ import annotations

import importlib
import json
import sys
from functools import cache
from pathlib import Path

import numpy as np

from convkit import conv2d
from convkit.data import hand_example

from .measured import RESULTS, day
from .prose import said
from .speed import log_scale
from .style import FILTERS, IMAGE, RESULT, Figure, Panel, line, rect, text
from .tables import Table

ROOT = Path(__file__).resolve().parents[2]
CARD = "H200"  # whose data sheet the first figure takes
# rung: pixels and maps of a block's tile, bytes of a number, precision as benchmarks/gpu.py has it
RUNGS = {
    "1 naive": (1, 1, 4, None),
    "2 tiled": (16, 16, 4, None),
    "4 implicit GEMM": (128, 128, 4, None),
    "5 mma, bf16": (128, 128, 2, "bf16"),
    "6 wgmma, bf16": (128, 256, 2, "bf16"),
}
REGISTERS, THREADS = 65536, 256  # of a multiprocessor, by CUDA's guide; of each of our blocks


@cache
def peaks() -> dict:
    """TFLOP/s and TB/s of the card by its maker's data sheet, as the benchmark has them."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    return importlib.import_module("benchmarks.gpu").PEAKS[CARD]


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
    left, right, step, top = 128.0, 376.0, 40.0, 34.0
    at = log_scale(0.8, 2000, left, right)
    bottom, parts, words = top + step * len(RUNGS), [], []
    for tick in (1, 10, 100, 1000):
        parts += [line(at(tick), top - 6, at(tick), bottom, stroke_opacity=0.2),
                  text(at(tick), top - 10, said(tick), size=11)]  # fmt: skip
    for k, rung in enumerate(RUNGS):
        y, (can, most) = top + step * k, allowed(rung)
        parts += [
            text(left - 6, y + 19, rung, size=12, anchor="end"),
            rect(left, y + 5, at(most) - left, 22, fill=IMAGE, fill_opacity=0.1,
                 stroke_dasharray="4 3", stroke_opacity=0.7),
            rect(left, y + 5, at(can) - left, 22, fill=RESULT, fill_opacity=0.5, stroke=RESULT),
            text(left + 6, y + 20, f"{can:.3g} of {most:.3g}", size=12, anchor="start"),
        ]  # fmt: skip
        words.append(f"{rung}: {can:.3g} of {most:.3g}")
    parts.append(text(4, 12, "TFLOP/s that memory allows", size=12, anchor="start"))
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
                rect(6 + j * cell, 6 + i * cell, cell, cell, fill=IMAGE, stroke_opacity=0.3,
                     fill_opacity=0.35 if inside else 0.08),
                text(19 + j * cell, 24 + i * cell, f"{image[i, j]:.0f}", size=12),
            ]  # fmt: skip
    parts.append(rect(6, 6, 4 * cell, 3 * cell, stroke=FILTERS, stroke_width=3))
    threads = [rect(6 + j * cell, 32 + i * cell, cell, cell, fill=RESULT, fill_opacity=0.3)
               for i in range(2) for j in range(3)]  # fmt: skip
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


def registers(names=("naive", "tiled", "implicit_gemm", "mma", "wgmma")) -> Table:
    """For Hopper: registers of a thread, how many blocks they leave room for, what is spilled."""
    rows = []
    for file in names:
        each = budget()[file]
        kernels = each.get("sm_90a") or each["sm_90"]
        for name, used in sorted(kernels.items()):
            blocks = REGISTERS // (-(-used["registers"] // 8) * 8 * THREADS)
            rows.append((name, f"{file}.cu", f"{used['registers']}", f"{blocks}",
                         f"{used['spilled_bytes']}"))  # fmt: skip
    head = ("kernel", "file", "registers of a thread", "blocks that fit", "bytes spilled")
    return Table("Compiled for Hopper, by the compiler’s own report.", head, tuple(rows), right=3)


def emulator():
    """The emulator of the tests, or None where no C++ compiler for it is installed."""
    for folder in (ROOT, ROOT / "tests"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    module = importlib.import_module("tests.emulator.build")
    return module if module.compiler() else None


def small_layer(channels: int):
    """Whole numbers, so that no rounding blurs a comparison: the by-hand layer, or a deeper one."""
    image, filters = hand_example()
    if channels != image.shape[2]:
        random = np.random.default_rng(0)
        image = random.integers(0, 10, (*image.shape[:2], channels))
        filters = random.integers(-2, 3, (channels, *filters.shape[1:]))
    return image.astype(np.float32), filters.astype(np.float32)


@cache
def without_a_gpu(file: str, lost: str = "", order: str = "forward", channels: int = 3) -> str:
    """Run a rung's own source on a small layer, here, and say what happened.

    `lost` is taken out of the source first: a planted bug.
    """
    if emulator() is None:
        return "not run: no C++ compiler here"
    stand_in = importlib.import_module("tests.emulator.stand_in").stand_in
    source = importlib.import_module("convkit.cuda.loader").source_of(file)
    if lost and source.count(lost) != 1:
        raise ValueError(f"{lost!r} stands {source.count(lost)} times in {file}.cu, not once")
    changed = {f"{file}.cu": source.replace(lost, "")} if lost else None
    image, filters = small_layer(channels)
    try:
        with stand_in(order=order, sources=changed) as cupy:
            on_gpu = cupy.asarray(image), cupy.asarray(filters)
            result = conv2d(*on_gpu, method=f"gpu_{file}").get()
    except RuntimeError as fault:
        return f"stopped: {fault}"
    wrong = int((result != conv2d(image, filters)).sum())  # NaN is wrong, too
    return f"{wrong} of {result.size} wrong" if wrong else "all right"


FETCH = "__syncthreads();                           // until all have fetched"
MULTIPLY = "__syncthreads();                           // until all have multiplied"
TRIALS = {
    "naive.cu": ("naive", ""),
    "tiled.cu": ("tiled", ""),
    "tiled.cu without its first wait": ("tiled", FETCH),
    "tiled.cu without its second wait": ("tiled", MULTIPLY),
}
DEPTHS = (3, 7)  # channels: 12 terms in a sum, which is less than one tile of 16, and 28


def rehearsal() -> Table:
    """Two rungs from their own source, then with a barrier missing, in two orders of threads."""
    columns = [(channels, order) for channels in DEPTHS for order in ("forward", "random")]
    rows = tuple((name, *(without_a_gpu(*trial, order, channels) for channels, order in columns))
                 for name, trial in TRIALS.items())  # fmt: skip
    head = ("source", *(f"{channels} channels, {order}" for channels, order in columns))
    return Table("Run without a GPU when this page was built.", head, rows)


def bugs() -> int:
    """How many bugs the tests plant, one after the other."""
    emulator()
    return len(importlib.import_module("tests.emulator.planted_bugs").BUGS)


def gpu_report(folder: Path = RESULTS) -> dict | None:
    """The newest measurement of a GPU, or None."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("gpu-*.json"))]
    found = [one for one in found if one.get("device")]
    return max(found, key=lambda one: one["date"]) if found else None


def measured_or_not(found: dict | None) -> str:
    """What may be said about speed on a GPU."""
    if found is None:
        return (
            "Nothing has been measured yet. No GPU has run this ladder with its results kept, so "
            "this page shows no speed, and whoever tells you one has it from somewhere else."
        )
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items() if number)
    return (
        f"Measured on one {found['device']} on {day(found['date'])}, driver {found['driver']}, "
        f"{versions}. " + against_cudnn(found)
    )


def against_cudnn(found: dict) -> str:
    """Ours beside cuDNN, the layers on which it is slower counted, for each precision."""
    sentences = []
    for precision in dict.fromkeys(row["precision"] for row in found["rows"]):
        pairs = [times_of(row) for row in found["rows"] if row["precision"] == precision]
        pairs = [(ours, theirs) for ours, theirs in pairs if ours and theirs]
        if pairs:
            slower = sum(ours > theirs for ours, theirs in pairs)
            sentences.append(f"{precision or 'float32'}: slower than cuDNN in {slower} of "
                             f"{len(pairs)} layers.")  # fmt: skip
    return " ".join(sentences) or "cuDNN was not there to compare with."


def times_of(row: dict) -> tuple[float | None, float | None]:
    """Milliseconds of the rung that `choose_method` takes, and of cuDNN."""
    times = row.get("call_milliseconds") or row["milliseconds"]
    return times.get(row["chosen"]), times.get("cudnn")


def gpu_table(found: dict | None) -> Table | None:
    """Every measured row, or None if there is none."""
    if found is None:
        return None
    rows = []
    for row in found["rows"]:
        ours, theirs = times_of(row)
        tflops = row["tflops"].get(row["chosen"])
        rows.append((
            row["row"], row["precision"] or "float32", row["chosen"],
            f"{ours:.3f}" if ours else "–", f"{theirs:.3f}" if theirs else "–",
            said(theirs / ours) if ours and theirs else "–",
            f"{tflops:.3g}" if tflops else "–",
        ))  # fmt: skip
    head = ("layer", "precision", "rung", "ours, ms", "cuDNN, ms", "cuDNN / ours", "TFLOP/s")
    caption = f"{found['device']}, {day(found['date'])}."
    return Table(caption, head, tuple(rows), right=4)
