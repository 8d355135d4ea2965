"""One running system and one Chromium a run; people at a phone and at a desk for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, StorageState, async_playwright, expect

from operations.stack.home import Running
from tests.browser.chromium import launch
from tests.browser.clinic_day import ADMINISTRATOR, CLINICIAN
from tests.browser.people import sign_in
from tests.browser.system import running_system
from tests.browser.watch import Watch, hosts_of

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
PATIENCE = 60_000
"""Milliseconds until a state that does not come counts as missing: far more than a healthy system needs on a busy machine."""
ALL_AT_ONE_ADDRESS = {"BURST_SIZE": "100000"}
"""Hundreds of invented people press as fast as a machine does, all from here."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_system(tmp_path_factory.mktemp("chairside") / "home", **ALL_AT_ONE_ADDRESS) as running:
        yield running


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


OpenContext = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture
async def context(system: Running, chromium: Browser) -> AsyncIterator[OpenContext]:
    """`await context(**PHONE)`: a browser of somebody, watched. The test fails when a page of it misbehaved."""
    watch = Watch(hosts_of(system))
    async with AsyncExitStack() as opened:

        async def open_one(**options: Any) -> BrowserContext:
            made = await chromium.new_context(locale="en-US", **options)
            opened.push_async_callback(made.close)
            made.set_default_timeout(PATIENCE)
            watch.attach(made)
            return made

        yield open_one
    watch.expect_silence()


@pytest.fixture(scope="session")
async def signed_in(system: Running, chromium: Browser) -> dict[str, StorageState]:
    """The cookies of each role at work: signing in is slow on purpose, and tried by itself."""
    cookies: dict[str, StorageState] = {}
    for email in (system.staff_email, CLINICIAN, ADMINISTRATOR):
        async with await chromium.new_context() as one:
            await sign_in(await one.new_page(), system, email)
            cookies[email] = await one.storage_state()
    return cookies


@pytest.fixture
async def patient(context: OpenContext) -> Page:
    """A page on a phone."""
    return await (await context(**PHONE)).new_page()


@pytest.fixture
async def clinician(context: OpenContext, signed_in: dict[str, StorageState]) -> Page:
    """A page of somebody who sees patients, signed in."""
    return await (await context(**DESK, storage_state=signed_in[CLINICIAN])).new_page()


@pytest.fixture
async def staff(context: OpenContext, system: Running, signed_in: dict[str, StorageState]) -> Page:
    """A page at the front desk, signed in."""
    return await (await context(**DESK, storage_state=signed_in[system.staff_email])).new_page()
