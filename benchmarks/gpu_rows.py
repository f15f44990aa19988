"""What the GPU table holds: the layers, and the numbers in which each is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec

from benchmarks.row import Row

MOST_WINDOWS = 2**34  # bytes


@dataclass(frozen=True)
class GpuRow(Row):
    """A layer, and the group of the table that it belongs to."""

    group: str = "layers"

    def bytes(self, itemsize: int) -> int:
        """Image, filters and result once: less cannot be moved."""
        numbers = self.batch * (self.size**2 * self.channels + self.side**2 * self.maps)
        weights = self.kernel**2 * self.channels // self.groups * self.maps
        return itemsize * (numbers + weights)

    @property
    def window_bytes(self) -> int:
        """All windows of one image side by side, in float64."""
        return 8 * self.side**2 * self.kernel**2 * self.channels

    def unsuited(self, method: str) -> str | None:
        """Why a method that would take this layer is not measured on it, if it is not."""
        if method == "gpu_im2col" and self.window_bytes > MOST_WINDOWS:
            return f"its windows would take {self.window_bytes / 2**31:.0f} GB"
        if method in ("gpu_fft", "gpu_depthwise") and self.group in ("layers", "latency"):
            return "it is for few channels"
        return None

    def tiny(self) -> GpuRow:
        """The same kind of layer, small enough for an emulator."""
        shrink = min(self.channels, 16)
        groups = shrink if self.groups > 1 else 1
        return replace(
            self,
            batch=min(self.batch, 2),
            size=min(self.size, self.kernel + 5),
            channels=shrink,
            maps=shrink if groups > 1 else min(self.maps, 16),
            groups=groups,
        )


# The most telling first: a run may be cut at any minute.
ROWS = (
    GpuRow("VGG 56²×256", 32, 56, 256, 3, 256, padding=1),
    GpuRow("VGG 28²×512", 32, 28, 512, 3, 512, padding=1),
    GpuRow("ResNet 56²×64", 32, 56, 64, 3, 64, padding=1),
    GpuRow("VGG 14²×512", 32, 14, 512, 3, 512, padding=1),
    GpuRow("VGG 112²×128", 32, 112, 128, 3, 128, padding=1),
    GpuRow("VGG 224²×64", 32, 224, 64, 3, 64, padding=1),
    GpuRow("ResNet 1×1 56² 256→64", 32, 56, 256, 1, 64),
    GpuRow("ResNet 1×1 56² 64→256", 32, 56, 64, 1, 256),
    GpuRow("ResNet 3×3 s2 56²×128", 32, 56, 128, 3, 128, stride=2, padding=1),
    GpuRow("ResNet stem 7×7 s2", 32, 224, 3, 7, 64, stride=2, padding=3),
    GpuRow("VGG 224²×3→64", 32, 224, 3, 3, 64, padding=1),
    GpuRow("the book's layer, N=1", 1, 32, 3, 5, 64, group="latency"),
    GpuRow("14²×64, N=1", 1, 14, 64, 3, 64, padding=1, group="latency"),
    GpuRow("depthwise 56²×128", 32, 56, 128, 3, 128, padding=1, groups=128, group="depthwise"),
    GpuRow("256 pairs of 128² and 15×15", 1, 128, 256, 15, 256, groups=256, group="depthwise"),
    GpuRow("1 channel 4096², 31×31", 1, 4096, 1, 31, 1, group="signal"),
    GpuRow("1 channel 4096², 5×5", 1, 4096, 1, 5, 1, group="signal"),
    GpuRow("1 channel 4096², 15×15", 1, 4096, 1, 15, 1, group="signal"),
)


@dataclass(frozen=True)
class Numbers:
    """In which numbers a layer is computed.

    `storage` is the type of image, filters and result, `precision` what a float32 product may be
    rounded to. `bound` is the largest error allowed, relative to the results' root mean square;
    `goal` is the speed asked for against cuDNN; `ceiling` names the matrix product whose speed
    no kernel of this kind can exceed by much.
    """

    name: str
    words: str
    storage: str
    precision: str | None
    bound: float
    goal: float | None
    ceiling: str

    @property
    def itemsize(self) -> int:
        """Bytes of a number in storage."""
        return 4 if self.storage == "float32" else 2


NUMBERS = {
    one.name: one
    for one in (
        Numbers("float32", "float32, TF32 off", "float32", None, 2e-5, 1.0, "float32"),
        Numbers("tf32", "float32 arrays, TF32", "float32", "tf32", 5e-3, 1.0, "tf32"),
        Numbers("3xtf32", "float32 arrays, 3×TF32", "float32", "3xtf32", 2e-5, None, "tf32"),
        Numbers("bfloat16", "bfloat16 arrays", "bfloat16", None, 3e-2, 0.95, "bfloat16"),
        Numbers("bf16", "float32 arrays, bf16 products", "float32", "bf16", 5e-2, None, "bfloat16"),
        Numbers("float16", "float16 arrays", "float16", None, 5e-3, None, "float16"),
        Numbers("fp16", "float32 arrays, fp16 products", "float32", "fp16", 5e-3, None, "float16"),
    )
}

# What one process measures of a layer: these share their arrays.
TOGETHER = {
    "float32": ("float32", "tf32", "3xtf32"),
    "bfloat16": ("bfloat16", "bf16"),
    "float16": ("float16", "fp16"),
}

# Small layers, image, filters and groups: every rung takes the first, or one that follows.
SMALL = (
    ((2, 9, 11, 32), (32, 3, 3, 32), 1),
    ((2, 9, 11, 32), (1, 3, 3, 32), 32),
    ((1, 70, 71, 1), (1, 31, 31, 1), 1),
)
# Layers of which hundreds of blocks run at the same time.
LARGE = (
    ((8, 56, 57, 64), (64, 3, 3, 160), 1),
    ((8, 56, 57, 64), (1, 3, 3, 64), 64),
    ((1, 1024, 1000, 1), (1, 31, 31, 1), 1),
)

# Peaks in TFLOP/s (dense) and TB/s by the makers' data sheets, for the book's roofline.
PEAKS = {
    "H200": {None: 67, "3xtf32": 495 / 3, "tf32": 495, "bf16": 989, "fp16": 989, "memory": 4.8},
    "H100": {None: 67, "3xtf32": 495 / 3, "tf32": 495, "bf16": 989, "fp16": 989, "memory": 3.35},
    "A100": {None: 19.5, "3xtf32": 52, "tf32": 156, "bf16": 312, "fp16": 312, "memory": 2.0},
    "T4": {None: 8.1, "fp16": 65, "memory": 0.32},
}


def can_store(numbers: Numbers) -> bool:
    """Whether the type of the arrays is here: bfloat16 belongs to the package ml_dtypes."""
    return numbers.storage != "bfloat16" or find_spec("ml_dtypes") is not None


def wanted(row: GpuRow) -> list[str]:
    """Names in `NUMBERS` that this layer is measured in: tensor cores need several channels."""
    together = TOGETHER if row.group not in ("signal", "depthwise") else {"float32": ("float32",)}
    return [name for names in together.values() for name in names]
