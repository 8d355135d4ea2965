"""axe-core on a page: WCAG 2.0 to 2.2, levels A and AA."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Page

SOURCE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
A_AND_AA = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
"""What alone can differ between a page by day and the same page by night."""
DESK, PHONE, SMALLEST, HEIGHT = 1280, 390, 320, 844
BROKEN = """async rules => {
    const found = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map(node => `${id}: ${node.html.slice(0, 200)} (${node.failureSummary})`));
}"""
"""Only what is broken leaves the browser: to read what axe says of everything else took as long as axe."""


async def assert_accessible(page: Page, rules: dict[str, Any] = A_AND_AA) -> None:
    """Raises AssertionError naming each rule that is broken, and where.

    The debugger evaluates axe, so the page's own strict policy stays in force.
    """
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(SOURCE)
    broken: list[str] = await page.evaluate(BROKEN, rules)
    assert not broken, f"{page.url}\n" + "\n".join(broken)


async def assert_fits(page: Page) -> None:
    """No sideways scroll of the page. Not `innerWidth`: on a phone it grows with what is too wide."""
    width, inner = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= inner, f"{page.url} is {width} px wide in a window of {inner}"


async def assert_accessible_to_all(page: Page) -> None:
    """At a desk and on a phone no rule is broken, by night neither; and nothing goes sideways there or on the smallest."""
    for width in (DESK, PHONE):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await assert_fits(page)
        await assert_accessible(page)
    await page.emulate_media(color_scheme="dark")
    await assert_accessible(page, COLOURS)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": SMALLEST, "height": HEIGHT})
    await assert_fits(page)
