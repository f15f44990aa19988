"""Checks for exercises: verdicts that name the mistake. Needs NumPy and nothing else."""

from convkit.check.given import assembly_lines, sizes_to_predict, slide_and_sum
from convkit.check.runner import run
from convkit.check.seeds import hidden_seed, start
from convkit.check.verdict import Verdict

__all__ = [
    "Verdict",
    "assembly_lines",
    "hidden_seed",
    "run",
    "sizes_to_predict",
    "slide_and_sum",
    "start",
]
