"""What the widgets compute is what convkit computes, on random inputs that are not square."""

import numpy as np
import pytest

import convkit
from tests.browser import plain

pytestmark = pytest.mark.browser


def integers(rng, *shape):
    return rng.integers(-5, 10, shape).astype(float)


def at_one_place(rng):
    H, W, C, K, L = 7, 9, 3, 3, 2
    image, box = integers(rng, H, W, C), integers(rng, C, K, L)
    i, j = int(rng.integers(H - K + 1)), int(rng.integers(W - L + 1))
    products = np.moveaxis(image[i : i + K, j : j + L], -1, 0) * box  # (C, K, L)
    expected = {
        "products": products,
        "sums": products.sum((1, 2)),
        "total": products.sum(),
        "map": convkit.conv2d(image, box),
    }
    return {"image": image.tolist(), "filter": box.tolist(), "i": i, "j": j}, expected


def whole_map(rng):
    image, box = integers(rng, 6, 11, 3), integers(rng, 3, 2, 4)
    return {"image": image.tolist(), "filter": box.tolist()}, {"map": convkit.conv2d(image, box)}


def square(rng):
    image, square = integers(rng, 8, 5), integers(rng, 3, 2)
    padding = str(rng.choice(["valid", "same", "full"]))
    flipped = bool(rng.integers(2))
    operation = convkit.convolve2d if flipped else convkit.conv2d
    inputs = {"image": image.tolist(), "square": square.tolist(), "padding": padding}
    return {**inputs, "flipped": flipped}, operation(image, square, padding=padding)


def painted(rng):
    """The four ways of the painter, each by its own words in NumPy."""
    image, weights = integers(rng, 12, 10, 3), integers(rng, 3, 4, 5)
    way = str(rng.choice(["none", "whole", "channel", "place", "both"]))
    cured = weights.copy()
    if way == "whole":
        cured -= weights.mean()
    if way in ("place", "both"):
        others = weights.sum(0) - weights  # (C1, K, L)
        cured = weights - others / (weights.shape[0] - 1)
    if way in ("channel", "both"):
        cured = cured - cured.mean((1, 2), keepdims=True)
    inputs = {"image": image.tolist(), "weights": weights.tolist(), "way": way}
    return inputs, {"weights": cured, "map": convkit.conv2d(image, cured)}


def stack(rng):
    """Layers that may or may not fit: convkit itself says which."""
    image = [int(n) for n in rng.integers(7, 15, 2)] + [int(rng.integers(1, 4))]
    padding = str(rng.choice(["valid", "same"]))
    shapes, stuck, layers, now = [image], None, [], np.zeros(image)
    for k in range(3):
        depth = now.shape[2] if now.ndim == 3 else 1
        one = {
            "channels": depth if rng.random() < 0.7 else depth + 1,
            "kernel": int(rng.choice([1, 3, 5])),
            "filters": int(rng.choice([0, 1, 2, 5])),
        }
        layers.append(one)
        if stuck is not None:
            continue
        box = np.zeros(
            [one["channels"], one["kernel"], one["kernel"], one["filters"]][
                : 3 + (one["filters"] > 0)
            ]
        )
        try:
            now = convkit.conv2d(now, box, padding=padding)
            shapes.append(list(now.shape))
        except ValueError:
            stuck = k
    return {"image": image, "layers": layers, "padding": padding}, {
        "shapes": shapes,
        "stuck": stuck,
    }


def bank(rng):
    image, filters = integers(rng, 9, 7, 3), integers(rng, 3, 3, 2, 5)
    inputs = {"image": image.tolist(), "filters": filters.tolist()}
    return inputs, {"maps": convkit.conv2d(image, filters)}


def six_indices(rng):
    H, W, C1, K, L, C2 = 6, 7, 3, 2, 3, 4
    image, filters = integers(rng, H, W, C1), integers(rng, C1, K, L, C2)
    sizes = {"i": H - K + 1, "j": W - L + 1, "c": C2, "p": C1, "m": K, "n": L}
    at = {name: int(rng.integers(size)) for name, size in sizes.items()}
    i, j, c, p, m, n = at.values()
    windows = np.lib.stride_tricks.sliding_window_view(image, (K, L), axis=(0, 1))
    matrix = windows.reshape((H - K + 1) * (W - L + 1), C1 * K * L)  # (H'*W', C1*K*L)
    result = convkit.conv2d(image, filters)
    row = int(np.ravel_multi_index((i, j), result.shape[:2]))
    column = int(np.ravel_multi_index((p, m, n), (C1, K, L)))
    pixel, weight = image[i + m, j + n, p], filters[p, m, n, c]
    assert matrix[row, column] == pixel
    expected = {
        "pixel": pixel,
        "weight": weight,
        "product": pixel * weight,
        "result": result[i, j, c],
        "row": row,
        "column": column,
        "matrix": matrix,
    }
    return {"image": image.tolist(), "filters": filters.tolist(), **at}, expected


def layer(rng):
    image, filters, bias = integers(rng, 7, 6, 3), integers(rng, 3, 3, 2, 4), integers(rng, 4)
    activation = str(rng.choice(["none", "relu", "sigmoid", "tanh"]))
    flipped = bool(rng.integers(2))
    operation = convkit.convolve2d if flipped else convkit.conv2d
    bend = None if activation == "none" else activation
    inputs = {"image": image.tolist(), "filters": filters.tolist(), "bias": bias.tolist()}
    inputs |= {"activation": activation, "flipped": flipped}
    result = operation(image, filters, bias=bias, activation=bend)
    return inputs, {"sums": operation(image, filters), "result": result}


def as_matrix(rng):
    image, square = integers(rng, 5, 7), integers(rng, 2, 3)
    # Its columns are what convkit makes of the images with a single 1.
    basis = np.eye(image.size).reshape(image.size, *image.shape, 1)
    matrix = convkit.conv2d(basis, square[None, :, :, None]).reshape(image.size, -1).T
    result = convkit.conv2d(image, square)
    expected = {"matrix": matrix, "product": result.ravel(), "map": result}
    return {"image": image.tolist(), "square": square.tolist()}, expected


def counts(rng):
    image = [int(n) for n in rng.integers(7, 40, 2)] + [int(rng.integers(1, 9))]
    filters = [image[2], *(int(n) for n in rng.integers(1, 6, 2)), int(rng.integers(1, 70))]
    options = {"stride": int(rng.integers(1, 4)), "padding": str(rng.choice(["valid", "same"]))}
    keys = ("weights", "biases", "multiply_adds")
    ladder = convkit.count_parameters(tuple(image), tuple(filters), **options)
    expected = {
        name: {key: getattr(getattr(ladder, name), key) for key in keys}
        for name in ("dense", "local", "shared")
    }
    box = np.zeros(filters)
    expected["output"] = convkit.conv2d(np.zeros(image), box, **options).shape
    return {"image": image, "filters": filters, **options}, expected


def taught(rng):
    """Least squares for all places together, and for each alone; windows by NumPy."""
    (K, L), (rows, columns) = (2, 3), (4, 5)
    pattern, count = integers(rng, K, L), rows * columns
    lessons = rng.choice(count, 3, replace=False)
    pictures = np.zeros((count, rows + K - 1, columns + L - 1))
    for p, picture in enumerate(pictures):
        i, j = divmod(p, columns)
        picture[i : i + K, j : j + L] = pattern
    seen = np.lib.stride_tricks.sliding_window_view(pictures, (K, L), axis=(1, 2))
    seen, wished = seen.reshape(count, count, K * L), np.eye(count)  # picture, place

    def best(x, y):
        return np.linalg.solve(x.T @ x + 0.01 * np.eye(K * L), x.T @ y)

    shared = best(seen[lessons].reshape(-1, K * L), wished[lessons].ravel())
    own = np.array([best(seen[lessons, q], wished[lessons, q]) for q in range(count)])
    slides = convkit.conv2d(pictures[..., None], shared.reshape(1, K, L)).reshape(count, count)
    expected = {"filter": shared}
    for name, answers in (("shared", slides), ("own", (seen * own).sum(-1))):
        there = answers.diagonal()
        others = np.where(wished == 1, -np.inf, answers).max(axis=1)
        expected[name] = {"there": there, "found": (there > 0.1) & (others < there - 1e-9)}
    inputs = {"pattern": pattern.tolist(), "map": [rows, columns], "lessons": lessons.tolist()}
    return inputs, expected


def traced(rng):
    """What one number depends on: put a 1 at every pixel in turn and see where it arrives."""
    size = [int(n) for n in rng.integers(11, 15, 2)]
    layers = [
        {
            "kernel": int(rng.choice([1, 2, 3])),
            "stride": int(rng.integers(1, 3)),
            "padding": str(rng.choice(["valid", "same"])),
        }
        for _ in range(2)
    ]
    sizes, maps = [size], []
    for start in range(3):
        count = int(np.prod(sizes[start]))
        now = np.eye(count).reshape(count, *sizes[start], 1)
        for one in layers[start:]:
            box = np.ones((1, one["kernel"], one["kernel"], 1))
            now = convkit.conv2d(now, box, stride=one["stride"], padding=one["padding"])
            if start == 0:
                sizes.append(list(now.shape[1:3]))
        maps.append(now)
    pixel = [int(rng.integers(n)) for n in sizes[-1]]
    seen = []
    for start, now in enumerate(maps):
        reached = np.argwhere(now[:, pixel[0], pixel[1], 0].reshape(sizes[start]) != 0)
        seen.append(np.stack([reached.min(0), reached.max(0)], axis=-1))
    (a, b), (s, t) = [one["kernel"] for one in layers], [one["stride"] for one in layers]
    expected = {"sizes": sizes, "seen": seen, "field": a + (b - 1) * s, "jump": s * t}
    return {"size": size, "layers": layers, "pixel": pixel}, expected


def descent(rng):
    """Gradient descent with convkit's own gradient."""
    from convkit.gradients import conv2d_grad_filters

    image, goal, filter_ = (rng.normal(size=shape) for shape in ((9, 11), (3, 2), (3, 2)))
    target = convkit.conv2d(image, goal)
    now, losses, rate, steps = filter_.copy(), [], 0.1, 5
    for _ in range(steps):
        difference = convkit.conv2d(image, now) - target
        losses.append((difference**2).mean())
        now = now - rate * conv2d_grad_filters(2 * difference / target.size, image, now.shape)
    inputs = {"image": image.tolist(), "target": target.tolist(), "filter": filter_.tolist()}
    return {**inputs, "rate": rate, "steps": steps}, {"filter": now, "losses": losses}


def views(rng):
    image, filters = integers(rng, 6, 7, 2), integers(rng, 2, 3, 2, 3)
    result = convkit.conv2d(image, filters)
    i, j, c = (int(rng.integers(n)) for n in result.shape)
    patch = np.moveaxis(image[i : i + 3, j : j + 2], -1, 0).ravel()  # (C1*K*L,)
    pattern = filters[..., c].ravel()
    cosine = patch @ pattern / np.linalg.norm(patch) / np.linalg.norm(pattern)
    same = dict.fromkeys(("modifier", "finder", "matrix", "layer"), result[i, j, c])
    expected = {**same, "cosine": cosine, "patch": patch, "features": result[i, j]}
    inputs = {"image": image.tolist(), "filters": filters.tolist(), "i": i, "j": j, "c": c}
    return inputs, {**expected, "map": result[..., c]}


def costs(rng):
    """Multiplications of the exact methods from convkit's own count; memory from real arrays."""
    K = int(rng.choice([2, 3]))
    image = [int(n) for n in rng.integers(8, 30, 2)] + [int(rng.integers(1, 5))]
    filters = [image[2], K, K, int(rng.integers(1, 6))]
    places = np.prod(convkit.conv2d(np.zeros(image), np.zeros(filters)).shape[:2])
    multiply_adds = convkit.count_parameters(tuple(image), tuple(filters)).shared.multiply_adds
    tiles = int(np.prod([-(-(n - K + 1) // 2) for n in image[:2]]))
    C1, C2 = filters[0], filters[3]
    winograd = {
        "multiplications": 16 * tiles * C1 * C2,
        "extra": 16 * (C1 * C2 + tiles * (C1 + C2)),
    }
    points = int(np.prod([1 << (n - 1).bit_length() for n in image[:2]]))
    planes = C1 + C1 * C2 + C2  # the image's, the filters' and the result's transforms
    expected = {
        "direct": {"multiplications": multiply_adds, "extra": 0},
        "im2col": {"multiplications": multiply_adds, "extra": places * C1 * K * K},
        "winograd": winograd if K == 3 else None,
        "fft": {
            "multiplications": planes * points * np.log2(points) + 2 * points * C1 * C2,
            "extra": points * planes,
        },
    }
    return {"image": image, "filters": filters}, expected


def block_of_threads(rng):
    image, square = integers(rng, 9, 11), integers(rng, 3, 2)
    tile = [int(n) for n in rng.integers(2, 5, 2)]
    result = convkit.conv2d(image, square)
    blocks = [-(-n // t) for n, t in zip(result.shape, tile, strict=True)]
    block = [int(rng.integers(n)) for n in blocks]
    (top, left), size = np.multiply(tile, block), [tile[0] + 2, tile[1] + 1]
    # Beyond the image the block sees zeros, and beyond the result its threads do nothing.
    wide = np.pad(image, ((0, size[0]), (0, size[1])))
    covered = np.pad(np.ones_like(image), ((0, size[0]), (0, size[1])))
    here = np.s_[top : top + size[0], left : left + size[1]]
    sums = [
        result[top + t // tile[1], left + t % tile[1]]
        if top + t // tile[1] < result.shape[0] and left + t % tile[1] < result.shape[1]
        else None
        for t in range(tile[0] * tile[1])
    ]
    rounds = -(-int(np.prod(size)) // int(np.prod(tile)))
    expected = {
        "size": size,
        "rounds": rounds,
        "steps": rounds + 1 + 6,
        "shared": wide[here].ravel(),
        "sums": sums,
        "loads": covered[here].sum(),
        "products": 6,
        "corner": [top, left],
        "naive": 6 * sum(value is not None for value in sums),
    }
    inputs = {"image": image.tolist(), "square": square.tolist(), "tile": tile, "block": block}
    return inputs, expected


# Each widget's compute(): from random numbers, its inputs and what convkit says.
CASES = {
    "first-box": at_one_place,
    "own-photo": whole_map,
    "slide-square": square,
    "box-stepper": at_one_place,
    "painter": painted,
    "plug-layers": stack,
    "filter-bank": bank,
    "index-explorer": six_indices,
    "layer-sliders": layer,
    "shared-matrix": as_matrix,
    "ladder": counts,
    "two-lessons": taught,
    "trace-pixel": traced,
    "training": descent,
    "four-views": views,
    "method-cost": costs,
    "tiled-kernel": block_of_threads,
}


@pytest.fixture(scope="module")
def module_page(chromium, plain_site):
    page = chromium.new_page()
    page.goto(f"{plain_site}/slide-square.html")
    yield page
    page.close()


def call(page, module, function, *arguments):
    return page.evaluate(
        """async ([module, name, given]) => {
            const numbers = await import('./widgets/numbers.js');
            const found = await import(`./widgets/${module}.js`);
            return found[name](...given);
        }""",
        [module, function, list(arguments)],
    )


def assert_same(found, expected, where=""):
    if expected is None:
        assert found is None, where
    elif isinstance(expected, list):  # sizes may differ from item to item
        assert len(found) == len(expected), where
        for k, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same(one, other, f"{where}[{k}]")
    elif isinstance(expected, dict):
        assert set(found) == set(expected), where
        for name in expected:
            assert_same(found[name], expected[name], f"{where}.{name}")
    else:
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape, where
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=where)


def test_every_widget_is_compared():
    assert sorted(CASES) == plain.widget_names()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", sorted(CASES))
def test_widget_computes_what_convkit_computes(module_page, name, seed):
    inputs, expected = CASES[name](np.random.default_rng(seed))
    assert_same(call(module_page, name, "compute", inputs), expected, name)


@pytest.mark.parametrize("seed", range(12))
def test_the_operation_is_convkits_with_all_its_options(module_page, seed):
    rng = np.random.default_rng(seed)
    K, L, C1, C2 = (int(n) for n in rng.integers(1, 4, 4))
    options = {
        "stride": int(rng.integers(1, 4)),
        "dilation": int(rng.integers(1, 3)),
        "padding": [*["valid", "same", "full"], int(rng.integers(3))][rng.integers(4)],
    }
    image, filters = rng.normal(size=(9, 12, C1)), rng.normal(size=(C1, K, L, C2))
    bias = rng.normal(size=C2)
    activation = ["relu", "sigmoid", "tanh"][seed % 3]
    expected = convkit.conv2d(image, filters, bias=bias, activation=activation, **options)
    found = module_page.evaluate(
        """async ([image, filters, options]) => {
            const n = await import('./widgets/numbers.js');
            return n.toLists(n.conv2d(n.fromLists(image), n.fromLists(filters), options));
        }""",
        [
            image.tolist(),
            filters.tolist(),
            {**options, "bias": bias.tolist(), "activation": activation},
        ],
    )
    assert_same(found, expected)


def test_numbers_are_written_as_the_book_writes_them(module_page):
    written = """async (values) => {
        const n = await import('./widgets/numbers.js');
        return values.map((v) => n.written(v));
    }"""
    values = [0, -0.001, -3, 2.5, 1234, 154140672, -3763200, 1 / 3]
    expected = ["0", "0", "−3", "2.5", "1,234", "154,140,672", "−3,763,200", "0.33"]
    assert module_page.evaluate(written, values) == expected
