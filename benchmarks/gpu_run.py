"""Steps one after the other until the time is over, each told and kept."""

from __future__ import annotations

import csv
import io
import os
import time

from benchmarks.gpu_order import BUDGET
from benchmarks.gpu_process import LOST, ROOT, Outcome, Running, Step, blamed
from benchmarks.gpu_records import Records

LEAST = 5.0  # seconds: with less than this no step is started
TRIES = 3  # of a row, each without the rung that took the one before down
LOGS = ROOT / "_build" / "gpu-logs"
NCU_METRICS = (  # what is kept of them
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


class Run:
    """What is left of the time, and what has been learned.

    A rung that ended a process, by a crash or by never coming back, or that took the GPU from it,
    is left alone in the table; the row in which that happened is tried again without it. One that
    never came back is not started alone again, since it would take its whole limit.
    """

    def __init__(self, records: Records, minutes: float, begin: float):
        self.records, self.begin = records, begin
        self.deadline = begin + 60 * minutes
        self.budget = {phase: seconds * minutes / 8 for phase, seconds in BUDGET.items()}
        self.spent = dict.fromkeys(self.budget, 0.0)
        self.left_alone: set[str] = set()
        self.never_back: set[str] = set()
        self._ahead: Running | None = None

    def all(self, steps: list[Step]) -> None:
        """First what fits into its phase's time, then what was put off."""
        later = []
        for step, following in _with_next(steps):
            if self.spent[step.phase] >= self.budget[step.phase]:
                later.append(step)
            else:
                self._one(step, following)
        if later:
            print(f"--- {len(later)} steps were put off; now they have their turn", flush=True)
        for step, following in _with_next(later):
            self._one(step, following)

    def _one(self, step: Step, following: Step | None) -> None:
        for _ in range(TRIES if step.phase == "table" else 1):
            left = self.deadline - time.monotonic()
            if left < LEAST:
                self.record(step.name, Outcome("left out", 0.0, None, "the time was over"))
                return
            if step.rung in self.never_back:
                words = f"{step.rung} never came back before"
                self.record(step.name, Outcome("left out", 0.0, None, words))
                return
            print(f"[{time.monotonic() - self.begin:4.0f} s] {step.name} ...", flush=True)
            running, self._ahead = self._started(step), None
            if following is not None and following.waits and (os.cpu_count() or 1) >= 4:
                self._ahead = Running(following, LOGS)  # it loads its libraries meanwhile
            outcome = running.finish(min(step.limit, left), " ".join(sorted(self.left_alone)))
            self.spent[step.phase] += outcome.seconds
            self.record(step.name, outcome)
            if step.phase == "ncu":
                kernel, found = ncu_metrics(running.said())
                self.records.append("ncu", rung=step.name, kernel=kernel, metrics=found)
            if not self._learned(step, outcome, running.said()):
                return

    def _learned(self, step: Step, outcome: Outcome, log: str) -> bool:
        """Whether a rung is to be left alone because of this step."""
        if outcome.status not in ("crashed", "hung") and outcome.exit != LOST:
            return False
        rung = step.rung or blamed(log)
        if step.rung and outcome.status == "hung":
            self.never_back.add(step.rung)
        if rung is None or rung in self.left_alone:
            return False
        self.left_alone.add(rung)
        print(f"         the table leaves {rung} alone from now on", flush=True)
        return True

    def _started(self, step: Step) -> Running:
        if self._ahead is not None:
            if self._ahead.step is step:
                return self._ahead
            self._ahead.kill()
        return Running(step, LOGS)

    def record(self, name: str, outcome: Outcome) -> None:
        """Tell how a step ended, and keep it."""
        self.records.append("step", step=name, **vars(outcome))
        words = outcome.last_words if outcome.status != "ok" or name == "doctor" else ""
        print(f"         {outcome.status}, {outcome.seconds:.1f} s", flush=True)
        for line in words.splitlines()[-12:]:
            print(f"         | {line[:160]}", flush=True)

    def close(self) -> None:
        """End the process that was started ahead, if its turn never came."""
        if self._ahead is not None:
            self._ahead.kill()


def _with_next(steps: list[Step]):
    return zip(steps, (*steps[1:], None), strict=False)


def ncu_metrics(text: str) -> tuple[str, dict[str, str]]:
    """From the CSV that ncu prints: the kernel's name, and what is kept of its figures, with units.

    Lines before the table, which the program or ncu itself has printed, are passed over.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), len(lines))
    kernel, found = "", {}
    for line in csv.DictReader(io.StringIO("\n".join(lines[start:]))):
        kernel = line.get("Kernel Name") or kernel
        name = line.get("Metric Name")
        if name in NCU_METRICS:
            found.setdefault(name, f"{line['Metric Value']} {line['Metric Unit']}".strip())
    return kernel, found
