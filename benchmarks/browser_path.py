"""The patient presses send → staff see the request, both in Chromium, through the front door.

    python -m benchmarks.browser_path [--json]

Two browsers, three services, Caddy, PostgreSQL and Kafka share this machine's cores. Times are the browsers' own: from the
form's `submit` on the patient's page to the moment the name stands in the inbox, which nobody reloads. The reference is the
patient's own wait in the same run: from the same `submit` until their page has loaded.
"""

import os
import shutil

from playwright.async_api import Page, async_playwright

from benchmarks.frame import Row, percentiles, show
from benchmarks.system import STAFF_PASSWORD, door, servers, services
from operations.demo_clinic import demo_staff
from shared.database.roles import SERVICES
from shared.events.staff import Role

REQUESTS, WARM_UP = int(os.environ.get("BENCH_REQUESTS", "50")), 5
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
NOTE_SUBMIT = """
    document.addEventListener('submit', () =>
        sessionStorage.setItem('sent', performance.timeOrigin + performance.now()), true)
"""
SEEN = """
    name => new Promise(seen => {
        const look = () => {
            if (!document.getElementById('inbox-list').textContent.includes(name)) return false
            observer.disconnect()
            seen(performance.timeOrigin + performance.now())
            return true
        }
        const observer = new MutationObserver(look)
        if (!look()) observer.observe(document.body, {childList: true, subtree: true, characterData: true})
    })
"""
SENT = "() => [Number(sessionStorage.getItem('sent')), performance.timeOrigin + performance.now()]"


async def sign_in(page: Page, url: str) -> None:
    email = next(one.email for one in demo_staff() if Role.FRONT_DESK in one.roles)
    await page.goto(f"{url}/staff/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(STAFF_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/inbox")


async def send(page: Page, url: str, name: str) -> tuple[float, float]:
    """When it was sent and when the patient's own page was there, in milliseconds of the wall clock."""
    await page.goto(f"{url}/request/short")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("Email", exact=False).first.fill("patient@example.com")
    await page.get_by_label("By email").check()
    await page.get_by_label("Depression").check()
    await page.get_by_role("button", name="Send my request").click()
    await page.wait_for_url("**/r/*")
    sent, there = await page.evaluate(SENT)
    return sent, there


async def seconds(url: str) -> tuple[list[float], list[float]]:
    """From each send to the inbox, and to the patient's own page."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    to_staff, to_patient = [], []
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        other = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        staff, patient = await one.new_page(), await other.new_page()
        await patient.add_init_script(NOTE_SUBMIT)
        await sign_in(staff, url)
        for number in range(REQUESTS + WARM_UP):
            name = f"Patient {number:04}"
            watching = await staff.evaluate_handle(f"name => ({{seen: ({SEEN})(name)}})", name)
            sent, there = await send(patient, url, name)
            seen = await watching.evaluate("watching => watching.seen")
            if number >= WARM_UP:
                to_staff.append((seen - sent) / 1000)
                to_patient.append((there - sent) / 1000)
            await staff.get_by_role("button", name="Acknowledge").first.click()  # an inbox of a normal length
        await one.close()
        await other.close()
    return to_staff, to_patient


async def measure() -> list[Row]:
    async with servers() as place, services(place, *SERVICES), door(place) as url:
        staff, patient = map(percentiles, await seconds(url))
    name = "patient's own page"
    return [
        Row(f"press send → staff see it, p50 of {REQUESTS}", staff[0], "ms", patient[0], name),
        Row("  p99", staff[1], "ms", patient[1], name, "≤ 500 ms", "≤ 150 ms"),
    ]


if __name__ == "__main__":
    show("Browser to browser", measure)
