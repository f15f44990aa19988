"""Execute chapters again when the code that they call has changed.

Executed cells are cached by their own text. A cell that calls convkit or a figure gets another
result when *that* code changes, which the cache cannot see. So we remember a fingerprint of the
code; when it differs, the cache is dropped and every page is read again.

Two more things that an incremental build forgets: every page shows the titles of all chapters in
its sidebar, and the page of a chapter that is gone stays behind.
"""

import hashlib
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
CODE = (
    "convkit/**/*",
    "book/*.py",
    "book/figures/**/*",
    "book/experiments/**/*",
    "benchmarks/results/*",  # what the tables say
    "benchmarks/*.py",
    "tests/emulator/*",  # chapter 14 runs kernels
    "tests/cuda_budget.json",
)
KEPT_APART = {"__pycache__", ".ipynb_checkpoints"}


def fingerprint(root: Path) -> str:
    """SHA-256 over the names and contents of all files that executed cells may call."""
    digest = hashlib.sha256()
    files = {path for pattern in CODE for path in root.glob(pattern) if path.is_file()}
    for path in sorted(files):
        if KEPT_APART.isdisjoint(path.parts):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def drop_stale_results(app: Sphinx, config: Config) -> None:
    """Forget what was executed if the code that cells call is another than last time."""
    code = fingerprint(Path(app.srcdir).resolve().parent)
    # A changed value of a setting registered as "env" makes Sphinx read all pages again.
    config.executed_code = code
    build = Path(app.outdir).parent
    stamp = build / ".executed_code"
    if stamp.exists() and stamp.read_text() == code:
        return
    cache = build / ".jupyter_cache"
    if cache.exists():
        LOGGER.info("convkit or a figure has changed: executing all chapters again")
        shutil.rmtree(cache)
    build.mkdir(parents=True, exist_ok=True)
    stamp.write_text(code)


def note_what_is_read(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Remember whether this build reads any page again."""
    app.pages_were_read = bool(docnames)


def write_all_pages_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages, if one was read again: each shows the titles of all others."""
    return sorted(env.found_docs) if app.pages_were_read else []


def remove_pages_of_gone_chapters(app: Sphinx, exception: Exception | None) -> None:
    """Delete what earlier builds have written and this one has not."""
    if exception is None and app.builder.name == "html":
        made = app.env.found_docs | {"genindex", "search", "slides"}
        for page in Path(app.outdir).rglob("*.html"):
            name = page.relative_to(app.outdir).with_suffix("").as_posix()
            if name not in made and not name.startswith("_"):
                page.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of this with Sphinx."""
    app.add_config_value("executed_code", "", "env", types=str)
    # Before myst-nb, which opens the cache on the same event.
    app.connect("config-inited", drop_stale_results, priority=100)
    app.connect("env-before-read-docs", note_what_is_read)
    app.connect("env-updated", write_all_pages_again)
    app.connect("build-finished", remove_pages_of_gone_chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
