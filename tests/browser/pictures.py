"""`python -m tests.browser.pictures --out DIR`: every page as a picture, on phone and desk, by day and by night.

Starts a system of its own: first as it is on the first morning (`empty-…`), then with a day in it. `--only` takes names
of `pages.py`; `--readme FILE` makes the picture at the head of the README instead.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, StorageState, async_playwright

from operations.stack.home import Running
from tests.browser.chromium import launch
from tests.browser.clinic_day import ADMINISTRATOR, CLINICIAN, play_a_day
from tests.browser.pages import PLACES, Place
from tests.browser.people import sign_in
from tests.browser.system import running_system

WIDTHS = {390: 844, 1280: 800}
README_WIDTH, README_HEIGHT = 1280, 720
WAITED = "04:00"
"""Minutes and seconds that the browser lets pass before the picture: what waits should have waited."""


class Photographer:
    """Opens places as those they are for, and keeps what it saw."""

    def __init__(self, chromium: Browser, running: Running, folder: Path) -> None:
        self._chromium, self._running, self._folder = chromium, running, folder
        self._cookies: dict[str, StorageState] = {}

    async def sign_in(self) -> None:
        people = {"front-desk": self._running.staff_email, "clinician": CLINICIAN, "administrator": ADMINISTRATOR}
        for who, email in people.items():
            async with await self._chromium.new_context() as one:
                await sign_in(await one.new_page(), self._running, email)
                self._cookies[who] = await one.storage_state()

    @asynccontextmanager
    async def at(self, place: Place, known: dict[str, str], width: int, height: int) -> AsyncIterator[Page]:
        made = await self._chromium.new_context(
            locale="en-US",
            reduced_motion="reduce",
            viewport={"width": width, "height": height},
            storage_state=self._cookies.get(place.who),
        )
        async with made:
            page = await made.new_page()
            await page.clock.install()
            site = self._running.mail_url if place.who == "mail" else self._running.url
            await place.open(page, site, known)
            if await page.locator("[data-live-source]").count():
                await page.locator("html[data-live=on]").wait_for(state="attached")
            yield page

    async def take(self, places: Iterable[Place], known: dict[str, str], before: str = "") -> None:
        for place in places:
            for width, height in WIDTHS.items():
                async with self.at(place, known, width, height) as page:
                    for scheme in ("light", "dark"):
                        await page.emulate_media(color_scheme=scheme)
                        name = f"{before}{place.name}-{width}-{scheme}.png"
                        await page.screenshot(path=self._folder / name, full_page=True)

    async def for_the_readme(self, known: dict[str, str], file: Path) -> None:
        """The inbox with somebody at risk, not read yet, at the size at which it is shown."""
        inbox = next(place for place in PLACES if place.name == "inbox")
        async with self.at(inbox, known, README_WIDTH, README_HEIGHT) as page:
            await page.locator(".alarm").first.wait_for()
            await page.clock.fast_forward(WAITED)
            await page.screenshot(path=file)


async def main(out: Path | None, only: list[str], readme: Path | None) -> None:
    wanted = [place for place in PLACES if not only or place.name in only]
    with tempfile.TemporaryDirectory() as folder:
        async with running_system(Path(folder) / "home") as running, async_playwright() as playwright:
            chromium = await launch(playwright)
            photographer = Photographer(chromium, running, out or Path(folder))
            await photographer.sign_in()
            if out is not None:
                await photographer.take((place for place in wanted if place.empty), {"day": ""}, "empty-")
            known = await play_a_day(running)
            if out is not None:
                await photographer.take(wanted, known)
            if readme is not None:
                await photographer.for_the_readme(known, readme)
            await chromium.close()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, help="folder for the pictures")
    asked.add_argument("--only", nargs="*", default=[], help="names of pages")
    asked.add_argument("--readme", type=Path, help="the file of the README's picture")
    given = asked.parse_args()
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given.out, given.only, given.readme))
