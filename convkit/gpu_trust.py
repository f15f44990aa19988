"""Is a kernel right on this GPU? Each is compared with NumPy before it is first used there.

Our kernels have been emulated, not run on every GPU. So, when a method is first needed on a device,
in some kind of numbers and with some activation, every kernel that this may start solves a few
small problems, and NumPy solves them too, on the host and in float64. If one is wrong, the method
is switched off there with a warning that has the numbers: ``method="auto"`` passes over it, and
asking for it by name is an error. What was found is kept in the cache folder, by device, driver,
CuPy and the text of the kernels, so that a later process does not repeat it.

Threads that need a method wait for its verdict. Processes do not wait for each other: where two
write what they found at the same time, one verdict may be lost, and is found again.

'gpu_im2col', and all else without a kernel of ours, is not checked: it is what is left when every
kernel is switched off.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import RLock

from convkit.cuda import loader
from convkit.cuda.device import is_capturing
from convkit.gpu_facts import describe, facts
from convkit.gpu_verdict import Verdict, judge, kind_of
from convkit.problem import Problem

_checking = True
# By device, method, kind and activation. Never changed but replaced, under the lock, so whoever
# reads needs none: a verdict is there in full or not at all.
_found: dict[tuple[int, str, str, str | None], Verdict] = {}
_judging = RLock()


@contextmanager
def without_checks():
    """Use every kernel as it is within this block: for tests and benchmarks, which check anyway."""
    global _checking
    before, _checking = _checking, False
    try:
        yield
    finally:
        _checking = before


def forget() -> None:
    """Forget what this process has found; what is in the cache folder stays."""
    global _found
    with _judging:
        _found = {}


def settle(
    choose: Callable[[tuple], tuple[Problem, str]], activation: str | None = None
) -> tuple[Problem, str]:
    """Choose until what is chosen is right on the current GPU.

    Parameters
    ----------
    choose : callable
        Gets the switched-off methods, as in `Problem.switched_off`; gives a problem that knows
        them, and the name of a method that may solve it. It raises if there is none.
    activation : {None, 'relu', 'sigmoid', 'tanh'}
        The one that a kernel is to apply; None also for a function, which comes after it.
    """
    problem, name = choose(())
    while _checking and (off := _switched_off(problem, name, activation)) != problem.switched_off:
        problem, name = choose(off)
    return problem, name


def verdicts(device: int | None = None) -> list[Verdict]:
    """All that has been found about a GPU (by default the current one), here or in the cache."""
    device = _cupy().cuda.Device().id if device is None else device
    here = (verdict for (where, *_), verdict in _found.items() if where == device)
    return list({_key(device, v): v for v in (*_stored(device), *here)}.values())


def has_kernel(method: str) -> bool:
    """Whether a kernel of ours does the work."""
    return method.startswith("gpu_") and method.removeprefix("gpu_") in loader.OLDEST


def _switched_off(
    problem: Problem, name: str, activation: str | None
) -> tuple[tuple[str, str], ...]:
    """The methods that are wrong in this kind of numbers, after making sure about `name`."""
    device = _cupy().cuda.Device().id
    if has_kernel(name) and (device, name, kind_of(name, problem), activation) not in _found:
        _find_out(device, name, problem, activation)
    wrong = (v for (where, *_), v in _found.items() if where == device and not v.right)
    return tuple(
        sorted(
            (v.method, str(v))
            for v in wrong
            if v.activation == activation and v.kind == kind_of(v.method, problem)
        )
    )


def _find_out(device: int, name: str, problem: Problem, activation: str | None) -> None:
    """Take the verdict from the cache folder, or judge now; tell what is wrong, once."""
    global _found
    key = device, name, kind_of(name, problem), activation
    with _judging:
        if key in _found:
            return  # another thread was faster
        verdict = next((v for v in _stored(device) if _key(device, v) == key), None)
        if verdict is None:
            verdict = _judge_now(device, name, problem, activation)
        _found = {**_found, key: verdict}
    if not verdict.right:
        warnings.warn(
            f"{verdict}. It is switched off on this GPU ({describe(device)}) and others are used. "
            f"Please report this. Once it is mended, remove {_path(device)}",
            RuntimeWarning,
            stacklevel=2,
        )


def _judge_now(device: int, name: str, problem: Problem, activation: str | None) -> Verdict:
    if is_capturing(_cupy()):
        raise RuntimeError(
            f"{name} has not been compared with NumPy on this GPU yet, and a CUDA graph is "
            f"being captured: call it once before"
        )
    verdict = judge(name, problem, activation)
    if not verdict.words:  # what failed to start may start another time
        _store(device, verdict)
    return verdict


def _key(device: int, verdict: Verdict) -> tuple[int, str, str, str | None]:
    return device, verdict.method, verdict.kind, verdict.activation


def _cupy():
    return sys.modules["cupy"]


def _path(device: int) -> Path:
    key = hashlib.sha256(json.dumps(facts(device)).encode()).hexdigest()[:20]
    return loader.cache_folder() / f"verdicts-{key}.json"


def _stored(device: int) -> list[Verdict]:
    try:
        found = json.loads(_path(device).read_text(encoding="utf-8"))
        return [Verdict(**verdict) for verdict in found["verdicts"]]
    except (OSError, ValueError, TypeError, KeyError):  # no file, or not one of ours
        return []


def _store(device: int, verdict: Verdict) -> None:
    known = {_key(device, v): v for v in (*_stored(device), verdict)}
    content = facts(device) | {"verdicts": [asdict(v) for v in known.values()]}
    with suppress(OSError):  # a full disk, another user's file: then the next process judges, too
        loader.write_at_once(_path(device), json.dumps(content, indent=1).encode())
