"""Plant one fault in convkit's host code, run the checks of the host path, say whether it shows.

    python -m tests.emulator.catch_fault 17 [checks to leave out]

It runs in a process of its own: a fault may do anything to the memory around it. Exit status: 0 and
a line that says how it was noticed; 1 if it was not.
"""

import importlib.abc
import importlib.util
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where pytest finds `problems`

from tests.emulator.host_faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]


class Planter(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module, and gives another text for it."""

    def __init__(self, fault: Fault):
        self.fault, self.path = fault, str(ROOT / (fault.module.replace(".", "/") + ".py"))

    def find_spec(self, name, path, target=None):
        """The module with the fault, nothing else."""
        if name == self.fault.module:
            return importlib.util.spec_from_file_location(name, self.path, loader=self)
        return None

    def get_filename(self, name):
        """Where it would be."""
        return self.path

    def get_data(self, path):
        """Its text, changed; nothing that was compiled before."""
        if path != self.path:
            raise OSError(path)
        text = Path(path).read_text(encoding="utf-8")
        assert text.count(self.fault.old) == 1, f"the text to replace is not unique: {self.fault}"
        return text.replace(self.fault.old, self.fault.new).encode()


def catch(index: int, without=()) -> str | None:
    """How the fault was noticed, or None."""
    sys.meta_path.insert(0, Planter(FAULTS[index]))
    from tests.emulator.host_path import CHECKS

    for streams in ("late", "in turns", "others first"):
        for name, check in CHECKS.items():
            if name in without:
                continue
            try:
                check(streams)
            except Exception as noticed:
                words = (str(noticed).splitlines() or [""])[0]
                return f"{name}, {streams}: {type(noticed).__name__}: {words}"
    return None


if __name__ == "__main__":
    said = catch(int(sys.argv[1]), sys.argv[2:])
    print(said, flush=True)
    os._exit(said is None)  # whatever state the fault has left this process in
