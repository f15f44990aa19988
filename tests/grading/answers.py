"""Right answers to the first assignment, and notebooks made with them."""

import copy
import json

NAME = "01_slide_and_sum"
FULL = 24.0  # what the checks count; the written answer waits for a person

RIGHT = {
    "answer-1-1": """# ANSWER 1.1 (keep this line)
def one_place(image, filters, i, j):
    K = filters.shape[0]
    return float((image[i:i + K, j:j + K] * filters).sum())
""",
    "answer-1-2": """# ANSWER 1.2 (keep this line)
def result_size(size, kernel, padding="valid", stride=1):
    if padding == "same":
        return -(-size // stride)
    return (size + (2 * (kernel - 1) if padding == "full" else 0) - kernel) // stride + 1
""",
    "answer-1-3": """# ANSWER 1.3 (keep this line)
def slide_and_sum(image, filters, stride=1):
    image, filters = image.astype(float), filters.astype(float)
    K = filters.shape[0]
    rows = range(0, image.shape[0] - K + 1, stride)
    columns = range(0, image.shape[1] - K + 1, stride)
    return np.array([[(image[i:i + K, j:j + K] * filters).sum() for j in columns] for i in rows])
""",
    "answer-1-4": """# ANSWER 1.4 (keep this line)
def convolve(image, filters):
    return check.slide_and_sum(image, filters[::-1, ::-1])
""",
    "answer-2-1": """# ANSWER 2.1 (keep this line)
your = check.sizes_to_predict()
H, W, C1, K, S = your["H"], your["W"], your["C1"], your["K"], your["S"]
products = C1 * K * K
result = (H - K + 1, W - K + 1)
strided = ((H - K) // S + 1, (W - K) // S + 1)
""",
    "answer-2-2": """# ANSWER 2.2 (keep this line)
order = "C A F H J E G B D I"
""",
    "answer-2-3": """# ANSWER 2.3 (keep this line)
def slide_box(image, filters, stride=1):
    image, filters = image.astype(float), np.moveaxis(filters.astype(float), 0, -1)
    K = filters.shape[0]
    rows = range(0, image.shape[0] - K + 1, stride)
    columns = range(0, image.shape[1] - K + 1, stride)
    return np.array([[(image[i:i + K, j:j + K] * filters).sum() for j in columns] for i in rows])
""",
    "answer-2-4": """# ANSWER 2.4 (keep this line)
def repaired(image, filters, stride=1):
    K = filters.shape[1]
    rows = (image.shape[0] - K) // stride + 1
    columns = (image.shape[1] - K) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i * stride:i * stride + K, j * stride:j * stride + K]
            for p in range(image.shape[2]):
                result[i, j] += (window[:, :, p] * filters[p]).sum()
    return result
""",
    "answer-2-5": "The sum runs over height, width and channel, so one place gives one number.",
}
# Every question answered wrongly, for those who want points all the same.
WRONG = {
    "answer-1-1": "def one_place(image, filters, i, j):\n    return 1.5",
    "answer-1-2": "def result_size(size, kernel, padding='valid', stride=1):\n    return -7",
    "answer-1-3": "def slide_and_sum(image, filters, stride=1):\n    return np.full((2, 2), 0.5)",
    "answer-1-4": "def convolve(image, filters):\n    return np.full((2, 2), 0.5)",
    "answer-2-1": "products = 1\nresult = (1, 1)\nstrided = (1, 1)",
    "answer-2-2": "order = 'A'",
    "answer-2-3": "def slide_box(image, filters, stride=1):\n    return np.full((2, 2), 0.5)",
    "answer-2-4": "def repaired(image, filters, stride=1):\n    return np.full((2, 2), 0.5)",
}
POINTS = {"1.1": 2, "1.2": 3, "1.3": 4, "1.4": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 3}


def notebook(release: dict, answers: dict, before: str | None = None, after: str | None = None):
    """The handed-out notebook with these answers; `before` and `after` are cells of one's own.

    `before` comes ahead of the first answer, `after` behind the last one.
    """
    made = copy.deepcopy(release)
    for cell in made["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = answers[grade_id]
    place = next(n for n, c in enumerate(made["cells"]) if marks(c) == "answer-1-1")
    if after is not None:
        made["cells"].append(code(after))
    if before is not None:
        made["cells"].insert(place, code(before))
    return made


def code(source: str) -> dict:
    """A code cell of a student's own."""
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def marks(cell: dict) -> str | None:
    """The grade_id of a cell."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def data(made: dict, encoding: str = "utf-8") -> bytes:
    """A notebook as a file."""
    return json.dumps(made, ensure_ascii=encoding.startswith("ascii"), indent=1).encode(encoding)
