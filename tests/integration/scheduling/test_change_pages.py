"""`/a/<token>`: what a patient sees and does behind the link that changes their appointment."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from services.scheduling.domain.change import LED_HERE_LIFE, MAILED_LIFE, MOST_TRIES, RENEWALS_A_DAY
from services.scheduling.outside.intake import Asks, IntakeSilent, NobodyKnown, Proven
from services.scheduling.pages.change_words import EN, ES
from services.scheduling.use_cases.change_links import make_change_link
from shared.web.change_ticket import sign_change_ticket
from shared.web.hold_ticket import LIFETIME
from shared.web.visit import LASTS
from tests.integration.scheduling.desk import CLINIC, Asked
from tests.integration.scheduling.front import INTAKE_KEYS, hidden, words

ONE_CLINICIAN = replace(CLINIC, resources=CLINIC.resources[:3])
BORN = {"born_year": "1984", "born_month": "7", "born_day": "19"}


@dataclass
class Intake:
    """Knows one date of birth, or one last name."""

    asks: Asks = Asks.BORN
    silent: bool = False
    erased: bool = False

    async def proof(self, request_id, said=""):
        del request_id
        if self.silent:
            raise IntakeSilent
        if self.erased:
            raise NobodyKnown
        return Proven(self.asks, said == ("1984-07-19" if self.asks is Asks.BORN else "Marchetti"))


@pytest.fixture
async def front(bare_front):
    """The demo clinic with one clinician; nobody is signed in."""
    await bare_front.desk.set_up(ONE_CLINICIAN)
    bare_front.app.state.proofs = Intake()
    return bare_front


async def booked(front, starts_at):
    asked = Asked.new()
    hold = await front.desk.keeps(asked, starts_at)
    await front.desk.hears(asked.requested(hold_id=hold.id))
    return asked


async def link_of(front, asked, language="en", *, mailed=True):
    async with front.desk.database.transaction() as tx:
        return f"/a/{await make_change_link(tx, asked.request_id, mailed=mailed)}/{language}"


async def opened(front, asked, language="en"):
    """The address, after whoever is here has said who they are."""
    link = await link_of(front, asked, language)
    assert (await front.send(link, BORN)).status_code == 303
    return link


def starts_in(page):
    return re.findall(r'name="start" value="([^"]+)"', page)


async def moves(front, link, start, seen="1"):
    return await front.send(f"{link}/move", {"start": start.isoformat(), "seen": seen})


@pytest.mark.parametrize(("language", "said"), [("en", EN), ("es", ES)])
async def test_nothing_is_shown_before_somebody_says_who_they_are(front, language, said):
    asked = await booked(front, front.desk.monday_at(10))

    page = words(await front.page(await link_of(front, asked, language)))

    assert said.who.born in page
    assert asked.reference not in page
    assert "June 22" not in page


async def test_ten_looks_consume_nothing(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await link_of(front, asked)

    for _ in range(10):
        await front.page(link)

    assert (await front.send(link, BORN)).status_code == 303


async def test_without_a_language_the_browser_says_it(front):
    link = (await link_of(front, await booked(front, front.desk.monday_at(10)))).removesuffix("/en")

    answer = await front.http.get(link, headers={"Accept": "text/html", "Accept-Language": "es-MX,en;q=0.5"})

    assert answer.headers["location"] == f"{link}/es"


async def test_the_appointment_and_all_free_times_but_their_own(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await opened(front, asked)

    page = await front.page(link)

    assert asked.reference in words(page)
    assert len(starts_in(page)) > 5
    assert front.desk.monday_at(10).isoformat() not in starts_in(page)


async def test_later_times_are_a_link_away(front):
    link = await opened(front, await booked(front, front.desk.monday_at(10)))
    first = await front.page(link)

    later = await front.page(re.search(r'href="([^"]*later=[^"]*)"', first)[1])

    assert min(starts_in(later)) > max(starts_in(first))


async def test_whose_chosen_time_was_gone_is_told_so_and_shown_the_three_nearest(front):
    asked, ten = Asked.new(), front.desk.monday_at(10)
    hold = await front.desk.keeps(asked, ten)
    front.desk.clock.advance(timedelta(minutes=16))
    await booked(front, ten)
    await front.desk.hears(asked.requested(hold_id=hold.id))

    page = await front.page(await opened(front, asked))

    assert "10:00 AM, Denver time (MDT), was gone" in words(page)
    assert EN.nearest in words(page)
    nearest = [(ten + timedelta(minutes=minutes)).isoformat() for minutes in (-60, -45, 45)]
    assert starts_in(page)[:3] == nearest


async def test_a_chosen_time_is_theirs_and_the_page_says_so(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await opened(front, asked)

    answer = await moves(front, link, front.desk.monday_at(14))

    assert answer.headers["location"] == f"{link}?moved"
    page = words(await front.page(answer.headers["location"]))
    assert EN.moved in page
    assert "2:00 PM" in page


async def test_a_time_that_was_just_taken_is_answered_with_the_three_nearest(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await opened(front, asked)
    await booked(front, taken := front.desk.monday_at(14))

    answer = await moves(front, link, taken)

    assert answer.status_code == 409
    assert EN.taken in words(answer.text)
    nearest = [(taken + timedelta(minutes=minutes)).isoformat() for minutes in (-60, -45, 45)]
    assert starts_in(answer.text)[:3] == nearest
    (appointment,) = await front.desk.appointments(asked)
    assert appointment["starts_at"] == front.desk.monday_at(10)


async def test_nothing_chosen_is_said(front):
    link = await opened(front, await booked(front, front.desk.monday_at(10)))

    for start in ("", "tomorrow", "9999-12-31T23:59:59+00:00"):
        answer = await front.send(f"{link}/move", {"start": start, "seen": "1"})
        assert (answer.status_code, EN.choose_first in words(answer.text)) == (422, True)


async def test_an_old_window_changes_nothing(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await opened(front, asked)
    await moves(front, link, front.desk.monday_at(14))

    for path, typed in (("move", {"start": front.desk.monday_at(15).isoformat()}), ("cancel", {})):
        answer = await front.send(f"{link}/{path}", typed | {"seen": "1"})
        assert (answer.status_code, EN.changed in words(answer.text)) == (409, True)

    (appointment,) = await front.desk.appointments(asked)
    assert (appointment["state"], appointment["starts_at"]) == ("booked", front.desk.monday_at(14))


@pytest.mark.parametrize("notice", [timedelta(days=30), timedelta(hours=2)])
async def test_within_the_clinics_notice_the_page_says_to_call(front, notice):
    await front.desk.set_up(replace(ONE_CLINICIAN, change_notice=notice))

    page = await front.page(await opened(front, await booked(front, front.desk.monday_at(10))))

    too_late = "Your appointment is too soon to change it here" in words(page)
    assert (too_late, bool(starts_in(page))) == ((True, False) if notice.days else (False, True))


async def test_cancelling_asks_once_more_and_takes_a_reason_or_none(front):
    for reason in ("patient-unwell", "", "something else"):
        asked = await booked(front, front.desk.monday_at(10))
        link = await opened(front, asked)
        page = await front.page(f"{link}/cancel")
        assert (await front.desk.consultation(asked))["state"] == "booked"

        await front.send(f"{link}/cancel", {"seen": hidden(page, "seen"), "reason": reason})

        assert EN.cancelling.done_heading in words(await front.page(link))
        (appointment,) = await front.desk.appointments(asked)
        assert appointment["cancel_reason"] == ("patient-unwell" if reason == "patient-unwell" else None)


async def test_wrong_answers_close_the_link_and_right_ones_are_not_looked_at_any_more(front):
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))
    for _ in range(MOST_TRIES - 1):
        answer = await front.send(link, BORN | {"born_day": "20"})
        assert answer.status_code == 422
        assert "does not fit" in words(answer.text)
    await front.send(link, BORN | {"born_day": "20"})

    await front.send(link, BORN)

    assert EN.ended.heading in words(await front.page(link, 410))


@pytest.mark.parametrize(
    ("asks", "typed", "said"),
    [
        (Asks.BORN, {}, EN.who.no_date),
        (Asks.BORN, BORN | {"born_day": " "}, EN.who.no_date),
        (Asks.BORN, {"last_name": "Marchetti"}, EN.who.no_date),
        (Asks.LAST_NAME, {"last_name": " "}, EN.who.no_name),
    ],
)
async def test_a_field_that_was_left_empty_is_asked_for_again_and_is_no_try(front, asks, typed, said):
    front.app.state.proofs = Intake(asks)
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))

    answers = [await front.send(link, typed) for _ in range(MOST_TRIES + 1)]

    assert {answer.status_code for answer in answers} == {422}
    assert said in words(answers[-1].text)
    assert "does not fit" not in words(answers[-1].text)
    right = BORN if asks is Asks.BORN else {"last_name": "Marchetti"}
    assert (await front.send(link, right)).status_code == 303


async def test_many_tries_at_once_are_counted_one_by_one(front):
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))

    answers = await asyncio.gather(*(front.send(link, BORN | {"born_day": str(day)}) for day in range(1, 16)))

    assert sum(answer.status_code == 422 for answer in answers) == MOST_TRIES - 1


async def test_whose_date_of_birth_nobody_knows_says_a_last_name(front):
    front.app.state.proofs = Intake(Asks.LAST_NAME)
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))
    assert EN.who.last_name in words(await front.page(link))

    assert (await front.send(link, {"last_name": "Marchetti"})).status_code == 303


async def test_while_nobody_can_say_whether_it_fits_nothing_is_lost_and_nothing_is_shown(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await link_of(front, asked)
    front.app.state.proofs.silent = True

    assert EN.who.away_heading in words(await front.page(link, 503))
    assert (await front.send(link, BORN)).status_code == 503

    front.app.state.proofs.silent = False
    assert (await front.send(link, BORN)).status_code == 303


async def test_who_was_erased_leads_nowhere(front):
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))
    front.app.state.proofs.erased = True

    assert EN.ended.unknown_heading in words(await front.page(link, 404))


async def test_who_has_said_it_need_not_for_two_hours_and_for_this_link_only(front):
    asked = await booked(front, front.desk.monday_at(10))
    link, other = await opened(front, asked), await link_of(front, asked)
    assert asked.reference not in await front.page(other)

    front.desk.clock.advance(LASTS)

    assert EN.who.born in words(await front.page(link))


async def test_nothing_is_done_for_whom_has_not_said_it(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await link_of(front, asked)

    for path in ("move", "cancel"):
        answer = await front.send(f"{link}/{path}", {"start": front.desk.monday_at(14).isoformat(), "seen": "1"})
        assert answer.headers["location"] == link

    (appointment,) = await front.desk.appointments(asked)
    assert (appointment["revision"], appointment["state"]) == (1, "booked")


async def test_only_the_hash_of_a_link_is_stored(front):
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))

    rows = await front.desk.database.pool.fetch("select change_link::text as all from change_link")

    assert link.split("/")[2] not in rows[0]["all"]


async def test_a_link_that_has_ended_is_helpful_and_asks_for_another_once(front):
    link = await link_of(front, await booked(front, front.desk.monday_at(10, weeks=4)))
    front.desk.clock.advance(MAILED_LIFE)
    assert EN.ended.button in words(await front.page(link, 410))

    for _ in range(3):
        await front.send(f"{link}/new-link", {})

    assert EN.ended.sent_heading in words(await front.page(link, 410))
    ((_, body),) = await front.desk.said("change-link-asked")
    assert set(body) == {"clinic_id", "patient_id", "ask_id", "request_id", "asked_at"}


async def test_one_mailbox_gets_so_many_a_day_and_no_answer_tells(front):
    asked = await booked(front, front.desk.monday_at(10, weeks=4))
    links = [await link_of(front, asked) for _ in range(RENEWALS_A_DAY + 2)]
    front.desk.clock.advance(MAILED_LIFE)

    for link in links:
        await front.send(f"{link}/new-link", {})
        assert EN.ended.sent_heading in words(await front.page(link, 410))

    assert len(await front.desk.said("change-link-asked")) == RENEWALS_A_DAY


async def test_no_new_link_is_asked_for_while_one_opens(front):
    link = await link_of(front, await booked(front, front.desk.monday_at(10)))

    await front.send(f"{link}/new-link", {})

    assert await front.desk.said("change-link-asked") == []


@pytest.mark.parametrize("path", ["", "/en", "/en/cancel"])
async def test_what_was_never_a_link_leads_nowhere(front, path):
    assert EN.ended.unknown_heading in words(await front.page(f"/a/{'x' * 43}{path}", 404))


def ticket(front, asked):
    signs = {"service_token_private_key": SecretStr(INTAKE_KEYS[0])}
    settings = front.app.state.settings.model_copy(update=signs)
    return sign_change_ticket(settings, front.desk.clock, asked.request_id)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_own_page_leads_here_and_nothing_more_is_asked(front, language):
    asked = await booked(front, front.desk.monday_at(10))

    answer = await front.send("/a/mine", {"ticket": ticket(front, asked), "language": language})

    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"/{language}")
    assert asked.reference in await front.page(answer.headers["location"])


async def test_a_link_from_the_own_page_sends_no_mail_when_it_has_ended(front):
    asked = await booked(front, front.desk.monday_at(10))
    answer = await front.send("/a/mine", {"ticket": ticket(front, asked), "language": "en"})
    front.desk.clock.advance(LED_HERE_LIFE)

    page = words(await front.page(answer.headers["location"], 410))
    await front.send(f"{answer.headers['location']}/new-link", {})

    assert "page of your request" in page
    assert EN.ended.button not in page
    assert await front.desk.said("change-link-asked") == []


@pytest.mark.parametrize("wrong", ["over", "forged", "of a hold", "none", "cancelled"])
async def test_a_ticket_that_is_not_good_leads_back(front, wrong):
    asked = await booked(front, front.desk.monday_at(10))
    sent = {"forged": "x.y.z", "of a hold": front.ticket(asked), "none": ""}.get(wrong) or ticket(front, asked)
    if wrong == "none":
        sent = ""
    if wrong == "over":
        front.desk.clock.advance(LIFETIME)
    if wrong == "cancelled":
        await front.desk.calls_off(asked)

    answer = await front.send("/a/mine", {"ticket": sent, "language": "en"})

    assert answer.status_code == 409
    assert "page of your request" in words(answer.text)


async def test_no_other_site_moves_an_appointment(front):
    asked = await booked(front, front.desk.monday_at(10))
    link = await opened(front, asked)

    answer = await front.http.post(
        f"{link}/move",
        data={"start": front.desk.monday_at(14).isoformat(), "seen": "1"},
        headers={"Origin": "https://elsewhere.example"},
    )

    assert answer.status_code == 403


async def test_whoever_writes_the_letter_gets_a_link_and_nobody_else(front):
    asked = await booked(front, front.desk.monday_at(10))
    path = f"/internal/requests/{asked.request_id}/change-link"

    answer = await front.http.post(path, auth=front.as_service())

    assert answer.status_code == 201
    assert EN.who.born in words(await front.page(f"{answer.json()['path']}/en"))
    assert (await front.http.post(path)).status_code == 401
    intake = front.as_service(INTAKE_KEYS[0], "intake")
    assert (await front.http.post(path, auth=intake)).status_code == 401


async def test_there_is_no_link_for_what_is_not_booked(front):
    path = f"/internal/requests/{Asked.new().request_id}/change-link"

    assert (await front.http.post(path, auth=front.as_service())).status_code == 404
