"""Every page in a real browser: both themes, narrow screens, accessibility, weight, speed."""

import gzip
from pathlib import Path

import pytest

from tests.browser import driver

pytestmark = pytest.mark.browser

MOST_KILOBYTES = 600
MOST_SECONDS = 1.0
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLORS = ("--image-text", "--filters-text", "--result-text", "--bias-text")


@pytest.fixture(scope="module")
def address(book_site):
    with driver.served(book_site) as served:
        yield served


@pytest.fixture
def open_page(chromium, address):
    """A function that opens a page of the book: (page, responses, errors)."""
    contexts = []

    def go(name, theme="light", width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        driver.set_theme(context, theme)
        page = context.new_page()
        responses, errors = [], []
        page.on("response", lambda response: responses.append(response))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("requestfailed", lambda request: errors.append(f"failed: {request.url}"))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(f"{address}/{name}", wait_until="networkidle")
        return page, responses, errors

    yield go
    for context in contexts:
        context.close()


def names():
    """The pages of the book by its table of contents, known without building it."""
    toc = (driver.ROOT / "book" / "_toc.yml").read_text(encoding="utf-8")
    listed = [line.split(":")[1].strip() for line in toc.splitlines() if "file:" in line]
    return ["index.html", *(f"{name}.html" for name in listed), "search.html"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", names())
def test_page_is_accessible_and_asks_nobody_else(open_page, address, name, theme):
    import axe_playwright_python

    page, responses, errors = open_page(name, theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert not errors
    assert not [r.url for r in responses if not r.url.startswith((address, "data:"))]
    assert not [r.url for r in responses if r.status >= 400]
    page.add_script_tag(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
    # Folded answers are read, too.
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 15
    assert not [
        f"{violation['id']}: {violation['help']}: {node['html'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("name", names())
def test_page_does_not_move_sideways(open_page, name, width):
    page, _, _ = open_page(name, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Only content inside a frame that scrolls by itself may be wider than the screen.
    wide = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => {
            if (e.closest('.katex, svg')) return false;
            if (e.getBoundingClientRect().right <= innerWidth + 1) return false;
            for (let p = e; p; p = p.parentElement)
                if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)
                    && p.tagName !== 'BODY' && p.tagName !== 'MAIN') return false;
            return true;
        }).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert not wide


@pytest.mark.parametrize("name", names())
def test_page_is_light_and_readable_at_once(open_page, name, record_property):
    seconds = []
    for _ in range(3):  # the machine may be busy with something else: the best of three
        page, responses, _ = open_page(name)
        paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        page.wait_for_function(paint)  # a busy machine may load a page before it paints it
        seconds.append(page.evaluate(paint) / 1000)
        if seconds[-1] < MOST_SECONDS:
            break
    kilobytes = sum(weight(response) for response in responses) / 1000
    record_property("kilobytes", round(kilobytes))
    record_property("seconds", round(min(seconds), 3))
    print(f"{name}: {kilobytes:.0f} kB gzipped, {len(responses)} files, {min(seconds):.2f} s")
    assert kilobytes < MOST_KILOBYTES
    assert min(seconds) < MOST_SECONDS


def weight(response):
    """Bytes of an answer as a web server that compresses would send it."""
    if response.url.startswith("data:"):
        return 0
    body = response.body()
    return min(len(body), len(gzip.compress(body, 6)))


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_first_visit_follows_the_system(chromium, address, system):
    context = chromium.new_context(color_scheme=system)
    page, errors = context.new_page(), []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    # What is painted first, before the theme's own script has looked.
    page.route("**/pydata-sphinx-theme.js", lambda route: route.abort())
    page.goto(f"{address}/ch01.html")
    assert page.evaluate("document.documentElement.dataset.theme") == system
    page.unroute_all()
    errors.clear()
    page.reload(wait_until="networkidle")
    assert page.evaluate("document.documentElement.dataset.theme") == system
    assert not errors
    context.close()


def luminance(color):
    """Relative luminance of WCAG 2 of an (r, g, b) from 0 to 255."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (x / 255 for x in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colors_of_text_have_contrast(open_page, theme):
    page, _, _ = open_page("index.html", theme)
    read = """name => {
        const probe = document.createElement('i');
        probe.style.color = `var(${name})`;
        document.body.append(probe);
        return getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
    }"""
    colors = {name: page.evaluate(read, name) for name in COLORS}
    assert len({tuple(color) for color in colors.values()}) == len(COLORS)
    for ground in ("--pst-color-background", "--soft"):
        behind = luminance(page.evaluate(read, ground))
        for name, color in colors.items():
            high, low = sorted([luminance(color), behind], reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (name, ground)


def test_search_finds_a_page(open_page):
    page, _, errors = open_page("search.html?q=edge")
    page.wait_for_selector("#search-results li a")
    assert not errors


def test_menu_and_search_work_by_keyboard_on_a_narrow_screen(open_page):
    page, _, _ = open_page("ch01.html", width=360)
    toggle = page.locator("button.primary-toggle:visible").first
    toggle.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    link = page.locator(".bd-sidebar-primary .toctree-l1 a").first
    assert link.is_visible()
    left = link.bounding_box()["x"]
    assert 0 <= left < 360
