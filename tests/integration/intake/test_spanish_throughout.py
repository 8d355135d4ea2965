"""A patient who reads Spanish meets no English, wherever they go and whatever goes wrong: every page is looked through."""

from datetime import timedelta

import pytest

from services.intake.domain.site import PAGES
from services.intake.store.request_links import LIFE
from tests.english import english_in
from tests.integration.intake.conftest import INES_TYPED, Intake, MakeIntake, words
from tests.integration.intake.guided_pages import SHORTEST, Visitor

SPANISH = {"Accept": "text/html", "Accept-Language": "es-MX,es;q=0.9,en;q=0.8"}
SHORT = "/request/short/es"
AT_RISK = {"reasons": ["suicidal-ideation"]}
UNHEARD_OF = "0" * 43


async def looked_at(intake: Intake, *paths: str) -> dict[str, list[str]]:
    """What is left of English on each of them."""
    pages = {path: await intake.http.get(path, headers=SPANISH, follow_redirects=True) for path in paths}
    assert {path: page.status_code for path, page in pages.items() if page.status_code >= 500} == {}
    for path, page in pages.items():
        assert '<html lang="es"' in page.text, path
    return {path: left for path, page in pages.items() if (left := english_in(page.text))}


async def test_the_site_and_every_way_in(intake: Intake):
    site = ["/info/es", *(f"/info/es/{name}" for name in PAGES)]

    left = await looked_at(intake, "/", *site, "/request", "/request/es", "/request/short", SHORT, "/embed/request/es")

    assert left == {}


async def test_every_link_that_leads_nowhere(intake: Intake):
    token = await intake.submitted()
    intake.clock.advance(LIFE)

    left = await looked_at(
        intake,
        f"/r/{token}/es",
        f"/r/{UNHEARD_OF}/es",
        f"/r/{UNHEARD_OF}/es/withdraw",
        f"/request/g/{UNHEARD_OF}",
        f"/request/g/{UNHEARD_OF}/es/name",
        f"/q/{UNHEARD_OF}/es",
        f"/embed/r/{UNHEARD_OF}/es",
        "/info/es/nowhere",
        "/request/es/nowhere",
    )

    assert left == {}


@pytest.mark.parametrize("path", [SHORT, "/embed/request/es"])
async def test_the_short_form_in_every_state(intake: Intake, path: str):
    key = await intake.form_key(path)
    wrong = {"name": "", "email": "ines", "mobile": "12", "reasons": [], "consents": [], "not_before": "2020-01-01"}
    states = [
        await intake.send_form(path, typed={**INES_TYPED, **wrong}, form_key=key),
        await intake.send_form(path, email="ines", form_key=key, **AT_RISK),
        await intake.send_form(path, form_key=key),
        await intake.send_form(path, form_key=key, name="Ines M."),
    ]
    intake.clock.advance(timedelta(hours=25))
    states.append(await intake.send_form(path, form_key=key))

    assert [state.status_code for state in states] == [422, 422, 303, 422, 422]
    for state in states:
        assert english_in(state.text) == []
    assert english_in(await intake.page(states[2].headers["location"])) == []


async def test_the_short_form_goes_on_in_its_language_and_so_do_the_letters(intake: Intake):
    sent = await intake.send_form(SHORT, consents=["contact-email-1-es"])

    assert sent.headers["location"].endswith("/es")
    assert "Recibimos su solicitud" in words(await intake.page(sent.headers["location"]))
    [consent] = await intake.rows("select wording_version from consent")
    assert consent["wording_version"] == "contact-email-1-es"


async def test_the_own_page_from_the_first_to_the_last(intake: Intake):
    token = await intake.submitted(**AT_RISK)
    left = await looked_at(intake, f"/r/{token}/es", f"/r/{token}/es/withdraw")
    await intake.http.post(f"/r/{token}/es/withdraw")

    assert {**left, **await looked_at(intake, f"/r/{token}/es")} == {}


async def test_what_stands_beside_the_questions(intake: Intake):
    """The questions themselves are walked through elsewhere, language by language."""
    answers = {**SHORTEST, "contact": {"email": "i@example.com", "consents": "contact-email-1-es", "language": "es"}}
    visitor = await Visitor(intake, answers, "es").begin()
    left = english_in((await visitor.press(born_year="2015", born_month="7", born_day="19")).page)
    await visitor.open(visitor.link + "/es/born")
    await visitor.walk_to("reasons")
    for slug in ("later", "name", "contact", "reasons"):
        left += english_in((await visitor.open(f"{visitor.link}/es/{slug}")).page)
    left += english_in((await visitor.press()).page)
    await visitor.open(visitor.link + "/es/later")
    left += english_in((await visitor.press()).page)

    assert left == []


async def test_a_refusal_before_any_page(make_intake: MakeIntake):
    intake = await make_intake(burst_rate=1, burst_size=1)
    await intake.http.post(SHORT, data={}, headers=SPANISH)

    refused = [
        await intake.http.post(SHORT, data={}, headers={**SPANISH, "Origin": "https://elsewhere.example"}),
        await intake.http.post(SHORT, data={}, headers=SPANISH),
        await intake.http.post(SHORT, content=b"x" * 300_000, headers=SPANISH),
        await intake.http.delete(SHORT, headers=SPANISH),
    ]

    assert {answer.status_code for answer in refused} <= {403, 405, 413, 415, 429}
    for answer in refused:
        assert (answer.status_code, english_in(answer.text)) == (answer.status_code, [])


async def test_who_reads_english_is_answered_in_english(intake: Intake):
    english = {"Accept": "text/html", "Accept-Language": "en-US,es;q=0.5"}

    for path in ("/request/short", "/request/short/en", "/request/g/" + UNHEARD_OF):
        assert '<html lang="en"' in (await intake.http.get(path, headers=english)).text
