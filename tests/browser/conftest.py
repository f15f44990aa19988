"""One browser for all browser tests, and the plain pages of the widgets."""

import pytest

from tests.browser import driver, plain


@pytest.fixture(scope="session")
def chromium():
    with driver.browser() as started:
        yield started


@pytest.fixture(scope="session")
def plain_site(tmp_path_factory):
    with driver.served(plain.make(tmp_path_factory.mktemp("widgets"))) as address:
        yield address


@pytest.fixture
def open_widget(chromium, plain_site):
    """A function that opens a widget's plain page; every error on a page fails the test."""
    contexts, errors = [], []

    def go(name, state="", theme="light", width=1000, height=900, **settings):
        context = chromium.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        driver.set_theme(context, theme)
        page = context.new_page()
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
    for context in contexts:
        context.close()
    assert not errors
