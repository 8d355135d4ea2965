"""The request page by page, as a browser without scripts sees it: every answer kept, whichever way somebody goes."""

import gzip
import re
from datetime import timedelta

import pytest

from services.intake.domain.guided.walk import CHECK
from services.intake.use_cases.begin_request import begin_request
from shared.web.assets import shipped_assets
from tests.integration.intake.conftest import Intake, words
from tests.integration.intake.guided import door_of
from tests.integration.intake.guided_pages import HTML, SHORTEST, Visitor

MOST = 30_000
"""Bytes on the wire for a page with its style and its script, at the slow end of a phone."""
FULL = {
    **SHORTEST,
    "who": {"who": "other"},
    "helper": {"helper_name": "Noa Bright", "authority": "agreed"},
    "consent": {"agreed": "privacy-other-1"},
    "reasons": {"reasons": ["depression", "anxiety", "substance-use"]},
}
"""What somebody else is asked for the person they care about, with three reasons: most scales come."""
DEPRESSION = {
    **SHORTEST,
    "reasons": {"reasons": "depression"},
    **{f"phq-9-{n}": {f"phq-9-{n}": "0"} for n in range(1, 10)},
}
SPANISH = {"contact": {"email": "ines@example.com", "consents": "contact-email-1-es", "language": "es"}}


def first_choices(visitor: Visitor) -> dict[str, str]:
    """Of every question of the page, the first answer."""
    found = re.findall(r'type="radio" id="[^"]+" name="([^"]+)" value="([^"]*)"', visitor.page)
    return dict(reversed(found))


async def walk_to_the_end(visitor: Visitor) -> Visitor:
    await visitor.begin()
    for _ in range(80):
        if visitor.slug == CHECK:
            break
        await visitor.answer(**(visitor.answers.get(visitor.slug) or first_choices(visitor)))
        assert visitor.status == 200, visitor.read
    return visitor


async def test_the_shortest_way_is_one_question_a_page_and_ends_in_a_request(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to(CHECK)

    await visitor.press()

    assert visitor.at.startswith("/r/")
    assert await intake.count("consultation_request") == 1


@pytest.mark.parametrize(("answers", "pages", "fields"), [(SHORTEST, 16, 33), (DEPRESSION, 23, 40)])
async def test_the_way_is_as_short_as_the_documentation_says(intake: Intake, answers: dict, pages: int, fields: int):
    visitor = await Visitor(intake, answers).begin()

    await visitor.walk_to(CHECK)

    assert (len(visitor.seen), visitor.filled) == (pages, fields)


async def test_every_page_is_light(intake: Intake):
    style = gzip.compress(shipped_assets()._assets["chairside.css"].body)
    script = gzip.compress(shipped_assets()._assets["chairside.js"].body)
    visitor = await Visitor(intake, {**SHORTEST, "reasons": {"reasons": "suicidal-ideation"}}, "es").begin()
    for _ in range(80):
        assert len(gzip.compress(visitor.page.encode())) + len(style) + len(script) < MOST, visitor.slug
        if visitor.slug == CHECK:
            break
        await visitor.answer(**(visitor.answers.get(visitor.slug) or first_choices(visitor)))


@pytest.mark.parametrize(("language", "more"), [("en", {}), ("es", SPANISH)])
async def test_the_whole_walk_for_another_person_in_both_languages(intake: Intake, language: str, more: dict):
    visitor = await walk_to_the_end(Visitor(intake, {**FULL, **more}, language))
    recap = visitor.read

    await visitor.press()

    assert visitor.at.startswith("/r/")
    for said in ("Ines Marchetti", "Noa Bright", "ines@example.com"):
        assert said in recap
    assert ("July 19, 1984" in recap, "19 de julio de 1984" in recap) == (language == "en", language == "es")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_page_mixes_languages_unmarked(intake: Intake, language: str):
    visitor = await Visitor(intake, {**FULL, **(SPANISH if language == "es" else {})}, language).begin()
    other = {"en": r"\b(usted|respuesta|pregunta)\b", "es": r"\b(you|answer|question|your)\b"}[language]
    for _ in range(80):
        marked = re.sub(r'<span lang="\w+">.*?</span>|<li><a [^>]*hreflang.*?</li>', "", visitor.page, flags=re.DOTALL)
        assert f'<html lang="{language}"' in visitor.page
        assert not re.search(other, words(marked), re.IGNORECASE), (visitor.slug, words(marked))
        if visitor.slug == CHECK:
            break
        await visitor.answer(**(visitor.answers.get(visitor.slug) or first_choices(visitor)))


@pytest.mark.parametrize(
    ("language", "version", "of_whom"),
    [("en", "privacy-other-1", "about their health"), ("es", "privacy-other-1-es", "las que tratan de su salud")],
)
async def test_who_asks_for_another_agrees_to_what_is_kept_about_them(
    intake: Intake, language: str, version: str, of_whom: str
):
    answers = {**FULL, **(SPANISH if language == "es" else {}), "consent": {"agreed": version}}
    visitor = Visitor(intake, answers, language)
    await visitor.begin()
    while visitor.slug != "consent":
        await visitor.answer(**(answers.get(visitor.slug) or first_choices(visitor)))
    shown = re.search(rf'value="{version}".*?class="choice-label">(.*?)</span>', visitor.page, re.DOTALL)

    await visitor.answer()

    assert shown
    assert of_whom in words(shown[1])
    assert visitor.slug == CHECK
    assert words(shown[1]).strip() in visitor.read


async def test_going_back_shows_what_was_answered_and_going_on_leads_where_one_was(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("reasons")
    back = re.search(r'class="back" href="([^"]+)"', visitor.page)
    assert back

    await visitor.open(back[1])
    assert visitor.slug == "contact"
    assert 'value="ines@example.com"' in visitor.page
    await visitor.answer()

    assert visitor.slug == "reasons"


async def test_an_answer_changed_at_the_end_leads_back_to_the_end(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to(CHECK)
    (change,) = re.findall(r'href="([^"]+/name)"', visitor.page)

    await visitor.open(change)
    await visitor.answer(name="Inés Marchetti-Ruiz")

    assert visitor.slug == CHECK
    assert "Inés Marchetti-Ruiz" in visitor.read


async def test_a_reason_added_at_the_end_asks_only_what_it_adds(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to(CHECK)
    await visitor.open(visitor.at.replace(CHECK, "reasons"))

    await visitor.answer(reasons=["chronic-pain", "anxiety"])

    assert visitor.slug == "gad-7-1"


async def test_the_link_alone_leads_on_from_where_one_stopped(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("health-body")

    await visitor.open(visitor.link)

    assert visitor.slug == "health-body"


async def test_the_link_goes_on_in_the_language_that_was_chosen_for_contact(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, **SPANISH}).begin()
    await visitor.walk_to("reasons")

    await visitor.open(visitor.link)

    assert visitor.at.endswith("/es/reasons")


async def test_a_page_that_lies_ahead_leads_to_the_one_that_is_due(intake: Intake):
    visitor = await Visitor(intake).begin()
    for ahead in ("consent", CHECK, "phq-9-9", "nothing-like-this", "helper"):
        await visitor.open(visitor.at.rpartition("/")[0] + "/" + ahead)

        assert (visitor.slug, visitor.status) == ("born", 200)


async def test_sending_before_the_end_sends_nothing(intake: Intake):
    visitor = await Visitor(intake).begin()

    await intake.http.post(visitor.at.replace("born", CHECK), headers=HTML)

    assert await intake.count("consultation_request") == 0


async def test_pressing_send_twice_and_opening_the_link_again_is_one_request(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to(CHECK)
    check, link = visitor.at, visitor.link
    await visitor.press()
    mine = visitor.at

    again = await intake.http.post(check, headers=HTML)
    await visitor.open(link)
    late = await intake.http.post(check.replace(CHECK, "name"), data={"name": "Other", "revision": "1"}, headers=HTML)
    lost = await intake.http.post(check.replace(CHECK, "nothing-like-this"), data={"revision": "1"}, headers=HTML)

    assert again.headers["location"] == mine == visitor.at == late.headers["location"] == lost.headers["location"]
    assert await intake.count("consultation_request") == 1


async def test_two_windows_do_not_overwrite_each_other_in_silence(intake: Intake):
    first = await Visitor(intake).begin()
    await first.walk_to("contact")
    await first.open(first.at.replace("contact", "name"))
    second = await Visitor(intake).open(first.at)
    await first.press(name="Ines Marchetti the First")

    await second.press(name="Ines Marchetti the Second")
    shown = second.read

    assert second.status == 409
    assert "changed in another window" in shown
    assert "Ines Marchetti the First" in shown
    assert 'value="Ines Marchetti the Second"' in second.page
    await second.press(name="Ines Marchetti the Second")
    assert second.status == 200
    await second.open(first.link + "/en/name")
    assert 'value="Ines Marchetti the Second"' in second.page


async def test_the_same_answer_from_two_windows_is_no_quarrel(intake: Intake):
    first = await Visitor(intake).begin()
    second = await Visitor(intake).open(first.at)
    await first.answer()

    await second.answer(**SHORTEST["born"])

    assert second.status == 200


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_link_that_ended_or_never_was_says_how_to_begin_anew(intake: Intake, language: str):
    visitor = await Visitor(intake).open(f"/request/g/{'x' * 43}/{language}/name")

    assert visitor.status == 410
    assert f'href="/request/{language}"' in visitor.page
    assert 'href="tel:+13035550142"' in visitor.page


async def test_the_first_page_speaks_the_language_of_the_browser(intake: Intake):
    answer = await intake.http.get("/request", headers={**HTML, "Accept-Language": "es-MX,en;q=0.5"})

    assert "Pedir una consulta" in answer.text
    assert answer.headers["vary"] == "Accept-Language"


async def test_a_language_that_there_is_none_of_is_no_page(intake: Intake):
    assert "There is nothing here" in words(await intake.page("/request/tlh", status=404))


async def test_a_minor_is_sent_to_help_and_leaves_no_date_behind(intake: Intake):
    visitor = await Visitor(intake).begin()

    await visitor.answer(born_year="2012", born_month="3", born_day="1")

    assert "We treat adults only" in visitor.read
    assert "pediatrician" in visitor.read
    assert visitor.page.count('href="tel:988"') >= 2
    await visitor.open(visitor.link)
    assert visitor.slug == "born"
    assert 'value="2012"' not in visitor.page


async def test_whom_we_write_to_in_which_language_is_in_the_sealed_contact_only(intake: Intake):
    """The page is Spanish, the messages are wanted in English."""
    contact = {**SPANISH["contact"], "language": "en"}
    visitor = await walk_to_the_end(Visitor(intake, {**SHORTEST, "contact": contact}, "es"))
    recap = visitor.read
    await visitor.press()

    assert "¿En qué idioma le escribimos? English" in recap
    outbox = str(await intake.said())
    assert "ines@example.com" not in outbox
    assert "Marchetti" not in outbox


async def test_what_a_clinician_decides_is_not_booked_before(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("health-heart")
    await visitor.answer(**{**visitor.health, "blood-pressure": "yes"})
    await visitor.walk_to(CHECK)
    assert "Do you have high blood pressure that is not well controlled? Yes No: 2 of 3 questions" in visitor.read

    await visitor.press()

    (requested,) = [body for topic, body in await intake.said() if topic == "consultation-requested"]
    assert requested["disposition"] == "await"


async def test_a_first_day_that_has_gone_by_when_it_is_sent_is_asked_for_again(intake: Intake):
    today = intake.clock.now().date().isoformat()
    visitor = await Visitor(intake, {**SHORTEST, "when": {"not_before": today}}, "es").begin()
    await visitor.walk_to(CHECK)
    intake.clock.advance(timedelta(days=3))

    await visitor.press()

    assert (visitor.status, "Elija hoy o un día posterior" in visitor.read) == (422, True)
    assert await intake.count("consultation_request") == 0


async def test_a_program_that_fills_in_everything_waits_for_staff(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to(CHECK)

    await visitor.press(website="https://example.com")

    (requested,) = [body for topic, body in await intake.said() if topic == "consultation-requested"]
    assert requested["disposition"] == "await"


async def test_pages_are_kept_by_nobody_and_found_by_no_search_engine(intake: Intake):
    visitor = await Visitor(intake).begin()
    answer = await intake.http.get(visitor.at, headers=HTML)

    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_form_of_another_site_begins_nothing(intake: Intake):
    answer = await intake.http.post(
        "/request/en", data={"who": "self"}, headers={**HTML, "Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert await intake.count("request_draft") == 0


async def test_what_a_begun_request_knows_is_sealed(intake: Intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("reasons")

    kept = str(await intake.rows("select * from request_draft"))

    assert "Marchetti" not in kept
    assert not re.search(r"1984\D{1,2}0?7\D{1,2}19", kept)  # the year alone may stand in any random token
    assert visitor.link.rpartition("/")[2] not in kept


async def test_a_begun_request_survives_that_its_first_page_was_never_answered(intake: Intake):
    cipher = await intake.app.state.keyring.newcomer()
    async with intake.database.transaction() as tx:
        token = await begin_request(tx, cipher, door_of(intake), "es")

    visitor = await Visitor(intake).open(f"/request/g/{token}")

    assert visitor.at.endswith("/es/who")


@pytest.mark.parametrize(("language", "sent"), [("en", "within a few minutes"), ("es", "en unos minutos")])
async def test_the_link_comes_by_email_when_there_is_an_address(intake: Intake, language: str, sent: str):
    visitor = await Visitor(intake, {**SHORTEST, **(SPANISH if language == "es" else {})}, language).begin()
    await visitor.walk_to("reasons")
    await visitor.open(visitor.at.replace("reasons", "later"))

    await visitor.press()

    assert sent in visitor.read
    assert [topic for topic, _ in await intake.said()] == ["request-paused"]
    assert visitor.link.rpartition("/")[2] not in str(await intake.said())


async def test_the_link_is_not_sent_without_end(intake: Intake):
    visitor = await Visitor(intake, language="es").begin()
    await visitor.walk_to("reasons")
    later = visitor.at.replace("reasons", "later")
    for _ in range(3):
        await intake.http.post(later, headers=HTML)

    again = await intake.http.post(later, headers=HTML)

    assert (again.status_code, "Búsquelo en su correo" in again.text) == (422, True)
    assert len(await intake.said()) == 3


async def test_without_an_address_the_page_itself_is_what_to_keep(intake: Intake):
    visitor = await Visitor(intake).begin()

    await visitor.open(visitor.at.replace("born", "later"))

    assert "Send me the link by email" not in visitor.read
    assert f'value="http://127.0.0.1:8080{visitor.link}"' in visitor.page


@pytest.mark.parametrize(
    ("days", "language", "said"), [(12, "en", "after 12 days"), (12, "es", "de 12 días"), (1, "es", "de un día")]
)
async def test_the_page_says_when_everything_is_erased_as_it_is_set(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, days: int, language: str, said: str
):
    monkeypatch.setenv("ABANDONED_REQUEST_DAYS", str(days))
    visitor = await Visitor(intake, language=language).begin()

    await visitor.open(visitor.at.replace("born", "later"))

    assert said in visitor.read
