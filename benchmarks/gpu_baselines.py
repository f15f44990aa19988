"""What convkit is compared with on a GPU, in the same run.

cuDNN through PyTorch, CuPy's own functions, and what the GPU reaches at all: a copy, and matrix
products.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.gpu_rows import Numbers
from benchmarks.gpu_timing import Effort, device_times
from benchmarks.row import Row

SIZE, COPIED = 8192, 2**29  # rows of a matrix, float32 numbers of a copy


class Torch:
    """cuDNN through PyTorch, in benchmark mode.

    `torch.nn.functional.conv2d` adds the bias in a second kernel and applies relu in a third. The
    honest baseline is the one call that fuses all three, `cudnn_convolution_relu`; only where it
    refuses a layer the three kernels take its place, and the name says so.
    """

    LAYOUTS = ("channels_last", "NCHW")

    def __init__(self):
        import torch

        if not torch.cuda.is_available():  # the one that this course's tests install, for example
            raise ImportError(f"PyTorch {torch.__version__} has no CUDA")
        self.torch = torch
        torch.backends.cudnn.benchmark = True

    def candidates(self, row: Row, image, filters, bias, numbers: Numbers) -> dict[str, Callable]:
        """Functions that run the layer in each layout, by name; arguments are on the GPU, float32.

        TF32 is switched on or off for each precision. The setting is global and part of cuDNN's
        choice, so it is made anew before each candidate is tried, and lasts until the next
        `candidates`.
        """
        torch = self.torch
        kind = getattr(
            torch, {"bf16": "bfloat16", "fp16": "float16"}.get(numbers.name, numbers.storage)
        )
        self.allow_tf32(numbers.precision == "tf32")
        found = {}
        for layout in self.LAYOUTS:
            order = torch.channels_last if layout == "channels_last" else torch.contiguous_format
            x = torch.from_dlpack(image).permute(0, 3, 1, 2)
            w = torch.from_dlpack(filters).permute(3, 0, 1, 2)
            x, w = (t.to(kind).contiguous(memory_format=order) for t in (x, w))
            b = torch.from_dlpack(bias).to(kind)
            name, run = self._fused_or_not(row, x, w, b)
            found[f"cudnn {name} {layout}"] = run
        return found

    def allow_tf32(self, allow: bool) -> None:
        """Set both flags: cuDNN's is on by default, cuBLAS' is not."""
        self.torch.backends.cudnn.allow_tf32 = allow
        self.torch.backends.cuda.matmul.allow_tf32 = allow

    def _fused_or_not(self, row: Row, x, w, b):
        torch = self.torch
        step, pad = [row.stride] * 2, [row.padding] * 2

        def fused():
            return torch.ops.aten.cudnn_convolution_relu(x, w, b, step, pad, [1, 1], row.groups)

        def three_kernels():
            y = torch.nn.functional.conv2d(x, w, b, stride=step, padding=pad, groups=row.groups)
            return torch.relu_(y)

        with torch.no_grad():
            try:
                fused()  # cuDNN tries its algorithms now
                torch.cuda.synchronize()
            except RuntimeError:
                three_kernels()
                return "unfused", three_kernels
        return "fused", fused

    def as_cupy(self, cupy, result):
        """A result (N, C2, H', W') as a CuPy array (N, H', W', C2) in float64."""
        return cupy.from_dlpack(result.permute(0, 2, 3, 1).double().contiguous())

    def algorithm(self, run) -> str:
        """The names of the kernels that cuDNN chose: its float32 3×3 may be Winograd's."""
        from torch.profiler import ProfilerActivity, profile

        with profile(activities=[ProfilerActivity.CUDA]) as seen:
            run()
            self.torch.cuda.synchronize()
        return ", ".join(sorted({event.key[:80] for event in seen.key_averages()}))


def torch_or_words() -> tuple[Torch | None, str]:
    """PyTorch with CUDA, or None and what is missing."""
    try:
        return Torch(), ""
    except Exception as error:  # a broken installation raises what it likes
        return None, f"no comparison with cuDNN: {error}"


def signal_functions(cupy, row: Row, image, filters, bias) -> dict[str, Callable]:
    """CuPy's own functions for one channel, each with the same bias and relu behind it.

    `signal` has valid mode; `ndimage` computes the border too, which is cut away as a view.
    """
    from cupyx.scipy import ndimage, signal

    pixels, weights = image[0, :, :, 0], cupy.ascontiguousarray(filters[0, :, :, 0])
    flipped, before = cupy.ascontiguousarray(weights[::-1, ::-1]), row.kernel // 2
    side = row.size - row.kernel + 1
    inside = (slice(before, before + side),) * 2
    plain = {
        "cupyx signal.convolve2d": lambda: signal.convolve2d(pixels, flipped, "valid"),
        "cupyx signal.fftconvolve": lambda: signal.fftconvolve(pixels, flipped, "valid"),
        "cupyx signal.oaconvolve": lambda: signal.oaconvolve(pixels, flipped, "valid"),
        "cupyx ndimage.correlate": lambda: ndimage.correlate(pixels, weights)[inside],
    }
    return {
        name: lambda call=call: cupy.maximum(call() + bias, 0)[None, :, :, None]
        for name, call in plain.items()
    }


def ceilings(cupy, effort: Effort, tiny: bool = False) -> dict:
    """TB/s of a copy, TFLOP/s of large matrix products by cuBLAS.

    A copy counts what is read and what is written. The matrices hold random numbers: zeros are
    faster. float32 goes through CuPy, the others through PyTorch; without it they are missing.
    """
    size, copied = (16, 2**10) if tiny else (SIZE, COPIED)
    random = np.random.default_rng(0)
    a, b = (cupy.asarray(random.standard_normal((size, size), "f")) for _ in range(2))
    out = cupy.empty_like(a)
    times = device_times(cupy, {"float32": lambda: cupy.matmul(a, b, out=out)}, effort)
    torch, words = torch_or_words()
    missing = []
    for name in ("tf32", "bfloat16", "float16"):
        if torch is None:
            missing.append(f"{name} ({words})")
        else:
            times |= device_times(cupy, {name: _product(torch, name, a, b)}, effort)
    tflops = {name: 2 * size**3 / milliseconds / 1e9 for name, milliseconds in times.items()}
    return {"copy_tb": _copy(cupy, copied, effort), "tflops": tflops, "missing": missing}


def _product(torch, name: str, a, b):
    torch.allow_tf32(name == "tf32")
    kind = getattr(torch.torch, "float32" if name == "tf32" else name)
    x, y = (torch.torch.from_dlpack(matrix).to(kind) for matrix in (a, b))
    z = torch.torch.empty_like(x)
    return lambda: torch.torch.matmul(x, y, out=z)


def _copy(cupy, count: int, effort: Effort) -> float:
    source = cupy.asarray(np.resize(np.random.default_rng(1).standard_normal(2**10, "f"), count))
    target = cupy.empty_like(source)
    times = device_times(cupy, {"copy": lambda: cupy.copyto(target, source)}, effort)
    return 2 * source.nbytes / times["copy"] / 1e9
