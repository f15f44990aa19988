"""The layers of the GPU table, and the libraries that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One layer: square images and kernels."""

    name: str
    group: str
    batch: int
    size: int
    channels: int
    kernel: int
    maps: int
    stride: int = 1
    padding: int = 0

    @property
    def flops(self) -> int:
        """Multiplications and additions of the definition."""
        side = (self.size + 2 * self.padding - self.kernel) // self.stride + 1
        return 2 * self.batch * side**2 * self.kernel**2 * self.channels * self.maps

    def bytes(self, itemsize: int) -> int:
        """Image, filters and result once: less cannot be moved."""
        side = (self.size + 2 * self.padding - self.kernel) // self.stride + 1
        numbers = self.batch * (self.size**2 * self.channels + side**2 * self.maps)
        return itemsize * (numbers + self.kernel**2 * self.channels * self.maps)


ROWS = (
    Row("VGG 224²×3→64", "layers", 32, 224, 3, 3, 64, padding=1),
    Row("VGG 224²×64", "layers", 32, 224, 64, 3, 64, padding=1),
    Row("VGG 112²×128", "layers", 32, 112, 128, 3, 128, padding=1),
    Row("VGG 56²×256", "layers", 32, 56, 256, 3, 256, padding=1),
    Row("VGG 28²×512", "layers", 32, 28, 512, 3, 512, padding=1),
    Row("VGG 14²×512", "layers", 32, 14, 512, 3, 512, padding=1),
    Row("ResNet stem 7×7 s2", "layers", 32, 224, 3, 7, 64, stride=2, padding=3),
    Row("ResNet 56²×64", "layers", 32, 56, 64, 3, 64, padding=1),
    Row("ResNet 3×3 s2 56²×128", "layers", 32, 56, 128, 3, 128, stride=2, padding=1),
    Row("ResNet 1×1 56² 256→64", "layers", 32, 56, 256, 1, 64),
    Row("ResNet 1×1 56² 64→256", "layers", 32, 56, 64, 1, 256),
    Row("the book's layer, N=1", "latency", 1, 32, 3, 5, 64),
    Row("14²×64, N=1", "latency", 1, 14, 64, 3, 64, padding=1),
    Row("1 channel 4096², 5×5", "signal", 1, 4096, 1, 5, 1),
    Row("1 channel 4096², 15×15", "signal", 1, 4096, 1, 15, 1),
    Row("1 channel 4096², 31×31", "signal", 1, 4096, 1, 31, 1),
)

# Each precision: what it is called, the goal against cuDNN, and the bound on max |error| / rms.
PRECISIONS = {
    None: ("float32, TF32 off", 1.0, 2e-5),
    "3xtf32": ("3×TF32, at the accuracy of float32", None, 2e-5),
    "tf32": ("TF32", 1.0, 5e-3),
    "bf16": ("bf16", 0.95, 5e-2),
    "fp16": ("fp16", None, 5e-3),
}


def signal_functions(row: Row, image, filters, bias) -> dict:
    """CuPy's own functions for one channel, each with the same bias and relu behind it.

    `signal` has valid mode; `ndimage` computes the border too, which is cut away as a view.
    """
    import cupy
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


class Torch:
    """cuDNN through PyTorch: benchmark mode, channels last, in the asked precision."""

    def __init__(self):
        import torch

        if not torch.cuda.is_available():  # the one that this course's tests install, for example
            raise ImportError(f"PyTorch {torch.__version__} has no CUDA")
        self.torch = torch
        torch.backends.cudnn.benchmark = True

    def prepare(self, row: Row, image, filters, bias, precision):
        """A function that runs the layer; its arguments are already on the GPU, in its layout."""
        torch = self.torch
        half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision, torch.float32)
        last = torch.channels_last
        x = torch.from_dlpack(image).permute(0, 3, 1, 2).to(half).contiguous(memory_format=last)
        w = torch.from_dlpack(filters).permute(3, 0, 1, 2).to(half).contiguous(memory_format=last)
        b = torch.from_dlpack(bias).to(half)
        allow = precision in ("tf32", "bf16", "fp16")
        torch.backends.cudnn.allow_tf32 = allow
        torch.backends.cuda.matmul.allow_tf32 = allow

        def run():
            y = torch.nn.functional.conv2d(x, w, b, stride=row.stride, padding=row.padding)
            return torch.relu_(y)

        with torch.no_grad():
            run()  # cuDNN tries its algorithms now
        return run

    def algorithm(self, run) -> str:
        """The names of the kernels that cuDNN chose: its float32 3×3 may be Winograd's."""
        from torch.profiler import ProfilerActivity, profile

        with profile(activities=[ProfilerActivity.CUDA]) as seen:
            run()
            self.torch.cuda.synchronize()
        return ", ".join(sorted({e.key[:80] for e in seen.key_averages()}))
