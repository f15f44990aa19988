"""What the CPU table holds: layers that networks use, and the speed that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.row import Row


@dataclass(frozen=True)
class CpuRow(Row):
    """A layer in float32, and its goal: so many times as fast as PyTorch's best variant."""

    goal: float = 1.0  # one thread each
    goal_two: float = 0.95  # two threads each


ROWS = (
    CpuRow("3x3 112²×128", 1, 112, 128, 3, 128, padding=1, goal=3.0, goal_two=2.6),
    CpuRow("3x3 56²×256", 1, 56, 256, 3, 256, padding=1, goal=3.0, goal_two=2.6),
    CpuRow("3x3 28²×512", 1, 28, 512, 3, 512, padding=1, goal=3.0, goal_two=2.6),
    CpuRow("3x3 224²×64", 1, 224, 64, 3, 64, padding=1, goal=2.2, goal_two=1.8),
    CpuRow("3x3 56²×64", 1, 56, 64, 3, 64, padding=1, goal=2.2, goal_two=1.8),
    CpuRow("3x3 14²×512", 1, 14, 512, 3, 512, padding=1, goal=2.2, goal_two=1.8),
    CpuRow("5x5 56²×64", 1, 56, 64, 5, 64, padding=2, goal=3.2),
    CpuRow("5x5 28²×128", 1, 28, 128, 5, 128, padding=2, goal=3.2),
    CpuRow("the book's layer", 1, 32, 3, 5, 64, goal=1.3),
    CpuRow("the book's, N=128", 128, 32, 3, 5, 64, goal=1.0),
    CpuRow("VGG first 224²×3", 1, 224, 3, 3, 64, padding=1, goal=1.0),
    CpuRow("ResNet stem 7x7 s2", 1, 224, 3, 7, 64, stride=2, padding=3, goal=1.0),
    CpuRow("3x3 s2 56²×128", 1, 56, 128, 3, 128, stride=2, padding=1, goal=1.0),
    CpuRow("1x1 56² 256→64", 1, 56, 256, 1, 64, goal=1.2),
    CpuRow("depthwise 112²×96", 1, 112, 96, 3, 96, padding=1, groups=96, goal=1.0),
    CpuRow("1 channel 5x5", 1, 1024, 1, 5, 1, goal=3.0),
    CpuRow("1 channel 15x15", 1, 1024, 1, 15, 1, goal=9.0),
    CpuRow("1 channel 31x31", 1, 1024, 1, 31, 1, goal=30.0),
)
