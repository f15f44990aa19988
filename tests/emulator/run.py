"""Run a script or a module as if there were a GPU.

    python -m tests.emulator.run benchmarks/gpu.py --rows latency
    python -m tests.emulator.run -m convkit doctor

EMULATED_GPU=8.6 gives it another compute capability than 9.0. A process that such a script starts
has a GPU only if it is started the same way.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from tests.emulator.stand_in import missing, stand_in


def main(arguments: list[str], **settings) -> None:
    """Run it with the arguments that follow its name; `settings` are those of `stand_in`."""
    if missing() is not None:
        sys.exit(missing())
    capability = tuple(map(int, os.environ.get("EMULATED_GPU", "9.0").split(".")))
    with stand_in(capability, **settings):
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            sys.path[0] = str(Path(arguments[0]).resolve().parent)
            runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
