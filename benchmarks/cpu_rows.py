"""The rows of the CPU table: layers that networks use, their goals, and who else can do them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.cpu import best_times
from convkit import conv2d, plan
from convkit.threads import available_cores

TOLERANCE = 1e-4  # relative to the largest result; a wrong index is wrong by far more


@dataclass(frozen=True)
class Row:
    """One layer: square images and kernels, float32."""

    name: str
    batch: int
    size: int
    channels: int
    kernel: int
    maps: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    goal: float = 1.0  # times torch's best variant, one thread each
    goal_two: float = 0.95  # two threads each

    @property
    def options(self) -> dict:
        return {"stride": self.stride, "padding": self.padding, "groups": self.groups}


ROWS = (
    Row("3x3 112²×128", 1, 112, 128, 3, 128, padding=1, goal=3.0, goal_two=2.6),
    Row("3x3 56²×256", 1, 56, 256, 3, 256, padding=1, goal=3.0, goal_two=2.6),
    Row("3x3 28²×512", 1, 28, 512, 3, 512, padding=1, goal=3.0, goal_two=2.6),
    Row("3x3 224²×64", 1, 224, 64, 3, 64, padding=1, goal=2.2, goal_two=1.8),
    Row("3x3 56²×64", 1, 56, 64, 3, 64, padding=1, goal=2.2, goal_two=1.8),
    Row("3x3 14²×512", 1, 14, 512, 3, 512, padding=1, goal=2.2, goal_two=1.8),
    Row("5x5 56²×64", 1, 56, 64, 5, 64, padding=2, goal=3.2),
    Row("5x5 28²×128", 1, 28, 128, 5, 128, padding=2, goal=3.2),
    Row("the book's layer", 1, 32, 3, 5, 64, goal=1.3),
    Row("the book's, N=128", 128, 32, 3, 5, 64, goal=1.0),
    Row("VGG first 224²×3", 1, 224, 3, 3, 64, padding=1, goal=1.0),
    Row("ResNet stem 7x7 s2", 1, 224, 3, 7, 64, stride=2, padding=3, goal=1.0),
    Row("3x3 s2 56²×128", 1, 56, 128, 3, 128, stride=2, padding=1, goal=1.0),
    Row("1x1 56² 256→64", 1, 56, 256, 1, 64, goal=1.2),
    Row("depthwise 112²×96", 1, 112, 96, 3, 96, padding=1, groups=96, goal=1.0),
    Row("1 channel 5x5", 1, 1024, 1, 5, 1, goal=3.0),
    Row("1 channel 15x15", 1, 1024, 1, 15, 1, goal=9.0),
    Row("1 channel 31x31", 1, 1024, 1, 31, 1, goal=30.0),
)


def sgemm_peak() -> dict:
    """What NumPy's BLAS reaches, in GFLOP/s: one large product, and a stack of small ones."""
    large, small = np.ones((1536, 1536), np.float32), np.ones((40, 56, 256), np.float32)
    narrow, out = np.ones((256, 64), np.float32), np.empty((40, 56, 64), np.float32)
    whole = np.empty_like(large)
    times = best_times(
        {
            "large": lambda: np.matmul(large, large, out=whole),
            "small": lambda: np.matmul(small, narrow, out=out),
        },
        1.0,
    )
    return {
        "large": round(2 * 1536**3 / times["large"] / 1e9, 1),
        "small": round(2 * out.size * 256 / times["small"] / 1e9, 1),
    }


def measure(row: Row, threads: int, seconds: float) -> dict:
    """Check all that can do this row, time them in turn, and put the figures together."""
    random = np.random.default_rng(0)
    shape = (row.batch, row.size, row.size, row.channels)
    image = random.standard_normal(shape, np.float32)
    depth = row.channels // row.groups
    filters = random.standard_normal((depth, row.kernel, row.kernel, row.maps), np.float32)
    filters /= np.float32(np.sqrt(depth * row.kernel**2))

    # More than one: what convkit takes by itself on a machine of that many cores.
    ours = None if threads == available_cores() > 1 else threads
    made = plan(filters, shape, threads=ours, **row.options)
    out = made(image)
    results = {
        "convkit": lambda: made(image, out=out),
        "unplanned": lambda: conv2d(image, filters, threads=ours, **row.options),
        **_torch(row, image, filters, threads),
        **_jax(row, image, filters),
    }
    if row.channels == row.maps == row.batch == 1:
        results |= _one_channel(image, filters, threads)
    _check(row, image, filters, results)
    times = best_times(results, seconds)
    ours = times["convkit"]
    ratio = {}
    for family in ("torch", "scipy", "opencv", "jax"):
        theirs = [value for name, value in times.items() if name.startswith(family)]
        if theirs:
            ratio[family] = round(min(theirs) / ours, 3)
    flops = 2 * made.problem.multiply_adds
    goal = row.goal if threads == 1 else row.goal_two
    return {
        **asdict(row),
        "goal": goal,
        "method": made.method,
        "threads": made._threads,
        "ms": {name: round(value * 1e3, 4) for name, value in times.items()},
        "gflops": round(flops / ours / 1e9, 1),
        "ratio": ratio,
        "unplanned": round(ratio["torch"] * ours / times["unplanned"], 3)
        if ratio.get("torch")
        else 0,
        "reached": ratio["torch"] >= goal if "torch" in ratio else None,
        "work_space_mb": round(made._pool.nbytes / 2**20, 2),
    }


def _torch(row: Row, image, filters, threads: int) -> dict:
    """PyTorch with both memory layouts, and with filters packed in advance by oneDNN."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(0, 3, 1, 2)))
    weights = torch.from_numpy(np.ascontiguousarray(filters.transpose(3, 0, 1, 2)))
    arguments = (None, row.stride, row.padding, 1, row.groups)
    last = torch.channels_last
    pixels_last, weights_last = pixels.to(memory_format=last), weights.to(memory_format=last)
    convolve = torch.nn.functional.conv2d

    def first():
        return convolve(pixels, weights, *arguments).permute(0, 2, 3, 1)

    def channels_last():
        return convolve(pixels_last, weights_last, *arguments).permute(0, 2, 3, 1)

    calls = {"torch channels first": first, "torch channels last": channels_last}
    if torch.backends.mkldnn.is_available():
        from torch.utils import mkldnn

        layer = torch.nn.Conv2d(
            row.channels,
            row.maps,
            row.kernel,
            row.stride,
            row.padding,
            groups=row.groups,
            bias=False,
        )
        layer.weight = torch.nn.Parameter(weights, requires_grad=False)
        packed, packed_pixels = mkldnn.to_mkldnn(layer.eval()), pixels.to_mkldnn()
        calls["torch prepacked"] = lambda: packed(packed_pixels)
    return calls


def _jax(row: Row, image, filters) -> dict:
    try:
        import jax
    except ImportError:
        return {}
    pads = [(row.padding, row.padding)] * 2
    kernels = np.ascontiguousarray(filters.transpose(1, 2, 0, 3))  # (K, K, C1/groups, C2)

    @jax.jit
    def convolve(pixels, weights):
        return jax.lax.conv_general_dilated(
            pixels,
            weights,
            (row.stride, row.stride),
            pads,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=row.groups,
        )

    pixels, weights = jax.numpy.asarray(image), jax.numpy.asarray(kernels)
    return {"jax": lambda: convolve(pixels, weights).block_until_ready()}


def _one_channel(image, filters, threads: int) -> dict:
    """Libraries for images: SciPy and OpenCV."""
    pixels, weights = image[0, :, :, 0], np.ascontiguousarray(filters[0, :, :, 0])
    flipped = np.ascontiguousarray(weights[::-1, ::-1])
    calls = {}
    try:
        from scipy import ndimage, signal
    except ImportError:
        pass
    else:
        calls["scipy fft"] = lambda: signal.fftconvolve(pixels, flipped, "valid")
        calls["scipy overlap-add"] = lambda: signal.oaconvolve(pixels, flipped, "valid")
        if weights.size < 100:
            calls["scipy ndimage"] = lambda: _inner(ndimage.correlate(pixels, weights), weights)
    try:
        import cv2
    except ImportError:
        pass
    else:
        cv2.setNumThreads(threads)
        calls["opencv"] = lambda: _inner(cv2.filter2D(pixels, -1, weights), weights)
    return calls


def _inner(same, weights):
    """The results whose windows lie inside; a view, so it costs nothing."""
    before = weights.shape[0] // 2
    return same[
        before : before + same.shape[0] - weights.shape[0] + 1,
        before : before + same.shape[1] - weights.shape[1] + 1,
    ]


def _check(row: Row, image, filters, results: dict) -> None:
    """Compare all results with direct summation in float64 at some places of the map."""
    whole = conv2d(image, filters, method="im2col", fast=False, **row.options)
    limit = TOLERANCE * np.abs(whole).max()
    corner = conv2d(
        image[:1, :40, :40].astype(np.float64),
        filters.astype(np.float64),
        method="direct",
        fast=False,
        **row.options,
    )
    safe = slice(0, (40 - row.kernel) // row.stride - row.padding)
    assert np.abs(whole[:1, safe, safe] - corner[:, safe, safe]).max() <= limit, row.name
    for name, call in results.items():
        result = call()
        if hasattr(result, "to_dense"):
            result = result.to_dense() if result.is_mkldnn else result
            result = result.permute(0, 2, 3, 1) if name == "torch prepacked" else result
        error = np.abs(np.asarray(result).reshape(whole.shape) - whole).max()
        if not error <= limit:
            raise AssertionError(f"{row.name}: {name} is wrong by {error:.2g}; not timed")
