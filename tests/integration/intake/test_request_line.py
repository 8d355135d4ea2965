"""The line of requests: in which order, narrowed by what, and whom a search finds."""

from datetime import timedelta
from typing import Any

from services.intake.reactions import consultation_scheduled, consultation_waitlisted
from shared.events.consultation import ConsultationScheduled, ConsultationWaitlisted
from shared.events.staff import Role
from shared.events.values import AppointmentTime, DecidedBy
from shared.ids import uuid7
from tests.conftest import NOON
from tests.integration.intake.conftest import INES_TYPED, Intake, heard, words
from tests.integration.intake.decisions import as_clinician, held, mark, newest, press, row_of, sent


async def order_of(intake: Intake, *names: str, query: str = "") -> list[str]:
    """Those of `names` that the page shows, from its top."""
    page = words(await intake.page(f"/staff/requests{query}"))
    return sorted((name for name in names if name in page), key=page.index)


async def scheduled(intake: Intake, request_id: Any, in_days: int) -> None:
    row = await row_of(intake, request_id)
    starts_at = NOON + timedelta(days=in_days)
    said = ConsultationScheduled(
        clinic_id=intake.clinic_id,
        patient_id=row["patient_id"],
        consultation_id=uuid7(),
        request_id=row["id"],
        reference=row["reference"],
        by=DecidedBy.SYSTEM,
        appointment=AppointmentTime(
            appointment_id=uuid7(),
            revision=1,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            zone="America/Denver",
            local_start=starts_at.replace(tzinfo=None),
        ),
    )
    await intake.hear(consultation_scheduled.record_consultations_scheduled, heard(said, 1, request_id))


async def waitlisted(intake: Intake, request_id: Any) -> None:
    row = await row_of(intake, request_id)
    said = ConsultationWaitlisted(
        clinic_id=intake.clinic_id,
        patient_id=row["patient_id"],
        consultation_id=uuid7(),
        request_id=row["id"],
        reference=row["reference"],
        by=DecidedBy.SYSTEM,
    )
    await intake.hear(consultation_waitlisted.record_consultations_waitlisted, heard(said, 1, request_id))


async def test_the_line_goes_by_danger_then_what_waits_for_staff_then_age(intake: Intake):
    await scheduled(intake, await sent(intake, name="Late Visit"), in_days=9)
    await scheduled(intake, await sent(intake, name="Next Visit"), in_days=2)
    await waitlisted(intake, await sent(intake, name="Waits Longest"))
    intake.clock.advance(timedelta(minutes=5))
    await held(intake, name="First Held", email="a@example.com", mobile="", consents=["contact-email-1"])
    intake.clock.advance(timedelta(minutes=5))
    await held(intake, name="Second Held", email="b@example.com", mobile="", consents=["contact-email-1"])
    await sent(intake, name="In Danger", reasons=["suicidal-ideation"])
    await intake.sign_in()

    everybody = ("In Danger", "First Held", "Second Held", "Waits Longest", "Next Visit", "Late Visit")
    assert await order_of(intake, *reversed(everybody)) == list(everybody)


async def test_each_view_shows_its_own(intake: Intake):
    await held(intake, name="Held One")
    await scheduled(intake, await sent(intake, name="Has Time"), in_days=2)
    await waitlisted(intake, await sent(intake, name="On List"))
    over = await sent(intake, name="Is Over")
    await as_clinician(intake)
    await press(intake, over, "decline", because="not-suitable")

    everybody = ("Held One", "Has Time", "On List", "Is Over")
    assert await order_of(intake, *everybody, query="?view=decide") == ["Held One"]
    assert await order_of(intake, *everybody, query="?view=scheduled") == ["Has Time"]
    assert await order_of(intake, *everybody, query="?view=waitlisted") == ["On List"]
    assert await order_of(intake, *everybody, query="?view=closed") == ["Is Over"]
    assert set(await order_of(intake, *everybody)) == {"Held One", "Has Time", "On List"}


async def test_filters_narrow_and_an_empty_one_does_not(intake: Intake):
    await sent(intake, name="Writes Herself", reasons=["ptsd"])
    await intake.sign_in()
    await intake.send_form("/staff/requests/new", typed={"name": "Calls Us", "reasons": ["chronic-pain"]})
    both = ("Writes Herself", "Calls Us")

    assert await order_of(intake, *both, query="?reach=phone") == ["Calls Us"]
    assert await order_of(intake, *both, query="?reach=messages") == ["Writes Herself"]
    assert await order_of(intake, *both, query="?entered=staff") == ["Calls Us"]
    assert await order_of(intake, *both, query="?reason=ptsd") == ["Writes Herself"]
    assert await order_of(intake, *both, query="?urgency=urgent") == []
    assert set(await order_of(intake, *both, query="?reason=&urgency=&reach=&entered=")) == set(both)
    assert "Nothing like this" in words(await intake.page("/staff/requests?urgency=urgent"))


async def test_a_filter_stays_with_the_live_part_and_the_pages(intake: Intake):
    await intake.sign_in()

    page = (await intake.page("/staff/requests?view=decide&reason=ptsd")).replace("&amp;", "&")

    assert 'hx-get="/staff/requests/list?view=decide&reason=ptsd&page=1"' in page


async def find(intake: Intake, typed: str) -> Any:
    return await intake.http.post("/staff/requests/search", data={"find": typed}, headers={"Accept": "text/html"})


async def test_one_request_is_found_by_reference_email_phone_and_whole_name(intake: Intake):
    request_id = await sent(intake, name="Inès  Marchetti-Ruiz", email="ines+clinic@example.com")
    await mark(intake)
    await intake.sign_in()
    reference = (await newest(intake))["reference"]

    for typed in (
        reference,
        reference.lower(),
        reference.partition("-")[2],
        "Ines@Example.com",
        "303 555 0187",
        "marchetti ruiz, ines",
        "INÈS MARCHETTI-RUIZ",
    ):
        answer = await find(intake, typed)
        assert answer.headers.get("location") == f"/staff/requests/{request_id}", typed


async def test_a_part_of_a_name_finds_nobody_and_the_page_says_why(intake: Intake):
    await sent(intake)
    await mark(intake)
    await intake.sign_in()

    page = words((await find(intake, "Marchetti")).text)

    assert "Nobody was found" in page
    assert "Names are sealed: a part of one finds nobody" in page


async def test_several_of_one_contact_are_listed(intake: Intake):
    await sent(intake, name="Ana Lund")
    await sent(intake, name="Ben Lund")
    await mark(intake)
    await intake.sign_in()

    page = words((await find(intake, "ines@example.com")).text)

    assert "Ana Lund" in page
    assert "Ben Lund" in page


async def test_what_cannot_be_looked_for_is_said_beside_the_field(intake: Intake):
    await intake.sign_in()

    for typed in ("", "someone@", "12 34 56 78", "TSC-1"):
        answer = await find(intake, typed)
        assert answer.status_code == 422, typed
        assert 'id="find-error"' in answer.text


async def test_what_was_searched_stands_in_no_address(intake: Intake):
    await sent(intake)
    await mark(intake)
    await intake.sign_in()

    answer = await find(intake, "ines@example.com")

    assert "ines" not in str(answer.url) + answer.headers.get("location", "")
    assert (await intake.http.get("/staff/requests/search", params={"find": "x"})).status_code in (404, 405, 422)


async def test_every_role_that_works_here_may_look(intake: Intake):
    await sent(intake, name=INES_TYPED["name"])
    for role in Role:
        await intake.sign_in(role)
        assert "Ines Marchetti" in words(await intake.page("/staff/requests?view=open"))
