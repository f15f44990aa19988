"""After an illegal address CUDA answers every call of the process with it: how that shows."""

from __future__ import annotations

TRYING = "trying"  # before a rung's name: so what was tried last is known when all is over
LOST = 3  # exit status of a step whose GPU answers no more


class GpuLost(RuntimeError):
    """The GPU answers no more; the words name what was tried last."""


def alive(cupy) -> bool:
    """Whether the GPU still answers this process."""
    try:
        cupy.cuda.Device().synchronize()
    except Exception:  # CUDA's errors are CuPy's own kinds
        return False
    return True


def said(error: Exception) -> str:
    """Its kind and its words, without the advice at their end."""
    words = str(error).split(". method=")[0]
    return f"{type(error).__name__}: {words.split('does not take this problem: ')[-1]}"[:400]


def is_refusal(error: Exception) -> bool:
    """Whether a method said no, for a reason other than having been wrong."""
    words = str(error)
    return (
        isinstance(error, ValueError) and "does not take" in words and "switched off" not in words
    )


def blamed(log: str) -> str | None:
    """The rung that a step tried last, by what it has written; None if it was none alone."""
    tried = [line.split(f"{TRYING} ")[1] for line in log.splitlines() if f"{TRYING} " in line]
    word = tried[-1].split()[0] if tried else ""
    return word if word.startswith("gpu_") else None
