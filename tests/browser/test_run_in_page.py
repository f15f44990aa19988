"""Run in the page: every cell of the book, Stop, editing, failures, practice, the time it takes."""

import os
import re
import time
from pathlib import Path

import pytest

from tests.browser import driver

pytestmark = pytest.mark.browser

MOST_SECONDS_TO_START = 8
MOST_OVERHEAD = 0.1
MOST_MEGABYTES = 60
START = 90_000  # milliseconds that a busy machine may take
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(book_site):
    if not (book_site / "_static" / "run" / "run.json").exists():
        pytest.fail("this book was built without Python for the browser (see the build's output)")
    with driver.served(book_site) as served:
        yield served


def pages_with_cells():
    """Chapters that have a cell with visible code."""
    found = []
    toc = (driver.ROOT / "book" / "_toc.yml").read_text("utf-8")
    for name in ["index", *re.findall(r"file: (\w+)", toc)]:
        path = driver.ROOT / "book" / f"{name}.md"
        for cell in re.findall(r"```\{code-cell\}.*?```", path.read_text("utf-8"), re.DOTALL):
            if not re.search(r":tags:.*(remove-input|remove-cell|no-run)", cell):
                found.append(f"{path.stem}.html")
                break
    return found


@pytest.fixture
def open_page(chromium, address):
    contexts, trouble = [], []

    def go(name, theme="light", isolated=False, width=1100, block=()):
        workers = "allow" if isolated else "block"
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, service_workers=workers)
        contexts.append(context)
        driver.set_theme(context, theme)
        page = context.new_page()
        if isolated:
            # The first visit brings the service worker, the second page is isolated.
            page.goto(f"{address}/{name}")
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            page.wait_for_function("navigator.serviceWorker.controller !== null")
        for pattern in block:
            page.route(pattern, lambda route: route.abort())
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "request",
            lambda r: r.url.startswith((address, "data:", "blob:")) or trouble.append(r.url),
        )
        page.goto(f"{address}/{name}")
        page.wait_for_selector(".run-bar")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not trouble


@pytest.fixture(scope="module")
def ready(chromium, address):
    """One page on which Python is loaded, for tests that leave it running."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, service_workers="block")
    page = context.new_page()
    page.goto(f"{address}/ch01.html")
    started = time.monotonic()
    run(page, 1)
    page.seconds_to_start = time.monotonic() - started
    yield page
    context.close()


def cell(page, number):
    return page.locator("div.cell:has(> .run-bar)").nth(number - 1)


def write(page, number, code):
    edit = cell(page, number).get_by_role("button", name="Edit")
    if edit.is_visible():
        edit.click()
        cell(page, number).locator(".cm-content").wait_for()
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def run(page, number, code=None, wait=True):
    """Press Run; gives what the cell wrote."""
    if code is not None:
        write(page, number, code)
    cell(page, number).get_by_role("button", name="Run cell").click()
    if not wait:
        cell(page, number).get_by_role("button", name="Stop cell").wait_for(timeout=START)
        return None
    page.wait_for_function(
        "n => document.querySelectorAll('div.cell:has(> .run-bar)')[n - 1].dataset.ran",
        arg=number,
        timeout=START,
    )
    return cell(page, number).locator(".run-output").text_content()


@pytest.mark.parametrize("name", pages_with_cells())
def test_every_cell_gives_in_the_page_what_the_book_shows(open_page, name):
    page = open_page(name)
    texts = """e => [...e.querySelectorAll('pre')].map(p => p.textContent).join('').trim()"""
    # Pixels, not files: two builds of zlib may pack the same picture differently.
    pictures = """e => Promise.all([...e.querySelectorAll('img')].map(async (img) => {
        await img.decode();
        const canvas = document.createElement('canvas').getContext('2d');
        [canvas.canvas.width, canvas.canvas.height] = [img.naturalWidth, img.naturalHeight];
        canvas.drawImage(img, 0, 0);
        const pixels = canvas.getImageData(0, 0, img.naturalWidth, img.naturalHeight).data;
        return [img.alt, [...pixels]];
    }))"""
    cells = page.locator("div.cell:has(> .run-bar):not(.practice div)")
    count = cells.count()
    assert count
    printed = []
    for k in range(count):
        shown = cells.nth(k).locator("> .cell_output")
        one = shown.count() == 1
        printed.append((shown.evaluate(texts), shown.evaluate(pictures)) if one else ("", []))
    started = time.monotonic()
    cells.nth(count - 1).get_by_role("button", name="Run cell").click()  # and those above
    page.wait_for_function(
        "n => document.querySelectorAll('div.cell[data-ran]').length >= n",
        arg=count,
        timeout=START,
    )
    print(f"{name}: {count} cells, {time.monotonic() - started:.1f} s with loading")
    for k in range(count):
        assert cells.nth(k).get_attribute("data-ran") == "yes", cells.nth(k).text_content()
        live = cells.nth(k).locator("> .run-output")
        assert live.evaluate(texts) == printed[k][0]
        now, before = live.evaluate(pictures), printed[k][1]
        assert [alt for alt, _ in now] == [alt for alt, _ in before]
        for (_, one), (_, other) in zip(now, before, strict=True):
            # A sum in another order may round to the next of 256 shades.
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 1
        assert not cells.nth(k).locator("> .cell_output:visible").count()


# From the click to the result, less what Python itself took, in milliseconds.
OVERHEAD = """() => new Promise((done) => {
    const cell = document.querySelector('div.cell:has(> .run-bar)');
    const watch = new MutationObserver(() => {
        if (!cell.dataset.ran) return;
        watch.disconnect();
        const inside = cell.querySelector('.run-output').dataset.milliseconds;
        done(performance.now() - from - inside);
    });
    watch.observe(cell, {attributes: true, attributeFilter: ['data-ran']});
    const from = performance.now();
    cell.querySelector('.run-button').click();
})"""


def test_first_run_is_ready_soon_and_later_cells_at_once(ready, open_page, record_property):
    # The bound holds for a machine of our own: where others keep it busy, we wait our turn.
    busy = os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 1
    most = MOST_SECONDS_TO_START * max(1, busy)
    seconds = [ready.seconds_to_start]
    while min(seconds) > most and len(seconds) < 3:
        page = open_page("ch01.html")
        started = time.monotonic()
        run(page, 1)
        seconds.append(time.monotonic() - started)
    overheads = [ready.evaluate(OVERHEAD) / 1000 for _ in range(5)]
    print(f"first Run {min(seconds):.1f} s, later {1000 * min(overheads):.0f} ms more")
    record_property("first_run_seconds", round(min(seconds), 2))
    record_property("overhead_milliseconds", round(1000 * min(overheads)))
    assert min(seconds) < most
    assert min(overheads) < MOST_OVERHEAD


def test_nothing_of_python_is_loaded_before_run(open_page):
    page = open_page("ch01.html")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert any("run/cells.js" in url for url in loaded)
    assert not [url for url in loaded if "run/vendor" in url or ".whl" in url]


def test_stop_keeps_variables_where_the_page_is_isolated(open_page):
    page = open_page("ch01.html", isolated=True)
    assert page.evaluate("crossOriginIsolated")
    run(page, 1, "kept = 41\nwhile True:\n    kept = 42", wait=False)
    # The page itself stays alive meanwhile.
    assert (
        page.evaluate(
            "new Promise(d => { const t = performance.now(); "
            "setTimeout(() => d(performance.now() - t), 0); })"
        )
        < 500
    )
    cell(page, 1).get_by_role("button", name="Stop").click()
    page.wait_for_selector("[data-ran=KeyboardInterrupt]")
    assert "The variables are kept" in cell(page, 1).locator(".run-output").text_content()
    assert run(page, 1, "kept").strip() == "42"


def test_stop_ends_python_elsewhere_and_offers_to_run_all_above(open_page):
    page = open_page("ch01.html")
    assert not page.evaluate("crossOriginIsolated")
    run(page, 1)
    run(page, 2, "while True:\n    pass", wait=False)
    cell(page, 2).get_by_role("button", name="Stop").click()
    page.wait_for_selector("[data-ran=Ended]")
    assert "all variables are gone" in cell(page, 2).locator(".run-output").text_content()
    write(page, 2, "conv2d.__name__")  # which cell 1 had imported
    cell(page, 2).get_by_role("button", name="Run all").click()
    page.wait_for_function(
        "document.querySelectorAll('[data-ran=yes]').length === 2", timeout=START
    )
    assert "conv2d" in cell(page, 2).locator(".run-output").text_content()


def test_output_is_capped_and_the_rest_counted(ready):
    page = ready
    text = run(page, 1, "print('x' * 50_000)\nprint('y' * 1000)")
    assert text.count("x") == 20_000
    assert "31,002 more characters" in text
    # An error is told even after so much.
    text = run(page, 1, "print('x' * 50_000)\n1 / 0")
    assert "ZeroDivisionError" in text


def test_errors_point_at_the_readers_own_line(ready):
    page = ready
    text = run(page, 1, "a = 1\n\ndef f():\n    return a / 0\n\nf()")
    assert 'File "<cell 1>", line 4' in text
    assert "return a / 0" in text
    assert "run_cell" not in text
    assert "SyntaxError" in run(page, 1, "for")
    assert "input() cannot ask in a page" in run(page, 1, "input('A number: ')")
    assert "SystemExit" in run(page, 1, "import sys; sys.exit(3)")
    assert run(page, 1, "2 + 2").strip() == "4"


def test_a_failing_cell_above_is_named(ready):
    page = ready
    write(page, 1, "1 / 0")
    cell(page, 3).get_by_role("button", name="Run cell").click()
    status = cell(page, 3).locator(".run-status")
    status.get_by_text("Cell 1, above, stopped with ZeroDivisionError").wait_for(timeout=START)
    assert not cell(page, 3).get_attribute("data-ran")


def test_editing_by_keyboard_and_undoing_it(open_page):
    page = open_page("ch01.html")
    before = cell(page, 1).locator("pre").first.text_content()
    cell(page, 1).get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    editor = cell(page, 1).locator(".cm-content")
    editor.wait_for()
    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.type("6 * 7")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-ran=yes]", timeout=START)
    assert cell(page, 1).locator(".run-output").text_content().strip() == "42"
    # Tab leads out of the editor, to the buttons.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    cell(page, 1).get_by_role("button", name="Undo").click()
    assert "\n".join(editor.locator(".cm-line").all_text_contents()).strip() == before.strip()


def test_an_editor_that_cannot_load_gives_way_to_a_plain_field(open_page):
    page = open_page("ch01.html", block=["**/vendor/editor.js"])
    cell(page, 1).get_by_role("button", name="Edit").click()
    field = cell(page, 1).locator("textarea")
    field.fill("'plain'")
    field.press("Shift+Enter")
    page.wait_for_selector("[data-ran=yes]", timeout=START)
    assert "plain" in cell(page, 1).locator(".run-output").text_content()


def test_failure_to_load_says_what_to_do_and_can_be_tried_again(open_page):
    page = open_page("ch01.html", block=["**/run.json"])
    cell(page, 1).get_by_role("button", name="Run cell").click()
    page.get_by_text("Python could not be loaded").wait_for()
    assert "press Run again" in cell(page, 1).locator(".run-status").text_content()
    # What the book had shown stays.
    assert cell(page, 1).locator(".cell_output").is_visible()
    page.unroute_all()
    assert "180" in run(page, 1)


RESULT_SIZE = """def result_size(size, kernel, padding="valid", stride=1):
    if padding == "same":
        return -(-size // stride)
    if padding == "full":
        size = size + 2 * (kernel - 1)
    return (size - kernel) // stride + 1
"""


def test_practice_gives_the_verdicts_of_the_notebook(open_page):
    from convkit import check

    def wrong(size, kernel, padding="valid", stride=1):
        return size - kernel + 1

    page = open_page("ch01.html")
    practice = page.locator(".practice")
    assert "Nothing that you write here is sent anywhere" in practice.text_content()
    output, reveal = (
        practice.locator(".run-output"),
        practice.get_by_role("button", name="Name the"),
    )
    practice.get_by_role("button", name="Check").click()
    output.get_by_text("not yet").first.wait_for(timeout=START)
    expected = check.run("1.2", wrong)
    words = """html => { const part = document.createElement('div'); part.innerHTML = html;
                         return part.textContent; }"""
    assert output.text_content() == page.evaluate(words, expected._repr_html_())
    # The name of the mistake waits until it is asked for.
    reveal.click()
    page.wait_for_function("document.querySelector('.practice pre[data-kind=stdout]')")
    assert output.text_content().strip() == expected.reveal().strip()
    number = page.locator("div.cell:has(> .run-bar)").count()
    write(page, number, RESULT_SIZE)
    practice.get_by_role("button", name="Check").click()
    output.get_by_text("✓ right").first.wait_for(timeout=START)
    assert not reveal.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_are_accessible_when_run_and_edited(ready, theme):
    import axe_playwright_python

    page = ready
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    run(
        page,
        1,
        "from convkit import conv2d, show\nimport numpy as np\nprint('text')\n# why\n[1, 'a']",
    )
    run(page, 2, "show(np.arange(400).reshape(20, 20))")
    run(page, 1, "class A:\n    b = None\n1 / 0")
    page.add_script_tag(path=Path(axe_playwright_python.__file__).parent / "axe.min.js")
    found = page.evaluate("rules => axe.run('main', {runOnly: rules})", RULES)
    assert not [(v["id"], n["html"][:200]) for v in found["violations"] for n in v["nodes"]]


def test_cells_fit_a_narrow_screen(ready):
    run(ready, 1, "print('a long line ' * 30)")
    ready.set_viewport_size({"width": 320, "height": 800})
    assert ready.evaluate("document.documentElement.scrollWidth") <= 320
    ready.set_viewport_size({"width": 1100, "height": 900})


def test_site_is_small_enough(book_site):
    size = sum(path.stat().st_size for path in book_site.rglob("*") if path.is_file()) / 1e6
    print(f"the whole site: {size:.1f} MB")
    assert size < MOST_MEGABYTES
