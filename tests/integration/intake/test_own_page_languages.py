"""The patient's own page in the language of the request, which its address says: whatever it says, and without the keyring."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.intake.store.request_links import LIFE
from shared.events.consultation import (
    ConsultationCancelled,
    ConsultationCompleted,
    ConsultationDecision,
    ConsultationScheduled,
    ConsultationWaitlisted,
)
from shared.events.consultation_request import ConsultationRequested
from shared.events.staff import Role
from shared.keyring.contact import open_contact
from shared.keyring.keyring import CACHE_FOR
from shared.web.change_ticket import ChangeTicketVerifier
from tests.integration.intake.conftest import SIGNED_BY, SITE, Intake, MakeIntake, heard, hidden, words
from tests.integration.intake.decisions import newest, press
from tests.integration.intake.guided import CONTACT, Walk
from tests.integration.intake.guided_pages import HTML, SHORTEST, Visitor
from tests.integration.intake.test_hears_in_any_order import NOON, REACTIONS, THURSDAY, Story
from tests.keyring_line import KeyringLine

ENGLISH_WORDS = r"\b(your?|request|we|the|call|time|done|now|next|today|minutes|time|with|where|refresh|live)\b"
SPANISH_CONTACT = {"email": "ines@example.com", "consents": "contact-email-1-es", "language": "es"}
Happening = Callable[[Intake, Story, str], Awaitable[object]]


async def nothing(intake: Intake, story: Story, token: str) -> None:
    """As it was sent."""


async def scheduled(intake: Intake, story: Story, token: str) -> None:
    await intake.hear(REACTIONS[ConsultationScheduled], heard(story.events[1][0], 2, story.id))


async def waitlisted(intake: Intake, story: Story, token: str) -> None:
    await intake.hear(REACTIONS[ConsultationWaitlisted], heard(story.events[0][0], 1, story.id))


async def cancelled(intake: Intake, story: Story, token: str) -> None:
    await intake.hear(REACTIONS[ConsultationCancelled], heard(story.events[3][0], 4, story.id))


async def passed(intake: Intake, story: Story, token: str) -> None:
    await scheduled(intake, story, token)
    intake.clock.advance(THURSDAY - NOON + timedelta(hours=1))


async def soon(intake: Intake, story: Story, token: str) -> None:
    await scheduled(intake, story, token)
    intake.clock.advance(THURSDAY - NOON - timedelta(hours=1))


async def withdrawn(intake: Intake, story: Story, token: str) -> None:
    await intake.http.post(f"/r/{token}/es/withdraw")


async def suitable(intake: Intake, story: Story, token: str) -> None:
    await intake.hear(
        REACTIONS[ConsultationCompleted], heard(story.decided(ConsultationDecision.SUITABLE), 5, story.id)
    )


async def not_suitable(intake: Intake, story: Story, token: str) -> None:
    await intake.hear(
        REACTIONS[ConsultationCompleted], heard(story.decided(ConsultationDecision.NOT_SUITABLE), 6, story.id)
    )


async def more_information(intake: Intake, story: Story, token: str) -> None:
    decided = story.decided(ConsultationDecision.MORE_INFORMATION)
    await intake.hear(REACTIONS[ConsultationCompleted], heard(decided, 5, story.id))


async def declined(intake: Intake, story: Story, token: str) -> None:
    await intake.sign_in(Role.CLINICIAN)
    assert (await press(intake, story.id, "decline", because="not-suitable")).status_code == 303


STATES = [
    (nothing, "Le estamos buscando una hora"),
    (scheduled, "Le esperamos el jueves"),
    (soon, "Le esperamos hoy"),
    (passed, "Ya pasó la hora"),
    (waitlisted, "Está en la lista de espera"),
    (cancelled, "La consulta del viernes 19 de junio, 9:30 a. m., no se hará."),
    (withdrawn, "Su solicitud está retirada"),
    (suitable, "El profesional piensa que el tratamiento puede ayudarle."),
    (not_suitable, "no es lo adecuado para usted en este momento"),
    (more_information, "Esto no es un no."),
    (declined, "No podemos ofrecerle una cita aquí"),
]


def unmarked(page: str) -> str:
    """Everything that is not said to be in another language, nor names or addresses."""
    body = page.partition("<body")[2]
    return words(
        re.sub(r"<li><a [^>]*hreflang.*?</li>|<(h2|a [^>]*brand[^>]*)>[^<]*Tern Street.*?<", "<", body, flags=re.DOTALL)
    )


async def asked(intake: Intake, **changes: object) -> tuple[str, Story]:
    token = await intake.submitted(**changes)
    return token, Story(intake.clinic_id, (await newest(intake))["id"])


@pytest.mark.parametrize(("happens", "said"), STATES, ids=[happens.__name__ for happens, _ in STATES])
async def test_every_state_is_told_in_spanish_and_nothing_in_english(intake: Intake, happens: Happening, said: str):
    token, story = await asked(intake)
    await happens(intake, story, token)

    page = await intake.page(f"/r/{token}/es")

    assert '<html lang="es"' in page
    assert said in words(page).replace("\u00a0", " ")
    assert not re.search(ENGLISH_WORDS, unmarked(page), re.IGNORECASE), unmarked(page)


async def test_the_page_names_itself_in_the_other_language(intake: Intake):
    token = await intake.submitted()

    assert f'href="/r/{token}/es" lang="es"' in await intake.page(f"/r/{token}")
    assert f'href="/r/{token}" lang="en"' in await intake.page(f"/r/{token}/es")


async def test_what_the_page_fetches_and_leads_to_is_in_its_language(intake: Intake):
    token = await intake.submitted()
    page = await intake.page(f"/r/{token}/es")

    for path in re.findall(rf'(?:hx-get|href)="(/r/{token}/es/[^"]+)"', page):
        assert "solicitud" in words(await intake.page(path)), path
    assert f'hx-get="/r/{token}/es/state"' in page


async def test_withdrawing_asks_and_answers_in_spanish(intake: Intake):
    token, story = await asked(intake)
    await scheduled(intake, story, token)

    question = await intake.page(f"/r/{token}/es/withdraw")
    sent = await intake.http.post(f"/r/{token}/es/withdraw")

    assert "Su consulta del jueves 18 de junio, 9:30" in words(question)
    assert f'action="/r/{token}/es/withdraw"' in question
    assert not re.search(ENGLISH_WORDS, unmarked(question), re.IGNORECASE), unmarked(question)
    assert sent.headers["location"] == f"/r/{token}/es"


async def test_crisis_help_stands_first_in_spanish_too(intake: Intake):
    token, _ = await asked(intake, reasons=["suicidal-ideation"])

    page = words(await intake.page(f"/r/{token}/es"))

    assert page.index("Hay ayuda ahora mismo") < page.index("Recibimos su solicitud")
    assert "no somos un servicio de crisis" in page


@pytest.mark.parametrize(("language", "said"), [("en", "This link has ended"), ("es", "Este enlace terminó")])
async def test_a_link_that_has_ended_says_so_in_its_language(intake: Intake, language: str, said: str):
    token = await intake.submitted()
    intake.clock.advance(LIFE)

    page = await intake.page(f"/r/{token}/{language}", status=410)

    assert said in words(page)
    assert f'href="/r/{token}{"" if language == "es" else "/es"}" lang=' in page


@pytest.mark.parametrize("path", ["/r/nothing", "/r/questions/nothing"])
async def test_a_link_that_lost_its_end_is_answered_in_the_language_of_the_browser(intake: Intake, path: str):
    answer = await intake.http.get(path, headers={**HTML, "Accept-Language": "es-MX"})

    assert answer.status_code == 404
    assert "Este enlace no lleva a ninguna solicitud" in answer.text


async def test_a_language_that_was_taken_away_leaves_the_page_in_english(intake: Intake):
    token = await intake.submitted()

    assert "We are finding your time" in words(await intake.page(f"/r/{token}/tlh"))


async def test_it_needs_no_keyring(intake: Intake, keyring_line: KeyringLine):
    token = await intake.submitted()
    intake.clock.advance(CACHE_FOR)
    await keyring_line.cut()

    assert "Le estamos buscando una hora" in words(await intake.page(f"/r/{token}/es"))


async def test_the_guided_request_ends_on_a_page_in_its_language_wherever_one_comes_from(intake: Intake):
    visitor = await Visitor(intake, {**SHORTEST, "contact": SPANISH_CONTACT}, "es").begin()
    await visitor.walk_to("check")
    check, link = visitor.at, visitor.link

    await visitor.press()

    assert visitor.at.endswith("/es")
    assert "Le estamos buscando una hora" in visitor.read
    mine = visitor.at
    for again in (link, check, check.replace("check", "name"), check.replace("check", "later")):
        assert (await visitor.open(again)).at == mine


@pytest.mark.parametrize(("language", "end"), [("en", ""), ("es", "/es")])
async def test_the_link_in_messages_opens_the_page_in_the_language_they_are_written_in(
    intake: Intake, language: str, end: str
):
    walk = await (await Walk.begin(intake, language)).filled()
    await walk.save("contact", {**CONTACT, "language": (language,)})

    submitted = await walk.send()

    [body] = [body for topic, body in await intake.said() if topic == "consultation-requested"]
    contact = open_contact(walk.cipher, ConsultationRequested.model_validate(body).contact)
    assert contact.links == {"request": f"{SITE}/r/{submitted.token}{end}"}


@pytest.mark.parametrize("address", ["", "/es"])
async def test_whoever_has_a_time_may_choose_another_with_a_ticket_for_this_request(
    make_intake: MakeIntake, address: str
):
    intake = await make_intake(service_token_public_keys={"intake": SIGNED_BY})
    token, story = await asked(intake)
    await scheduled(intake, story, token)

    page = await intake.page(f"/r/{token}{address}")

    verifier = ChangeTicketVerifier.from_settings(intake.app.state.settings, intake.clock)
    assert verifier.verify(hidden(page, "ticket")) == story.id
    assert hidden(page, "language") == (address[1:] or "en")


async def test_a_front_end_gets_the_same_ticket(make_intake: MakeIntake):
    intake = await make_intake(service_token_public_keys={"intake": SIGNED_BY})
    token, story = await asked(intake)
    await scheduled(intake, story, token)
    links = (await intake.http.get(f"/api/consultation-requests/{token}")).json()["links"]

    told = (await intake.http.get(links["change_ticket"])).json()

    verifier = ChangeTicketVerifier.from_settings(intake.app.state.settings, intake.clock)
    assert verifier.verify(told["ticket"]) == story.id
    assert told["links"]["move"] == "/api/appointments/move"


@pytest.mark.parametrize("happens", [nothing, waitlisted, cancelled, passed, withdrawn])
async def test_whoever_has_none_is_not_led_there(intake: Intake, happens: Happening):
    token, story = await asked(intake)
    await happens(intake, story, token)

    by_json = await intake.http.get(f"/api/consultation-requests/{token}/change-ticket")

    assert "/a/mine" not in await intake.page(f"/r/{token}")
    assert (by_json.status_code, by_json.json()["type"].rpartition("/")[2]) == (409, "no-appointment-ahead")
