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


# Each widget's compute(): from random numbers, its inputs and what convkit says.
CASES = {
    "first-box": at_one_place,
    "own-photo": whole_map,
    "slide-square": square,
    "box-stepper": at_one_place,
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
    if isinstance(expected, dict):
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
