"""Staff change how somebody is reached, for them."""

import asyncio
from datetime import timedelta
from typing import Any

from services.intake.store import patients
from shared.events.patient import PatientContactChanged
from shared.events.staff import Role
from shared.keyring.contact import Contact, open_contact
from tests.integration.intake.conftest import INES_TYPED, Intake, words
from tests.integration.intake.decisions import acts, mark, press, sent, topics

TYPED = {**{name: INES_TYPED[name] for name in ("name", "email", "mobile", "consents")}, "language": "en"}


async def change(intake: Intake, request_id, seen: int = 1, **changes: Any):
    return await press(intake, request_id, "contact", seen=seen, **{**TYPED, **changes})


async def contact(intake: Intake) -> Contact:
    [patient] = await intake.rows("select id from patient")
    cipher = await intake.app.state.keyring.cipher(patient["id"])
    async with intake.database.transaction(read_only=True) as tx:
        return open_contact(cipher, await patients.contact_of(tx, patient["id"]))


async def changed(intake: Intake) -> PatientContactChanged:
    topic, event = (await intake.said())[-1]
    assert topic == "patient-contact-changed"
    return PatientContactChanged.model_validate(event)


async def test_a_new_address_is_said_with_the_next_person_version_and_the_old_links(intake: Intake):
    request_id = await sent(intake)
    before = await contact(intake)
    await intake.sign_in()

    assert (await change(intake, request_id, email="new@example.com")).status_code == 303

    after, event = await contact(intake), await changed(intake)
    assert (after.email, after.links) == ("new@example.com", before.links)
    assert (event.contact.person_version, event.reachable, event.by) == (2, True, "staff")
    assert await acts(intake, request_id) == [("contact-changed", "front-desk")]


async def test_consent_is_read_out_anew_for_what_changed_and_goes_on_for_the_rest(intake: Intake):
    request_id = await sent(intake)
    first = await contact(intake)
    intake.clock.advance(timedelta(minutes=3))
    staff_id = await intake.sign_in()

    await change(intake, request_id, email="new@example.com")

    given = {one.channel: one.given_at for one in (await contact(intake)).consents}
    assert given["email"] == intake.clock.now()
    assert given["sms"] == next(one.given_at for one in first.consents if one.channel == "sms")
    [kept] = await intake.rows("select channel, recorded_by, wording from contact_consent")
    assert (kept["channel"], kept["recorded_by"]) == ("email", staff_id)
    assert "may email me" in kept["wording"]


async def test_who_takes_every_consent_back_is_to_be_phoned(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()

    await change(intake, request_id, consents=[])

    assert (await changed(intake)).reachable is False
    page = words(await intake.page(f"/staff/requests/{request_id}"))
    assert "Phone or meet this patient" in page
    assert "Asking for more goes by email or text, and they allowed neither" in page


async def test_the_same_again_changes_nothing(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()
    said = await topics(intake)

    assert (await change(intake, request_id)).status_code == 303

    assert await topics(intake) == said
    assert await acts(intake, request_id) == []


async def test_of_two_who_change_at_once_one_is_told_and_nothing_is_overwritten(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()

    answers = await asyncio.gather(
        change(intake, request_id, email="one@example.com"), change(intake, request_id, email="two@example.com")
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert (await topics(intake)).count("patient-contact-changed") == 1


async def test_the_rules_are_those_of_a_request(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in()

    for field, typed in (("email", "ines@"), ("mobile", "12"), ("name", " "), ("language", "xx")):
        answer = await change(intake, request_id, **{field: typed})
        assert answer.status_code == 422, field
        assert f'id="{field}-error"' in answer.text
    missing = await change(intake, request_id, email="")
    assert "Write your email address, or do not choose email." in words(missing.text)


async def test_somebody_is_recognised_by_the_new_address(intake: Intake):
    request_id = await sent(intake)
    await mark(intake)
    await intake.sign_in()

    await change(intake, request_id, email="new@example.com")
    await mark(intake)

    for typed, found in (("new@example.com", 303), ("ines@example.com", 200)):
        answer = await intake.http.post("/staff/requests/search", data={"find": typed})
        assert answer.status_code == found


async def test_administrators_do_not_change_it(intake: Intake):
    request_id = await sent(intake)
    await intake.sign_in(Role.ADMINISTRATOR)

    assert (await change(intake, request_id, email="new@example.com")).status_code == 403


async def test_the_link_in_their_messages_follows_the_language_they_are_written_in(intake: Intake):
    request_id = await sent(intake)
    before = (await contact(intake)).links["request"]
    await intake.sign_in()

    await change(intake, request_id, language="es")
    in_spanish = (await contact(intake)).links["request"]
    await change(intake, request_id, seen=2, language="en")

    assert in_spanish == f"{before}/es"
    assert (await contact(intake)).links["request"] == before


async def test_what_is_read_out_is_in_the_patients_language_and_what_was_agreed_to_stays(intake: Intake):
    request_id = await sent(intake, consents=["contact-email-1"])
    await intake.sign_in()
    await change(intake, request_id, language="es", consents=["contact-email-1"])

    page = await intake.page(f"/staff/requests/{request_id}/contact")

    assert 'value="contact-sms-1-es"' in page
    assert '<span lang="es">Tern Street Clinic puede llamarme.' in page
    assert 'value="contact-email-1"' in page
