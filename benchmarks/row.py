"""A row of a table: one convolution layer, as cpu_rows.py and gpu_rows.py list them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One layer: square images and kernels.

    Without a default are its name, the number N of images, the H = W rows and columns of an image,
    its C1 channels, the K rows and columns of a kernel, and the C2 feature maps.
    """

    name: str
    batch: int
    size: int
    channels: int
    kernel: int
    maps: int
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def image_shape(self) -> tuple[int, int, int, int]:
        """(N, H, W, C1)."""
        return (self.batch, self.size, self.size, self.channels)

    @property
    def filters_shape(self) -> tuple[int, int, int, int]:
        """(C1 / groups, K, K, C2)."""
        return (self.channels // self.groups, self.kernel, self.kernel, self.maps)

    @property
    def options(self) -> dict[str, int]:
        """The other arguments of `convkit.plan`."""
        return {"stride": self.stride, "padding": self.padding, "groups": self.groups}

    @property
    def side(self) -> int:
        """Rows and columns of a feature map."""
        return (self.size + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def flops(self) -> int:
        """Multiplications and additions of the definition: 2·N·H'·W'·K²·(C1 / groups)·C2."""
        depth = self.channels // self.groups
        return 2 * self.batch * self.side**2 * self.kernel**2 * depth * self.maps
