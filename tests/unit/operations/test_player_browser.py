"""The player presses as people do: who is asked to wait a moment waits, and who is refused for long is told."""

import httpx
import pytest

from operations.player.browser import Browser, Form, Unexpected


def a_site_that_answers(*answers):
    left = list(answers)
    return httpx.MockTransport(lambda _: left.pop(0))


async def pressed(*answers):
    async with Browser("http://clinic.example", a_site_that_answers(*answers)) as browser:
        return await browser.send(Form("/request"))


async def test_it_waits_when_it_was_too_fast_and_presses_again():
    page = await pressed(httpx.Response(429, headers={"Retry-After": "0"}), httpx.Response(200, text="Thank you"))

    assert page.text == "Thank you"


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "3600"}])
async def test_what_is_refused_for_long_is_told(headers):
    with pytest.raises(Unexpected):
        await pressed(httpx.Response(429, headers=headers), httpx.Response(200))
