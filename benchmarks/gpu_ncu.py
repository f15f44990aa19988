"""What ncu prints as CSV, and which of it is kept."""

from __future__ import annotations

import csv
import io

KEPT = (
    "Duration",
    "Compute (SM) Throughput",
    "Memory Throughput",
    "DRAM Throughput",
    "L1/TEX Cache Throughput",
    "L2 Cache Throughput",
    "L2 Hit Rate",
    "Achieved Occupancy",
    "Theoretical Occupancy",
    "Mem Busy",
    "Max Bandwidth",
    "Issued Warp Per Scheduler",
    "Warp Cycles Per Issued Instruction",
    "Registers Per Thread",
    "SM Frequency",
)


def metrics(text: str) -> tuple[str, dict[str, str]]:
    """The kernel's name and what is kept of its figures, each with its unit.

    Lines before the table, which the program or ncu itself has printed, are passed over.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), len(lines))
    kernel, found = "", {}
    for line in csv.DictReader(io.StringIO("\n".join(lines[start:]))):
        kernel = line.get("Kernel Name") or kernel
        name = line.get("Metric Name")
        if name in KEPT:
            found.setdefault(name, f"{line['Metric Value']} {line['Metric Unit']}".strip())
    return kernel, found
