"""Fetch the files under book/assets/vendor again: `python book/ext/vendor.py`.

The book serves them itself, so that reading it asks nobody else for anything. They are small and
committed; this script only documents where they came from, and writes them again. It needs the
`book` extra (for npm) and checks what it fetches against pinned.json.
"""

import re
import tarfile
import tempfile
from pathlib import Path

import fetching

VENDOR = Path(__file__).resolve().parent.parent / "assets" / "vendor"


def woff2_only(css: str) -> str:
    """Every browser of the last eight years reads woff2: leave the other two font formats out."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", css)


def vendor_katex(folder: Path = VENDOR) -> None:
    """Write KaTeX's styles and fonts, and what README.md says of their version.

    Formulas are rendered by the KaTeX inside sphinxcontrib-katex: styles of the same version.
    """
    target = folder / "katex"
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as work,
        tarfile.open(fetching.npm_archive("katex", Path(work))) as archive,
    ):
        for member in archive.getmembers():
            name = member.name.removeprefix("package/")
            if name == "dist/katex.min.css":
                css = archive.extractfile(member).read().decode()
                (target / "katex.min.css").write_text(woff2_only(css), encoding="utf-8")
            elif name == "LICENSE" or re.fullmatch(r"dist/fonts/.*\.woff2", name):
                place = target / name.removeprefix("dist/")
                place.write_bytes(archive.extractfile(member).read())
    readme = folder / "README.md"
    words = readme.read_text(encoding="utf-8")
    version = fetching.pinned("katex")["version"]
    readme.write_text(re.sub(r"KaTeX [\d.]+\d", f"KaTeX {version}", words), encoding="utf-8")


def write_checksums(folder: Path = VENDOR) -> None:
    """SHA256SUMS lists every vendored file; tests/test_book.py compares."""
    lines = [
        f"{fetching.sha256(path)}  {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"SHA256SUMS", "README.md"}
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    vendor_katex()
    write_checksums()
    print(f"wrote {VENDOR}")
