"""What is not there says so, in the manner of whoever asks."""

import pytest
from playwright.async_api import expect

NOTHING = "01900000-0000-7000-8000-00000000dead"


@pytest.mark.parametrize("path", ["/nowhere", "/r/AAAA", "/metrics", "/internal/messages/x"])
async def test_outside_it_offers_the_phone_and_the_first_page(patient, system, path):
    answer = await patient.goto(system.url + path)

    assert answer is not None
    assert answer.status == 404
    await expect(patient.locator("h1")).to_be_visible()
    await expect(patient.locator("body")).to_contain_text("(303) 555-0142")
    await expect(patient.locator("body")).to_contain_text("988")


@pytest.mark.parametrize(
    "path",
    [
        f"/staff/requests/{NOTHING}",
        f"/staff/sessions/{NOTHING}",
        f"/staff/sessions/{NOTHING}/record",
        f"/staff/inbox/{NOTHING}/open",
        "/staff/requests/no-id",
        "/staff/inbox/nothing",
        "/staff/board/nothing",
    ],
)
async def test_inside_it_says_what_to_do(staff, system, path):
    answer = await staff.goto(system.url + path)

    assert answer is not None
    assert answer.status in (404, 422)
    await expect(staff.locator("h1")).to_be_visible()
    assert await staff.get_by_role("link").count() > 0
