"""Plant one bug, run its rung's cases in every order, and say whether it was noticed.

    python -m tests.emulator.catch 17

It runs in a process of its own: a bug may do anything to the memory around it. Exit status: 0 and
a line that says how it was noticed; 1 if it was not.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where pytest finds `problems`

from convkit.cuda import loader
from tests.emulator.build import ORDERS
from tests.emulator.cases import CASES, compare, numbers_of
from tests.emulator.planted_bugs import BUGS
from tests.emulator.stand_in import stand_in


def catch(index: int) -> str | None:
    """How the bug was noticed, or None."""
    bug = BUGS[index]
    path = loader.SOURCES / bug.file
    text = path.read_text(encoding="utf-8")
    assert text.count(bug.old) == 1, f"the text to replace is not unique in {bug.file}: {bug}"
    changed = text.replace(bug.old, bug.new)
    sources = {bug.file: changed}
    for order in ORDERS:  # most bugs show in the first
        for numbers in numbers_of(bug.rung):
            for case in CASES[bug.rung]:
                try:
                    with stand_in(order=order, seed=3, sources=sources):
                        compare(bug.rung, numbers, case)
                except (AssertionError, RuntimeError) as noticed:
                    words = str(noticed).splitlines()[0]
                    return f"{numbers or 'float32'}, {case!r}, {order}: {words}"
    return None


if __name__ == "__main__":
    said = catch(int(sys.argv[1]))
    print(said, flush=True)
    os._exit(said is None)  # whatever state the bug has left this process in
