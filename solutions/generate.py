"""Make exercises/ from solutions/: one edited source, MyST text, for each assignment.

    python solutions/generate.py            write what students get
    python solutions/generate.py --check    write nothing; name what is stale and exit with 1

Solutions and hidden tests are taken out by nbgrader itself, with the settings of
nbgrader_config.py, so that `nbgrader generate_assignment` gives the same bytes.
"""

from __future__ import annotations

import argparse
import logging
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "_build" / "nbgrader" / "source"
LINE = "# ---- the cell begins here\n"
NAME = re.compile(r"\d\d_[a-z_]+")


def main(check: bool = False) -> int:
    """Write (or compare) every assignment; return the exit status."""
    fresh = assignments()
    if not check:
        for path, text in fresh.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")
    wrong = stale(fresh)
    for path in wrong:
        print(f"{path.relative_to(ROOT)} is not what solutions/ makes now", file=sys.stderr)
    if wrong:
        print("python solutions/generate.py writes it anew", file=sys.stderr)
    return 1 if wrong else 0


def assignments() -> dict[Path, str]:
    """What exercises/ should hold: path → text. Also writes nbgrader's source notebooks."""
    names = sorted(f.name for f in Path(__file__).parent.iterdir() if NAME.fullmatch(f.name))
    for name in names:
        write_source(name, SOURCES)
    with tempfile.TemporaryDirectory() as folder:
        release(names, SOURCES, Path(folder))
        made = sorted(Path(folder).glob("*/*.ipynb"))
        return {
            ROOT / "exercises" / path.relative_to(folder): path.read_text(encoding="utf-8")
            for path in made
        }


def stale(fresh: dict[Path, str]) -> list[Path]:
    """Notebooks in exercises/ that differ, are missing, or belong to no source."""
    found = set((ROOT / "exercises").glob("*/*.ipynb"))
    differs = [
        path
        for path, text in fresh.items()
        if path not in found or path.read_text(encoding="utf-8") != text
    ]
    return sorted(differs + list(found - set(fresh)))


def write_source(name: str, folder: Path) -> Path:
    """Turn solutions/NAME/NAME.md into the notebook that nbgrader starts from."""
    import jupytext
    import nbformat

    notebook = jupytext.read(ROOT / "solutions" / name / f"{name}.md")
    notebook.metadata = {"kernelspec": dict(notebook.metadata["kernelspec"])}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        # jupytext's ids are random; ours say what the cell is, and stay as they are.
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "begin":
            cell["source"] = first_cell()
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number:02}")
    nbformat.validate(notebook)
    target = folder / name / f"{name}.ipynb"
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)
    return target


def first_cell() -> str:
    """What stands below the line in begin.py: one text for all notebooks."""
    text = (ROOT / "solutions" / "begin.py").read_text(encoding="utf-8")
    return text.split(LINE, 1)[1].strip()


def release(names: list[str], source: Path, target: Path) -> None:
    """Run nbgrader's own generator from `source` to `target`, without a gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import PyFileConfigLoader
    from traitlets.log import get_logger

    get_logger().addHandler(logging.StreamHandler())  # nbgrader tells what is wrong here only
    get_logger().setLevel(logging.WARNING)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.CourseDirectory.source_directory = str(source)
    config.CourseDirectory.release_directory = str(target)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    config.BaseConverter.force = True
    for name in names:
        config.CourseDirectory.assignment_id = name
        GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    sys.exit(main(check=parser.parse_args().check))
