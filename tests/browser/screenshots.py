"""Pictures of every page to look at: `python -m tests.browser.screenshots OUTDIR [PAGE ...]`.

One picture of each screenful, light and dark, 1280 px and 360 px wide, of the book in _build/html.
"""

import sys
from pathlib import Path

from tests.browser import driver

SIZES = {"wide": (1280, 860), "narrow": (360, 740)}
MOST_SCREENS = 30


def shoot(page, address, stem):
    """Save the page screen by screen; returns how many screens there were."""
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    step = page.viewport_size["height"] - 80
    height = page.evaluate("document.documentElement.scrollHeight")
    count = min(MOST_SCREENS, 1 + max(0, height - page.viewport_size["height"] + step - 1) // step)
    for number in range(count):
        page.evaluate(f"window.scrollTo(0, {number * step})")
        page.wait_for_timeout(60)
        page.screenshot(path=f"{stem}-{number:02}.png")
    return count


def main(outdir, names=(), site=driver.run.SITE):
    target = Path(outdir)
    target.mkdir(parents=True, exist_ok=True)
    with driver.served(site) as address, driver.browser() as browser:
        for theme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height})
                driver.set_theme(context, theme)
                page = context.new_page()
                for name in names or driver.pages(site):
                    stem = target / f"{name.removesuffix('.html').replace('/', '-')}-{theme}-{size}"
                    print(stem.name, shoot(page, f"{address}/{name}", stem))
                context.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
