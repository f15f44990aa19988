"""What the widgets need from the package, written as files beside them.

The arrays that text and figures use come from convkit.data; so do the widgets'. A widget that
had its own copy could show other numbers than the page around it.
"""

import base64
import json
import shutil
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parent.parent / "widgets"


def lists(array: np.ndarray) -> list:
    """An array as lists, whole numbers without a decimal point."""
    whole = np.all(array == np.rint(array))
    return (array.astype(int) if whole else array).tolist()


def write(folder: Path) -> None:
    """Copy book/widgets to `folder` and write data.js and portrait.png there."""
    from convkit.data import hand_example, portrait, red_circle
    from convkit.show import png

    if not SOURCE.is_dir():  # a book without widgets, as some tests make them
        return
    folder.mkdir(parents=True, exist_ok=True)
    for path in SOURCE.iterdir():
        if path.suffix in {".js", ".css"}:
            shutil.copyfile(path, folder / path.name)
    image, filters = hand_example()
    hand = json.dumps({"image": lists(image), "filters": lists(filters)}, separators=(",", ":"))
    circle = red_circle().astype("<f4")
    code = [
        "// Written by book/ext/widget_data.py from convkit.data: do not edit.",
        f"export const hand = {hand};",
        f"const bytes = atob('{base64.b64encode(circle.tobytes()).decode()}');",
        "const raw = Uint8Array.from(bytes, (c) => c.charCodeAt(0)).buffer;",
        "const data = Float64Array.from(new Float32Array(raw));",
        f"export const redCircle = {{ shape: {list(circle.shape)}, data }};",
    ]
    (folder / "data.js").write_text("\n".join(code) + "\n", encoding="utf-8")
    (folder / "portrait.png").write_bytes(png(portrait()))
