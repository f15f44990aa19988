"""What convkit is compared with on a GPU: cuDNN through PyTorch, and CuPy's own functions."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.gpu_rows import Numbers, Row


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
