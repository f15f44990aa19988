"""What was compiled: for each cubin, the source, headers and options that NVRTC was given.

So what the emulator runs is what the compiler got, and not what lies in a folder beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from cupy.cuda import nvrtc

from tests.emulator.build import BUILT

NOTES = BUILT / "compiled"
CUBINS = BUILT / "cubins"  # CONVKIT_CACHE of the stand-in

_given: dict[int, dict] = {}
_create, _compile, _get = nvrtc.createProgram, nvrtc.compileProgram, nvrtc.getCUBIN


def create(src, name, headers, include_names):
    """As `cupy.cuda.nvrtc.createProgram`, which is called first and may refuse."""
    program = _create(src, name, headers, include_names)
    _given[program] = {
        "file": name.removesuffix(".cu"),
        "source": src,
        "headers": {n.decode(): h.decode() for n, h in zip(include_names, headers, strict=True)},
    }
    return program


def compile_(program, options):
    """As `cupy.cuda.nvrtc.compileProgram`."""
    _given[program]["options"] = list(options)
    return _compile(program, options)


def get(program):
    """As `cupy.cuda.nvrtc.getCUBIN`; what was given is noted beside the result."""
    cubin = _get(program)
    NOTES.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=NOTES, delete=False) as file:
        json.dump(_given[program], file)
    os.replace(file.name, NOTES / f"{_key(cubin)}.json")
    return cubin


def note_of(content: bytes) -> dict:
    """What the compiler was given for this cubin."""
    for key in (_key(content[:-1]), _key(content)):  # CuPy drops the last byte
        path = NOTES / f"{key}.json"
        if path.exists():
            return json.loads(path.read_text())
    raise LookupError("this cubin was not compiled under the stand-in: delete it")


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def functions() -> dict:
    """What replaces the functions of `cupy.cuda.nvrtc`."""
    return {"createProgram": create, "compileProgram": compile_, "getCUBIN": get}


def cache_folder() -> Path:
    """Where the loader keeps cubins while the stand-in is there."""
    CUBINS.mkdir(parents=True, exist_ok=True)
    return CUBINS
