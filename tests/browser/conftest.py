"""One browser for all browser tests, and the plain pages of the widgets."""

import pytest

from tests import built
from tests.browser import driver, plain


@pytest.fixture(scope="session")
def chromium():
    with driver.browser() as started:
        yield started


@pytest.fixture(scope="session")
def book_site():
    return built.book()


@pytest.fixture(scope="session")
def plain_site(tmp_path_factory):
    with driver.served(plain.make(tmp_path_factory.mktemp("widgets"))) as address:
        yield address


@pytest.fixture(scope="session")
def contexts(chromium):
    """A function that gives a browser context for a theme and a size, made once."""
    made = {}

    def get(theme, width, height, settings):
        key = (theme, width, height, *sorted(settings.items()))
        if key not in made:
            size = {"width": width, "height": height}
            made[key] = chromium.new_context(viewport=size, **settings)
            driver.set_theme(made[key], theme)
        return made[key]

    yield get
    for context in made.values():
        context.close()


@pytest.fixture
def open_widget(contexts, plain_site):
    """A function that opens a widget's plain page; every error on a page fails the test."""
    pages, errors = [], []

    def go(name, state="", theme="light", width=1000, height=900, **settings):
        page = contexts(theme, width, height, settings).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and errors.append(m.text))
        page.on(
            "request",
            lambda r: r.url.startswith((plain_site, "data:", "blob:")) or errors.append(r.url),
        )
        page.goto(f"{plain_site}/{name}.html" + (f"#w={name}{state}" if state else ""))
        page.wait_for_selector("[data-ready=live] [data-drawn]")
        return page

    yield go
    for page in pages:
        page.evaluate("localStorage.removeItem('convkit-predictions')")
        page.close()
    assert not errors
