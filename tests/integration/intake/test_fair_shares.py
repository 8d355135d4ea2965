"""Nobody fills the calendar alone, nobody is refused, and nobody learns whether somebody else is known here."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from services.intake.callers import fair_shares
from services.intake.domain.fair_share import WINDOW
from services.intake.reactions.consultation_cancelled import record_consultations_cancelled
from services.intake.settings import IntakeSettings
from services.intake.store import contact_shares
from shared.events.consultation import ConsultationCancelled
from shared.events.staff import Role
from shared.events.values import DecidedBy
from tests.integration.intake.conftest import INES, Intake, heard, words

AHEAD = IntakeSettings().contact_booked_ahead
A_DAY = IntakeSettings().contact_requests_a_day


async def held(intake: Intake) -> Counter[str | None]:
    """How many requests were kept for each reason to wait; None for those left to be booked."""
    rows = await intake.rows("select held, disposition from consultation_request")
    assert {row["disposition"] for row in rows if row["held"]} <= {"await"}
    assert {row["disposition"] for row in rows if not row["held"]} <= {"book"}
    return Counter(row["held"] for row in rows)


async def newest(intake: Intake) -> dict[str, Any]:
    return (await intake.rows("select * from consultation_request order by id desc limit 1"))[0]


async def test_two_hundred_requests_of_one_contact_take_four_times_and_all_are_kept(intake: Intake):
    names = [f"Nobody {number}" for number in range(200)]
    for some in (names[at : at + 20] for at in range(0, 200, 20)):
        answers = await asyncio.gather(*(intake.ask({**INES, "name": name}) for name in some))
        assert {answer.status_code for answer in answers} == {201}

    assert (await held(intake))[None] == AHEAD
    assert Counter(body["disposition"] for _, body in await intake.said()) == {"book": AHEAD, "await": 200 - AHEAD}


async def test_asking_and_withdrawing_again_and_again_ends_after_a_few(intake: Intake):
    for _ in range(A_DAY + 3):
        token = await intake.submitted()
        await intake.http.post(f"/r/{token}/withdraw")

    assert await held(intake) == {None: A_DAY, "asked-often": 3}


async def test_a_family_with_one_phone_is_booked(intake: Intake):
    for name in ("ines", "tomasz", "ada", "mila"):
        await intake.submitted(name=name, email=f"{name}@example.com")

    assert await held(intake) == {None: 4}


async def test_one_mailbox_counts_as_one_however_it_is_spelt(intake: Intake):
    for number in range(AHEAD):
        await intake.submitted(email=f"ines+{number}@example.com", mobile=None, consents=["contact-email-1"])
    await intake.submitted(email="INES@Example.com", mobile=None, consents=["contact-email-1"])

    assert (await newest(intake))["held"] == "booked-ahead"


async def test_who_withdrew_may_be_booked_again(intake: Intake):
    tokens = [await intake.submitted() for _ in range(AHEAD)]
    await intake.http.post(f"/r/{tokens[0]}/withdraw")

    await intake.submitted()

    assert await held(intake) == {None: AHEAD + 1}


async def test_what_the_clinic_cancelled_counts_no_more(intake: Intake):
    for _ in range(AHEAD):
        await intake.submitted()
    request = await newest(intake)
    cancelled = ConsultationCancelled(
        clinic_id=intake.clinic_id,
        patient_id=request["patient_id"],
        consultation_id=request["id"],
        request_id=request["id"],
        reference=request["reference"],
        by=DecidedBy.STAFF,
        appointment=None,
    )
    await intake.hear(record_consultations_cancelled, heard(cancelled, 2, request["id"]))

    await intake.submitted()

    assert await held(intake) == {None: AHEAD + 1}


async def test_the_next_day_counts_anew(intake: Intake):
    for _ in range(A_DAY + 1):
        await intake.http.post(f"/r/{await intake.submitted()}/withdraw")
    intake.clock.advance(WINDOW)

    await intake.submitted()

    assert (await newest(intake))["held"] is None


async def test_who_waits_is_told_the_same_as_everybody(intake: Intake):
    first = await intake.ask()
    for _ in range(AHEAD):
        last = await intake.ask()

    def told(body: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in body.items() if name not in ("reference", "links")}

    assert told(last.json()) == told(first.json())
    pages = [words(await intake.page(f"/r/{one.headers['location'].rpartition('/')[2]}")) for one in (first, last)]
    references = [one.json()["reference"] for one in (first, last)]
    assert pages[0].replace(references[0], "") == pages[1].replace(references[1], "")


async def test_somebody_at_risk_who_has_to_wait_is_told_of_at_once(intake: Intake):
    for _ in range(AHEAD):
        await intake.submitted()

    await intake.submitted(reasons=["suicidal-ideation"])

    assert (await newest(intake))["held"] == "booked-ahead"
    assert (await intake.said())[-1][0] == "risk-raised"


async def test_staff_see_why_it_waits_and_let_it_be_booked(intake: Intake):
    for _ in range(AHEAD + 1):
        await intake.submitted()
    request = await newest(intake)
    staff_id = await intake.sign_in(Role.FRONT_DESK)
    address = f"/staff/requests/{request['id']}"
    assert "already has several consultations ahead" in words(await intake.page("/staff/requests"))
    assert "already has several consultations ahead" in words(await intake.page(address))

    for _ in range(2):
        assert (await intake.http.post(f"{address}/clear", data={"seen": 1})).status_code == 303

    topic, body = (await intake.said())[-1]
    assert (topic, body["disposition"], body["by"]) == ("consultation-cleared", "book", "staff")
    assert [topic for topic, _ in await intake.said()].count("consultation-cleared") == 1
    assert (await newest(intake))["cleared_by"] == staff_id
    assert "Let it be booked Mon, Jun 15, 12:00, Rosa Imani, front desk" in words(await intake.page(address))


async def test_what_was_withdrawn_is_not_booked_any_more(intake: Intake):
    for _ in range(AHEAD + 1):
        token = await intake.submitted()
    await intake.http.post(f"/r/{token}/withdraw")
    await intake.sign_in(Role.FRONT_DESK)

    answer = await intake.http.post(f"/staff/requests/{(await newest(intake))['id']}/clear", data={"seen": 1})

    assert answer.status_code == 409


async def test_whom_staff_enter_is_not_counted(intake: Intake):
    await intake.sign_in(Role.FRONT_DESK)
    for _ in range(A_DAY + 3):
        assert (await intake.send_form("/staff/requests/new")).status_code == 303

    assert await held(intake) == {None: A_DAY + 3}
    assert await intake.count("contact_share") == 0


@pytest.mark.parametrize(
    ("address", "waiting"),
    [("9.9.9.9", {None: 3, "same-place": 2}), ("2620:fe::{n}", {None: 3, "same-place": 2}), ("192.168.1.7", {None: 5})],
)
async def test_more_than_a_share_from_one_network_waits_unless_it_may_be_everybody(
    intake: Intake, address: str, waiting: dict[str | None, int]
):
    intake.app.state.fair_shares = fair_shares(intake.app.state.settings, IntakeSettings(address_requests_a_day=3))

    for n in range(5):
        person = {**INES, "email": f"person{n}@example.com", "mobile": None, "consents": ["contact-email-1"]}
        await intake.ask(person, **{"X-Forwarded-For": address.format(n=n)})

    assert await held(intake) == waiting


async def test_a_browser_that_fills_in_everything_loses_nobody(intake: Intake):
    sent = await intake.send_form(website="https://ines.example")

    assert sent.status_code == 303
    assert "Your request has reached us" in words(await intake.page(sent.headers["location"]))
    assert await held(intake) == {"like-a-program": 1}


@pytest.mark.parametrize("form", ["/request/short", "/staff/requests/new"])
async def test_that_field_is_hidden_from_people_and_their_screen_readers(intake: Intake, form: str):
    await intake.sign_in(Role.FRONT_DESK)
    page = await intake.page(form)

    assert page.count('name="website"') == (form == "/request/short")
    assert '<div class="honey" aria-hidden="true">' in page or form != "/request/short"


async def test_contacts_are_kept_as_keyed_hashes_and_not_for_long(intake: Intake):
    await intake.submitted()
    (row, other) = await intake.rows("select contact, booked from contact_share")
    for known in (b"ines@example.com", b"+13035550187"):
        assert known not in row["contact"] + other["contact"]
    assert (await newest(intake))["id"] in row["booked"]

    intake.clock.advance(contact_shares.KEPT)
    async with intake.database.transaction() as tx:
        assert await contact_shares.forget_old(tx) == 2


async def test_two_families_with_two_phones_between_them_never_wait_for_each_other(intake: Intake):
    """Each request names both contacts, in the one order or the other."""
    one = {**INES, "email": "a@example.com", "mobile": "+13035550142"}
    other = {**INES, "email": "b@example.com", "mobile": "+13035550187"}
    crossed = [{**one, "email": other["email"]}, {**other, "email": one["email"]}]

    answers = await asyncio.gather(*(intake.ask(body) for body in (one, other, *crossed) * 8))

    assert {answer.status_code for answer in answers} == {201}
    assert (await held(intake))[None] <= 2 * AHEAD
