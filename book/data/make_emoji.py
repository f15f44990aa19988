"""Draw the emoji of five sets at 32 × 32, and pack them for `convkit.data.emoji`.

    .venv/bin/python book/data/make_emoji.py            # writes convkit/data/emoji.npz
    .venv/bin/python book/data/make_emoji.py --check    # are they the bytes that are there?

The sets come by npm, in versions and with SHA-256 that are written below; resvg draws them, which
brings its own rasteriser, so that every machine writes the same bytes. `emoji_labels.txt` beside
this file says what each picture shows.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import cv2
import numpy as np
import resvg_py

sys.path.append(str(Path(__file__).resolve().parents[1] / "ext"))

import fetching

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "convkit/data/emoji.npz"
SIZE = 32
# Set: its studio, its package and version, and the SHA-256 of what npm fetches.
SETS = {
    "twemoji": (
        "Twitter",
        "1.2.5",
        "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
    ),
    "noto": ("Google", "1.2.9", "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad"),
    "noto-v1": (
        "Google",
        "1.2.5",
        "2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
    ),
    "fluent-emoji-flat": (
        "Microsoft",
        "1.2.6",
        "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
    ),
    "emojione": (
        "JoyPixels",
        "1.2.3",
        "26a14f44284407e8bcde91799388dca2bfd91dbcd55a97f425524a1c5b73610e",
    ),
}


def read_lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def read_groups(path: Path) -> dict[str, tuple[str, str]]:
    """The group and the family of every name, in the order of the file."""
    groups, group = {}, ""
    for line in read_lines(path):
        if line.startswith("["):
            group = line.strip("[]")
            continue
        family, names = line.split(": ")
        for name in names.split():
            if name in groups:
                raise SystemExit(f"{name} stands twice in {path.name}")
            groups[name] = group, family
    return groups


def read_colors(path: Path) -> dict[str, tuple[str, str]]:
    """The shape and the color of every name that has one."""
    colors = {}
    for line in read_lines(path):
        shape, words = line.split(": ")
        for word in words.split():
            name, color = word.split("=")
            if name in colors:
                raise SystemExit(f"{name} stands twice in {path.name}")
            colors[name] = shape, color
    return colors


def fetch(name: str, version: str, sha256: str) -> dict:
    """The drawings of one set: what its package calls icons.json."""
    with tempfile.TemporaryDirectory() as folder:
        package = f"@iconify-json/{name}@{version}"
        with tarfile.open(fetching.checked_archive(package, sha256, Path(folder))) as files:
            return json.load(files.extractfile("package/icons.json"))


def drawing(icons: dict, name: str) -> str:
    """One drawing as SVG; some names are others' aliases."""
    while name in icons.get("aliases", {}):
        name = icons["aliases"][name]["parent"]
    icon = icons["icons"][name]
    width = icon.get("width", icons.get("width", 16))
    height = icon.get("height", icons.get("height", 16))
    left, top = icon.get("left", 0), icon.get("top", 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {width} {height}">{icon["body"]}</svg>'
    )


def paint(svg: str) -> np.ndarray:
    """One drawing on white, (SIZE, SIZE, 3) of uint8, its longer side as long as the picture."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=SIZE, height=SIZE, background="white", skip_system_fonts=True
    )
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]  # from BGR
    padded = np.full((SIZE, SIZE, 3), 255, np.uint8)
    top, left = ((SIZE - length) // 2 for length in image.shape[:2])
    padded[top : top + image.shape[0], left : left + image.shape[1]] = image
    return padded


def red_share(image: np.ndarray) -> float:
    """How much of what is drawn on the white ground is red, 0 to 1."""
    values = image.astype(float) / 255
    high, low = values.max(axis=-1), values.min(axis=-1)
    red, green, blue = np.moveaxis(values, -1, 0)
    strong = (high - low > 0.35) & (red == high)
    # Within 16 degrees of red towards yellow, and 25 towards magenta, on the circle of hues.
    turned = np.divide(green - blue, high - low, out=np.zeros_like(high), where=strong) * 60
    return float((strong & (turned < 16) & (turned > -25)).sum() / max((low < 0.93).sum(), 1))


def hold_against_pixels(images: np.ndarray, names: list[str], colors: dict[str, str]) -> None:
    """Refuse a word for a color that a studio's drawing contradicts. Images: (sets, names, …)."""
    for name, color in colors.items():
        shares = [red_share(image) for image in images[:, names.index(name)]]
        if (color == "red") != (min(shares) > 0.35) or (color != "red" and max(shares) > 0.25):
            said = ", ".join(f"{share:.0%}" for share in shares)
            raise SystemExit(f"{name} is called {color}; {said} of its drawings are red")


def archive(arrays: dict[str, np.ndarray]) -> bytes:
    """The arrays as .npz, and nothing of the clock in it: the same arrays are the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            file.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return stream.getvalue()


def draw() -> dict[str, np.ndarray]:
    """Everything that `convkit.data.emoji` reads."""
    groups = read_groups(HERE / "emoji_labels.txt")
    colors = read_colors(HERE / "emoji_colors.txt")
    names = [*groups, *(name for name in colors if name not in groups)]
    images = []
    for name, (_, version, sha256) in SETS.items():
        print(f"drawing {len(names)} pictures of {name} {version}", flush=True)
        icons = fetch(name, version, sha256)
        images.append([paint(drawing(icons, picture)) for picture in names])
    images = np.array(images, np.uint8)  # (sets, names, SIZE, SIZE, 3)
    hold_against_pixels(images, names, {name: color for name, (_, color) in colors.items()})
    group, family = zip(*(groups.get(name, ("", "")) for name in names), strict=True)
    shape, color = zip(*(colors.get(name, ("", "")) for name in names), strict=True)
    words = {"name": names, "group": group, "family": family, "shape": shape, "color": color}
    return {
        "images": images,
        "set": np.array(list(SETS)),
        "studio": np.array([studio for studio, _, _ in SETS.values()]),
        **{key: np.array(value) for key, value in words.items()},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args()
    content = archive(draw())
    digest = hashlib.sha256(content).hexdigest()
    if options.check:
        same = TARGET.read_bytes() == content
        print(f"{TARGET.name}: {'the same bytes' if same else 'other bytes'}, SHA-256 {digest}")
        return 0 if same else 1
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content):,} bytes, SHA-256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
