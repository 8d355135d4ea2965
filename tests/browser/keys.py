"""A person without a mouse."""

from playwright.async_api import Page

MOST_TABS = 80
HIDDEN = """() => {
  const shown = document.activeElement.getBoundingClientRect();
  const middle = [shown.left + Math.min(shown.width / 2, 20), shown.top + shown.height / 2];
  const there = document.elementFromPoint(...middle);
  const label = document.activeElement.closest('label, li, a, button, summary, section') ?? document.activeElement;
  return there !== null && !label.contains(there) && !there.contains(document.activeElement);
}"""


async def tab_to(page: Page, name: str, role: str = "") -> None:
    """Presses Tab until what has this accessible name has the focus. Raises AssertionError when it never has it, or when
    a sticky bar covers it."""
    locator = page.get_by_role(role, name=name) if role else page.get_by_label(name)  # type: ignore[arg-type]
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await locator.first.evaluate("one => one === document.activeElement"):
            assert not await page.evaluate(HIDDEN), f"{name} has the focus and is covered"
            return
    raise AssertionError(f"{name} is not reached by Tab on {page.url}")
