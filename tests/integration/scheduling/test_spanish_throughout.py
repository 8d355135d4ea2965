"""A patient who reads Spanish meets no English behind a link of scheduling's, whatever goes wrong there."""

import pytest

from tests.english import english_in
from tests.integration.scheduling.desk import Asked

SPANISH = {"Accept": "text/html", "Accept-Language": "es-MX,en;q=0.8"}


@pytest.mark.parametrize("path", ["/a/unheard-of", "/a/unheard-of/es", "/a/x/es/nowhere", "/a/x/y/z/nowhere"])
async def test_a_link_that_leads_nowhere(front, path):
    answer = await front.http.get(path, headers=SPANISH)

    assert (answer.status_code, english_in(answer.text)) == (404, [])
    assert '<html lang="es"' in answer.text
    assert 'href="tel:988"' in answer.text


async def test_free_times_and_every_reason_why_not(front):
    ticket = front.ticket(Asked.new())
    sent = {"language": "es", "back": "/request/g/x/es/when"}

    pages = [
        await front.send("/a/times", {**sent, "ticket": ticket}),
        await front.send("/a/times/hold", {**sent, "ticket": ticket}),
        await front.send("/a/times/hold", {**sent, "ticket": "x", "start": "2026-06-22T16:00:00+00:00"}),
        await front.send("/a/times/hold", {**sent, "ticket": ticket, "start": "2026-06-21T03:00:00+00:00"}),
        await front.send("/a/times/give-back", {**sent, "ticket": "x"}),
    ]

    for page in pages:
        assert (page.status_code, english_in(page.text)) == (page.status_code, [])


async def test_while_the_database_is_away(front, monkeypatch):
    async def away(*_args, **_named):
        raise ConnectionRefusedError

    monkeypatch.setattr("services.scheduling.store.change_links.find", away)

    answer = await front.http.get("/a/anything/es", headers=SPANISH)

    assert (answer.status_code, english_in(answer.text)) == (503, [])
    assert "nuestra base de datos no responde" in answer.text
