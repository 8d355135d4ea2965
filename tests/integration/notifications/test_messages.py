"""What patients are told: the newest, once, and nothing that is no longer true."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from operations.embedded.mail_sink import Fault
from services.notifications.domain.heard import ContactHeard
from services.notifications.domain.message import HOLD_RECEIPT, RECEIPT_GOOD_FOR, WAIT_FOR_CONTACT
from services.notifications.outside.mail_server import SmtpServer
from services.notifications.store import claimed_messages, contacts, message_content
from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.message_content import Content
from services.notifications.use_cases import send_due_messages
from services.notifications.use_cases.outside import Mail, NoAnswer
from services.notifications.use_cases.watch_scheduling import WatchedScheduling
from shared.database.transaction import Transaction
from shared.events.consultation import ConsultationDecision
from shared.events.session import Outcome
from shared.events.values import DecidedBy
from shared.keyring.contact import Contact, seal_contact
from tests.contracts.messaging.hearing import until
from tests.integration.notifications.conftest import TIME, Office

LEASE = 3
"""Seconds of a sender's, instead of many."""
LEASED_UNTIL = "select max(claimed_until) from message where state = 'claimed'"


async def test_a_booked_consultation_is_told_with_a_calendar_entry(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "Your appointment on Thursday, June 18"
    assert "Thursday, June 18, 9:30 AM, Denver time (MDT)" in mail.text
    assert "http://127.0.0.1:8080/r/only-hers" in mail.text
    assert "Ines" in mail.text
    (calendar,) = mail.attachments
    assert b"METHOD:REQUEST" in calendar.content
    assert f"UID:{journey.appointment_id}@chairside".encode() in calendar.content.replace(b"\r\n ", b"")


async def test_a_request_without_a_time_is_acknowledged_after_a_minute(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested())
    await office.send()
    assert office.subjects() == []

    office.clock.advance(HOLD_RECEIPT)
    await office.send()

    assert office.subjects() == ["We have your request, Tern Street Clinic"]


async def test_a_request_that_is_held_writes_to_nobody_until_staff_let_it_be_booked(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.held())
    office.clock.advance(HOLD_RECEIPT)
    await office.send()
    assert office.subjects() == []
    assert await office.messages() == {("request-received", 0): ("planned", "waits-for-staff")}

    await office.hear(journey.cleared())
    await office.send()

    assert office.subjects() == ["We have your request, Tern Street Clinic"]


async def test_a_receipt_that_was_held_goes_also_when_staff_looked_days_later(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.held())
    office.clock.advance(RECEIPT_GOOD_FOR - HOLD_RECEIPT)

    await office.hear(journey.cleared())
    await office.send()

    assert len(office.subjects()) == 1


async def test_letting_it_be_booked_is_heard_before_the_request(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.cleared(), journey.held())

    assert await office.messages() == {("request-received", 0): ("planned", None)}


async def test_a_held_request_that_nobody_looked_at_ends_without_a_receipt(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.held())
    office.clock.advance(RECEIPT_GOOD_FOR)

    await office.send()

    assert office.subjects() == []
    assert await office.messages() == {("request-received", 0): ("expired", "too-late")}


async def test_a_hundred_requests_in_a_strangers_name_fill_no_mailbox(office: Office) -> None:
    for _ in range(100):
        await office.hear((await office.journey()).held())
    office.clock.advance(HOLD_RECEIPT)

    await office.send()

    assert office.subjects() == []


async def test_withdrawing_before_the_email_went_leaves_nothing_to_send(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey, 2, cancelled=True)
    await office.hear(journey.requested(), journey.scheduled(), journey.withdrawn(), journey.cancelled())

    await office.send()

    assert office.subjects() == []
    assert (await office.messages())["consultation-cancelled", 2] == ("suppressed", "never-promised")


async def test_a_cancellation_takes_back_the_same_calendar_entry(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    await office.send()

    office.stands(journey, 2, cancelled=True)
    await office.hear(journey.withdrawn(), journey.cancelled())
    await office.send()

    assert office.subjects() == [
        "Your appointment on Thursday, June 18",
        "Cancelled: your appointment on Thursday, June 18",
    ]
    calendar = office.sink.messages[0].attachments[0].content.replace(b"\r\n ", b"")
    assert b"METHOD:CANCEL" in calendar
    assert b"SEQUENCE:2" in calendar
    assert f"UID:{journey.appointment_id}@chairside".encode() in calendar


async def test_a_cancellation_by_the_clinic_is_told_even_when_nothing_was_told_before(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey, 2, cancelled=True)
    await office.hear(journey.requested(), journey.scheduled(), journey.cancelled(by=DecidedBy.STAFF))

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject.startswith("Cancelled")
    assert mail.attachments == []


async def test_what_scheduling_has_changed_meanwhile_is_not_sent(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.scheduled())
    office.stands(journey, 2)

    await office.send()

    assert office.subjects() == []
    assert (await office.messages())["consultation-scheduled", 1] == ("cancelled", "no-longer-true")


async def test_while_scheduling_is_away_promises_wait_and_cancellations_go(office: Office) -> None:
    told, not_told = await office.journey(), await office.journey()
    office.stands(told)
    await office.hear(told.requested(), told.scheduled())
    await office.send()

    office.scheduling.away = True
    await office.hear(told.cancelled(by=DecidedBy.STAFF), not_told.requested(), not_told.scheduled())
    await office.send()
    assert len(office.sink.messages) == 2
    assert office.sink.messages[0].subject.startswith("Cancelled")

    office.scheduling.away = False
    office.stands(not_told)
    await office.look_for_scheduling()
    await office.send()
    assert office.sink.messages[0].subject == "Your appointment on Thursday, June 18"


async def test_a_promise_that_has_waited_for_hours_goes_as_soon_as_scheduling_answers(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    office.scheduling.away = True
    await office.hear(journey.requested(), journey.scheduled())
    for _ in range(24):
        await office.send()
        await office.look_for_scheduling()
        office.clock.advance(timedelta(minutes=5))
    await office.send()
    assert office.subjects() == []

    office.scheduling.away = False
    await office.look_for_scheduling()
    await office.send()

    assert office.subjects() == ["Your appointment on Thursday, June 18"]


async def test_what_another_process_left_waiting_for_scheduling_is_woken_too(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    office.scheduling.away = True
    await office.hear(journey.requested(), journey.scheduled())
    await office.send()
    office.scheduling.away = False

    await WatchedScheduling(office.scheduling).look_again(office.database)

    assert [row["due_at"] for row in await office.fetch("select due_at from message where state = 'retrying'")] == [
        office.clock.now()
    ]


async def test_a_silent_scheduling_is_not_asked_again_for_every_message(office: Office) -> None:
    office.scheduling.away = True
    for _ in range(12):
        journey = await office.journey()
        await office.hear(journey.requested(), journey.scheduled())

    await office.send()

    waiting = await office.fetch("select 1 from message where reason = 'scheduling-silent'")
    assert len(waiting) == 12
    assert office.scheduling.asked <= office.sender.conversations


async def test_one_appointment_that_scheduling_does_not_tell_of_holds_up_no_other(office: Office) -> None:
    untold, told = await office.journey(), await office.journey()
    office.stands(told)
    await office.hear(untold.requested(), untold.scheduled())
    await office.send()

    await office.hear(told.requested(), told.scheduled())
    await office.send()

    assert office.subjects() == ["Your appointment on Thursday, June 18"]
    assert [row["reason"] for row in await office.fetch("select reason from message where state = 'retrying'")] == [
        "not-confirmed"
    ]


async def test_a_promise_that_could_not_be_confirmed_in_time_becomes_a_phone_call(office: Office) -> None:
    journey = await office.journey()
    office.scheduling.away = True
    await office.hear(journey.requested(), journey.scheduled())
    await office.send()

    office.clock.advance(TIME - office.clock.now())
    await office.send()

    assert (await office.messages())["consultation-scheduled", 1] == ("expired", "too-late")
    assert await office.items() == ["phone", "request"]


async def test_a_move_is_told_and_the_earlier_time_is_not(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey, 2)
    later = TIME + timedelta(days=1)
    await office.hear(journey.requested(), journey.scheduled(), journey.scheduled(2, later))

    await office.send()

    assert office.subjects() == ["Your appointment on Friday, June 19"]


async def test_contact_that_comes_late_is_waited_for(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.scheduled())
    await office.send()
    assert office.subjects() == []

    await office.hear(journey.requested())
    await office.send()

    assert office.subjects() == ["Your appointment on Thursday, June 18"]


async def test_contact_that_comes_while_a_sender_is_just_looking_is_not_overlooked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.scheduled())
    look = message_content.of

    async def look_too_early(tx: Transaction, claimed: Sequence[Claimed]) -> dict[UUID, Content]:
        found = await look(tx, claimed)
        if any(content.envelopes is None for content in found.values()):
            office.clock.advance(timedelta(milliseconds=1))
            await office.hear(journey.requested())
        return found

    monkeypatch.setattr(message_content, "of", look_too_early)
    await office.send()

    assert office.subjects() == ["Your appointment on Thursday, June 18"]


async def test_contact_that_is_heard_just_before_a_sender_looks_is_looked_for_again_soon(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one did not see that the message is in somebody's hands, and the other does not see what is not committed yet."""
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.scheduled())
    hear = contacts.hear

    async def heard_and_looked_for(tx: Transaction, heard: Sequence[ContactHeard]) -> set[UUID]:
        found = await hear(tx, heard)
        await office.send()
        return found

    monkeypatch.setattr(contacts, "hear", heard_and_looked_for)
    await office.hear(journey.requested())

    office.clock.advance(timedelta(seconds=2))
    await office.send()

    assert office.subjects() == ["Your appointment on Thursday, June 18"]


async def test_an_older_contact_that_comes_late_does_not_replace_a_newer_one(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    cipher = await office.keyring.cipher(journey.patient_id)
    moved = Contact(name="Ines Marchetti", email="ines@example.org", language="en", zone="America/Denver")
    newer = replace(journey, envelope=seal_contact(cipher, moved, person_version=2))
    await office.hear(newer.cleared(), journey.requested(), journey.scheduled())

    await office.send()

    (mail,) = office.sink.messages
    assert mail.recipients == ["ines@example.org"]


async def test_contact_that_never_comes_becomes_a_phone_call(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.scheduled())
    await office.send()

    office.clock.advance(WAIT_FOR_CONTACT)
    await office.send()

    assert (await office.messages())["consultation-scheduled", 1] == ("suppressed", "no-contact")
    assert await office.items() == ["phone", "request"]


async def test_a_patient_without_any_channel_is_phoned_once(office: Office) -> None:
    journey = await office.journey(email=None, mobile=None)
    office.stands(journey)
    await office.hear(journey.requested())
    assert await office.items() == ["phone", "request"]

    await office.hear(journey.scheduled())
    await office.send()

    assert await office.items() == ["phone", "request"]
    assert office.subjects() == []


async def test_the_phone_call_is_called_back_when_it_is_no_longer_true(office: Office) -> None:
    journey = await office.journey(email=None, mobile=None)
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    await office.send()

    await office.hear(journey.withdrawn(), journey.cancelled())
    await office.send()

    assert await office.items() == ["request"]


async def test_after_care_goes_once_however_often_the_end_is_heard(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.session_completed(), journey.session_completed())

    await office.send()

    assert office.subjects() == ["After your visit, Tern Street Clinic"]


async def test_whoever_was_stopped_early_goes_home_and_gets_after_care_too(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.session_completed(Outcome.STOPPED_EARLY))

    await office.send()

    assert office.subjects() == ["After your visit, Tern Street Clinic"]


@pytest.mark.parametrize("email", ["ines@example.com", None])
async def test_whoever_was_taken_elsewhere_is_not_told_to_rest_at_home(office: Office, email: str | None) -> None:
    journey = await office.journey(email=email)
    await office.hear(journey.requested(), journey.session_completed(Outcome.TRANSFERRED))

    await office.send()

    assert office.subjects() == []
    assert (await office.messages())["after-care", 0] == ("suppressed", "transferred")
    assert "phone" not in await office.items()


async def test_one_waiting_list_email_and_none_when_a_time_was_found_first(office: Office) -> None:
    waits, lucky = await office.journey(), await office.journey()
    office.stands(lucky, 1)
    await office.hear(waits.requested(), waits.waitlisted(), waits.waitlisted())
    await office.hear(lucky.requested(), lucky.waitlisted(1), lucky.scheduled(1, version=2))

    await office.send()

    assert sorted(office.subjects()) == [
        "You are on our waiting list, Tern Street Clinic",
        "Your appointment on Thursday, June 18",
    ]


async def test_an_erased_patient_gets_nothing_and_nobody_is_asked_to_phone(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    await office.keyring.erase(journey.patient_id)

    await office.send()

    assert office.subjects() == []
    assert (await office.messages())["consultation-scheduled", 1] == ("suppressed", "erased")
    assert await office.items() == ["request"]


async def test_a_refused_address_fails_and_somebody_phones(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    office.sink.fault = Fault.REFUSE
    await office.hear(journey.requested(), journey.scheduled())

    await office.send()

    assert (await office.messages())["consultation-scheduled", 1] == ("failed", "address-refused")
    assert await office.items() == ["phone", "request"]


@pytest.mark.parametrize("fault", [Fault.LATER, Fault.HANG])
async def test_a_mail_server_that_does_not_take_mail_is_tried_again_and_staff_see_it(
    office: Office, fault: Fault
) -> None:
    one, other = await office.journey(), await office.journey()
    for journey in (one, other):
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())
    office.sink.fault = fault
    patient, office.sender.mail_server = office.sender.mail_server, SmtpServer(office.sink.smtp_url, step_timeout=1)
    await office.send()
    assert await office.items() == ["mail-waiting", "request", "request"]

    office.sink.fault, office.sender.mail_server = Fault.NONE, patient
    office.clock.advance(timedelta(seconds=3))
    await office.send()

    assert len(office.sink.messages) == 2
    assert await office.items() == ["request", "request"]


async def test_a_mail_server_that_is_away_is_waited_for(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    await office.sink.stop()
    await office.send()
    assert (await office.messages())["consultation-scheduled", 1] == ("retrying", "mail-server-silent")

    await office.sink.start()
    office.clock.advance(timedelta(seconds=3))
    await office.send()

    assert office.subjects() == ["Your appointment on Thursday, June 18"]
    assert await office.items("resolved") == ["mail-waiting"]


async def test_what_the_server_took_before_the_line_broke_is_sent_again_as_the_same_message(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    office.sink.fault = Fault.DROP
    await office.hear(journey.requested(), journey.scheduled())
    await office.send()

    office.sink.fault = Fault.NONE
    office.clock.advance(timedelta(seconds=3))
    await office.send()

    again, first = office.sink.messages
    assert again.message["Message-ID"] == first.message["Message-ID"]
    assert again.message.as_bytes().partition(b"\n\n")[2] == first.message.as_bytes().partition(b"\n\n")[2]


async def test_a_dead_senders_message_is_taken_over_and_the_dead_can_mark_nothing(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    async with office.database.transaction() as tx:
        (dead,) = await claimed_messages.claim(tx, 1, "ternstreet.example")
    assert await office.send() == 0

    async with office.database.transaction() as tx:
        await tx.execute("update message set claimed_until = now() - interval '1 second'")
    await office.send()

    assert len(office.sink.messages) == 1
    async with office.database.transaction() as tx:
        assert not await claimed_messages.offer(tx, [dead])


async def test_a_conversation_longer_than_the_lease_stays_with_its_sender(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claimed_messages, "LEASE_SECONDS", LEASE)
    monkeypatch.setattr(send_due_messages, "RENEW_EVERY", 0.1)
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    send, begun, may_end = office.sender.mail_server.send, asyncio.Event(), asyncio.Event()

    async def slowly_at_first(mail: Mail) -> None:
        if not begun.is_set():
            begun.set()
            await may_end.wait()
        await send(mail)

    office.sender.mail_server.send = slowly_at_first
    sending = asyncio.create_task(office.send())
    await begun.wait()
    first = await office.database.pool.fetchval(LEASED_UNTIL)

    async def renewed_after_its_end() -> bool:
        return await office.database.pool.fetchval(f"select now() > $1 and ({LEASED_UNTIL}) > now()", first)

    await until(renewed_after_its_end)
    taken_over = await office.send()

    may_end.set()
    await sending
    assert taken_over == 0
    assert len(office.sink.messages) == 1


@pytest.mark.parametrize("lease_ends", [timedelta(0), timedelta(days=8)], ids=["in time", "too late"])
async def test_nobody_phones_about_what_was_overtaken_in_a_dead_senders_hands(
    office: Office, lease_ends: timedelta
) -> None:
    journey = await office.journey(email=None)
    await office.hear(journey.requested(), journey.waitlisted(1))
    async with office.database.transaction() as tx:
        (dead,) = await claimed_messages.claim(tx, 1, "ternstreet.example")
    await office.hear(journey.scheduled(1, version=2), journey.withdrawn(), journey.cancelled(2, version=3))

    async with office.database.transaction() as tx:
        await tx.execute("update message set claimed_until = now() - interval '1 second' where id = $1", dead.id)
    office.clock.advance(lease_ends)
    await office.send()

    assert (await office.messages())["consultation-waitlisted", 1] == ("cancelled", "no-longer-true")
    assert await office.items() == ["request"]


async def test_news_in_the_last_moment_stops_a_claimed_message(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.scheduled())
    scheduling = office.scheduling
    ask = scheduling.standing
    office.stands(journey)

    async def cancelled_while_asking(appointment_id: object) -> object:
        answer = await ask(journey.appointment_id)
        await office.hear(journey.withdrawn(), journey.cancelled())
        return answer

    scheduling.standing = cancelled_while_asking
    await office.send()

    assert office.subjects() == []


async def test_no_server_takes_a_password_in_the_clear() -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        SmtpServer("mail.example.com:25")


async def test_two_senders_side_by_side_send_each_message_once(office: Office) -> None:
    for _ in range(30):
        journey = await office.journey()
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())

    await asyncio.gather(office.send(), office.send())

    ids = [mail.message["Message-ID"] for mail in office.sink.messages]
    assert len(ids) == len(set(ids)) == 30


async def test_one_broken_message_stops_no_other(office: Office) -> None:
    broken, whole = await office.journey(), await office.journey()
    for journey in (broken, whole):
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())
    send = office.sender.mail_server.send

    tried: list[Mail] = []

    async def fails_for_the_first(mail: Mail) -> None:
        tried.append(mail)
        if len(tried) == 1:
            raise RuntimeError("unexpected")
        await send(mail)

    office.sender.mail_server.send = fails_for_the_first
    await office.send()

    assert len(office.sink.messages) == 1
    assert await office.fetch("select 1 from message where state = 'retrying' and reason = 'unexpected'")


async def test_where_a_handful_cannot_be_looked_at_each_of_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        journey = await office.journey()
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())
    look, (broken, *_) = (
        message_content.of,
        await office.fetch("select id from message where kind = 'consultation-scheduled'"),
    )

    async def not_this_one(tx: Transaction, claimed: Sequence[Claimed]) -> dict[UUID, Content]:
        if any(message.id == broken["id"] for message in claimed):
            raise ValueError
        return await look(tx, claimed)

    monkeypatch.setattr(message_content, "of", not_this_one)
    await office.sender.work()

    waits = await office.fetch("select id from message where state = 'retrying' and reason = 'unexpected'")
    assert waits == [broken]
    assert len(office.sink.messages) == 2


async def test_never_more_conversations_at_once_than_were_allowed(office: Office) -> None:
    for _ in range(12):
        journey = await office.journey()
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())
    send, now, most = office.sender.mail_server.send, 0, 0

    async def watched(mail: Mail) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        await send(mail)
        now -= 1

    office.sender.mail_server.send = watched
    office.sender.conversations = 3
    await office.send()

    assert len(office.sink.messages) == 12
    assert most <= 3


async def test_of_a_handful_that_one_conversation_broke_the_others_are_on_record(office: Office) -> None:
    for _ in range(4):
        journey = await office.journey()
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())
    send, tried = office.sender.mail_server.send, list[Mail]()

    async def breaks_the_first(mail: Mail) -> None:
        tried.append(mail)
        first = len(tried) == 1
        await send(mail)
        if first:
            raise NoAnswer(maybe_taken=True)

    office.sender.mail_server.send = breaks_the_first
    await office.send()
    office.clock.advance(timedelta(seconds=3))
    await office.send()

    ids = [mail.message["Message-ID"] for mail in office.sink.messages]
    assert sorted(map(ids.count, set(ids))) == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (ConsultationDecision.SUITABLE, "we think that we can help you"),
        (ConsultationDecision.NOT_SUITABLE, "at 988 somebody listens"),
        (ConsultationDecision.MORE_INFORMATION, "This is not a no."),
    ],
)
async def test_what_was_decided_is_told_under_a_neutral_subject(
    office: Office, decision: ConsultationDecision, said: str
) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.scheduled(), journey.decided(decision))

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "After your appointment, Tern Street Clinic"
    assert said in " ".join(mail.text.split())
    assert "takes the place" not in mail.text


async def test_a_decision_made_anew_says_that_it_takes_the_place_of_the_other(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.decided(ConsultationDecision.SUITABLE))
    await office.send()

    await office.hear(journey.decided(ConsultationDecision.NOT_SUITABLE, 3, amended=True))
    await office.send()

    newer, older = office.sink.messages
    assert "takes the place" not in older.text
    assert "takes the place of what we wrote to you before" in " ".join(newer.text.split())


async def test_a_decision_made_anew_before_the_letter_went_is_told_once(office: Office) -> None:
    journey = await office.journey()
    await office.hear(
        journey.requested(),
        journey.decided(ConsultationDecision.SUITABLE),
        journey.decided(ConsultationDecision.NOT_SUITABLE, 3, amended=True),
    )

    await office.send()

    assert [mail.subject for mail in office.sink.messages] == ["After your appointment, Tern Street Clinic"]
    assert "is not right for you now" in " ".join(office.sink.messages[0].text.split())


async def test_who_left_no_email_is_phoned_about_what_was_decided(office: Office) -> None:
    journey = await office.journey(email=None)
    await office.hear(journey.requested(), journey.decided(ConsultationDecision.NOT_SUITABLE))

    await office.send()

    rows = await office.fetch("select facts from inbox_item where kind = 'phone' and state = 'open'")
    assert "decided-not-suitable" in [row["facts"].get("message") for row in rows]
