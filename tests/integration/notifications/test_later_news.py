"""What intake says before a request is sent, and after: each letter once, to the newest address, and only while it is true."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from operations.embedded.mail_sink import Fault
from services.notifications.domain.message import HOLD_RECEIPT, Reason
from services.notifications.use_cases.write_mail import MailWriter, Unwritable
from shared.events.values import DecidedBy, DeclineLetter
from tests.conftest import NOON
from tests.integration.notifications.conftest import Journey, Office, Said
from tests.integration.notifications.front import Front

EVENING = timedelta(hours=10)
"""From noon in Denver: ten in the evening."""


async def test_a_declined_request_ends_with_one_kind_letter_and_leaves_the_inbox(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.to_be_read_first(), journey.declined(), journey.declined())

    await office.send()
    office.clock.advance(HOLD_RECEIPT)
    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "About your request, Tern Street Clinic"
    assert "we cannot offer you an appointment here" in mail.text
    assert "at 988 somebody listens" in mail.text
    assert "(303) 555-0142" in mail.text
    assert await office.items() == []


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        (DeclineLetter.NOT_NOW, "For now does not mean never"),
        (DeclineLetter.OTHER_CARE, "other care should come first for you"),
        (DeclineLetter.OWN_WISH, "As you wished, your request has ended"),
        (DeclineLetter.OUTSIDE, "not something that we offer here"),
        ("of a later release", "we cannot offer you an appointment here"),
    ],
)
async def test_who_is_declined_gets_the_letter_that_staff_chose(office: Office, letter: str, says: str) -> None:
    journey = await office.journey()
    await office.hear(journey.to_be_read_first(), journey.declined(letter=letter))

    await office.send()

    (mail,) = office.sink.messages
    assert says in mail.text


async def test_a_letter_about_who_was_declined_dies_with_newer_news_whichever_it_is(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.declined(letter=DeclineLetter.NOT_NOW), journey.asked(version=3))

    await office.send()

    assert "For now does not mean never" not in " ".join(mail.text for mail in office.sink.messages)


async def test_who_was_declined_hears_nothing_of_a_time_that_nobody_had_told_them(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey, 2, cancelled=True)
    await office.hear(
        journey.requested(), journey.scheduled(), journey.declined(), journey.cancelled(by=DecidedBy.STAFF)
    )

    await office.send()

    assert office.subjects() == ["About your request, Tern Street Clinic"]


async def test_who_was_told_a_time_and_is_declined_can_take_it_out_of_their_calendar(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    await office.send()

    office.stands(journey, 2, cancelled=True)
    await office.hear(journey.declined(), journey.cancelled(by=DecidedBy.STAFF))
    await office.send()

    assert sorted(office.subjects()[1:]) == [
        "About your request, Tern Street Clinic",
        "Cancelled: your appointment on Thursday, June 18",
    ]


async def test_a_place_on_the_waiting_list_is_not_told_to_who_was_declined(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.waitlisted(), journey.declined())

    await office.send()

    assert office.subjects() == ["About your request, Tern Street Clinic"]


async def test_who_is_declined_and_left_no_email_is_phoned(office: Office) -> None:
    journey = await office.journey(email=None)
    await office.hear(journey.to_be_read_first(), journey.declined())
    await office.send()

    (item,) = await office.fetch("select * from inbox_item where kind = 'phone' and state = 'open'")
    assert item["facts"] == {"why": "no-email", "message": "consultation-declined"}


async def test_whose_answers_are_read_first_is_told_so_at_once(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.to_be_read_first())
    office.clock.advance(HOLD_RECEIPT)

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "We have your request, Tern Street Clinic"
    assert "One of us reads your answers before we offer you a time" in mail.text


async def test_the_inbox_says_that_nothing_is_booked_until_somebody_has_looked(office: Office, front: Front) -> None:
    await office.hear((await office.journey()).to_be_read_first())
    browser = await front.signed_in()

    page = (await browser.get("/staff/inbox")).text

    assert "Waits for staff" in page
    assert "Nothing is booked until somebody has looked: an answer needs a clinician’s eye." in page


async def test_questions_of_staff_reach_the_patient_with_a_link_to_just_these(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.to_be_read_first(), journey.asked(), journey.asked())

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "A few questions about your request, Tern Street Clinic"
    assert "http://127.0.0.1:8080/q/only-what-is-missing" in mail.text
    assert "Please answer by Monday, June 29" in mail.text


@pytest.mark.parametrize("overtaken_by", ["given", "cleared", "declined", "withdrawn"])
async def test_questions_that_are_overtaken_before_they_go_are_not_asked(office: Office, overtaken_by: str) -> None:
    journey = await office.journey()
    later = journey.withdrawn() if overtaken_by == "withdrawn" else getattr(journey, overtaken_by)(3)
    await office.hear(journey.to_be_read_first(), later, journey.asked(version=1))

    await office.send()

    assert "A few questions about your request, Tern Street Clinic" not in office.subjects()
    assert (await office.messages())["information-asked", 1] == ("cancelled", "no-longer-true")


async def test_the_inbox_shows_what_was_asked_and_calls_when_it_is_answered(office: Office, front: Front) -> None:
    journey = await office.journey()
    browser = await front.signed_in()
    await office.hear(journey.to_be_read_first())
    seen = await office.fetch("select attention from inbox_item where kind = 'request'")

    await office.hear(journey.asked())
    page = (await browser.get("/staff/inbox")).text
    assert "Waits for the patient" in page
    assert "Asked for more answers on Mon, Jun 15, 12:00" in page
    assert await office.fetch("select attention from inbox_item where kind = 'request'") == seen

    await office.hear(journey.given())
    page = (await browser.get("/staff/inbox")).text
    assert "Answered our questions on Mon, Jun 15, 13:00" in page
    assert await office.fetch("select attention from inbox_item where kind = 'request'") != seen


async def test_a_request_that_is_first_heard_of_by_its_questions_is_as_unread_as_any(office: Office) -> None:
    for order in permutations(range(2)):
        journey = await office.journey()
        said = [journey.to_be_read_first(), journey.asked()]
        await office.hear(*(said[n] for n in order))

    rows = await office.fetch("select attention from inbox_item where kind = 'request'")
    assert [row["attention"] for row in rows] == [1, 1]


async def test_who_stops_in_the_middle_gets_the_link_once_by_night_too(office: Office) -> None:
    journey = await office.journey()
    office.clock.advance(EVENING)
    await office.hear(journey.paused(), journey.paused())

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "Your link to go on, Tern Street Clinic"
    assert "http://127.0.0.1:8080/request/g/only-hers" in mail.text
    assert "until Wednesday, July 15" in mail.text


async def test_no_link_to_go_on_goes_to_who_has_sent_the_request_meanwhile(office: Office) -> None:
    for order in permutations(range(2)):
        journey = await office.journey()
        said = [journey.paused(), journey.requested()]
        await office.hear(*(said[n] for n in order))

    assert await office.send() == 0


async def _while_it_is_heard(office: Office, first: Said, second: Said) -> None:
    """The second is heard while the first is written down and not committed yet: it waits, or has seen nothing of it."""
    hearing: list[asyncio.Task[None]] = []

    async def meanwhile() -> None:
        hearing.append(asyncio.create_task(office.hear(second)))
        await asyncio.wait(hearing, timeout=0.5)

    await office.hear_batch([first], before_commit=meanwhile)
    await hearing[0]


async def test_a_pause_and_its_request_heard_side_by_side_see_each_other(office: Office) -> None:
    one, other = await office.journey(), await office.journey()
    await _while_it_is_heard(office, one.paused(), one.requested())
    await _while_it_is_heard(office, other.requested(), other.paused())

    rows = await office.fetch("select state from message where kind = 'request-paused'")
    assert [row["state"] for row in rows] == ["cancelled", "cancelled"]


async def test_a_late_time_and_another_time_heard_side_by_side_see_each_other(office: Office) -> None:
    one, other = await office.journey(), await office.journey()
    await _while_it_is_heard(office, one.late(version=1), one.scheduled(revision=2))
    await _while_it_is_heard(office, other.scheduled(revision=2), other.late(version=1))

    rows = await office.fetch("select state from inbox_item where kind = 'late'")
    assert [row["state"] for row in rows] == ["resolved", "resolved"]


async def test_questions_without_their_link_are_not_sent_but_asked_on_the_phone(office: Office) -> None:
    journey = await office.journey()
    asked = journey.asked()
    without = replace(asked, event=asked.event.model_copy(update={"contact": journey.envelope}))
    await office.hear(journey.to_be_read_first(), without)

    await office.send()

    assert office.subjects() == []
    assert (await office.messages())["information-asked", 2] == ("suppressed", "no-contact")
    assert await office.items() == ["phone", "request"]


async def test_a_pause_makes_nobody_a_patient_and_asks_nobody_to_phone(office: Office) -> None:
    office.sink.fault = Fault.REFUSE
    journey = await office.journey()
    await office.hear(journey.paused())

    await office.send()

    assert await office.messages() == {("request-paused", 0): ("failed", "address-refused")}
    assert await office.items() == []
    assert await office.fetch("select from patient_contact") == []


async def test_after_the_link_has_ended_it_is_not_sent(office: Office) -> None:
    journey = await office.journey()
    office.clock.advance(timedelta(days=30))
    await office.hear(journey.paused())

    assert await office.send() == 0
    assert await office.messages() == {("request-paused", 0): ("expired", "too-late")}


async def test_a_due_questionnaire_is_asked_for_when_it_is_due_and_not_before(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.scheduled(), journey.cancelled())
    await office.hear(journey.scales_due(NOON + timedelta(days=1)))
    await office.send()
    assert "How are you? A few questions, Tern Street Clinic" not in office.subjects()

    office.clock.advance(timedelta(days=1))
    await office.send()

    mail = office.sink.messages[0]
    assert mail.subject == "How are you? A few questions, Tern Street Clinic"
    assert "http://127.0.0.1:8080/q/how-she-is" in mail.text
    assert "Please answer by Monday, June 22" in mail.text


async def test_a_reminder_that_is_due_at_night_goes_in_the_morning(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.contact_changed(version=1), journey.scales_due(NOON + EVENING))
    office.clock.advance(EVENING)
    await office.send()
    assert office.subjects() == []
    assert await office.messages() == {("scales-due", 0): ("retrying", "quiet-hours")}

    office.clock.advance(EVENING)
    await office.send()

    assert office.subjects() == ["How are you? A few questions, Tern Street Clinic"]


async def test_what_was_answered_is_not_asked_again_in_whatever_order_it_is_heard(office: Office) -> None:
    for order in permutations(range(3)):
        journey = await office.journey()
        said = [journey.contact_changed(version=1), journey.scales_due(), journey.completed()]
        await office.hear(*(said[n] for n in order))

    assert await office.send() == 0


async def test_one_of_several_scales_answered_leaves_the_others_to_ask(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.contact_changed(version=1), journey.completed(finished=False), journey.scales_due())

    await office.send()

    assert len(office.subjects()) == 1


async def test_what_has_not_gone_yet_goes_to_the_new_address_in_the_new_language(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(
        journey.requested(), journey.scheduled(), journey.contact_changed(email="i.m@example.com", language="es")
    )

    await office.send()

    (mail,) = office.sink.messages
    assert mail.recipients == ["i.m@example.com"]
    assert mail.subject == "Su cita del jueves 18 de junio"
    assert "jueves 18 de junio, 9:30 a.\u00a0m., hora de Denver (MDT)" in mail.text
    assert b"SUMMARY:Cita\\, Tern Street Clinic" in mail.attachments[0].content


async def test_an_older_address_never_comes_back(office: Office) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(
        journey.contact_changed(3, email="new@example.com"),
        journey.contact_changed(2, email="old@example.com"),
        journey.requested(),
        journey.scheduled(),
    )

    await office.send()

    assert office.sink.messages[0].recipients == ["new@example.com"]


async def test_a_letter_in_hand_while_the_address_changes_goes_to_the_new_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await office.journey()
    office.stands(journey)
    await office.hear(journey.requested(), journey.scheduled())
    write = MailWriter.write

    async def slowly(*arguments):
        mail = await write(*arguments)
        monkeypatch.undo()
        await office.hear(journey.contact_changed(email="new@example.com"))
        return mail

    monkeypatch.setattr(MailWriter, "write", slowly)
    await office.send()

    assert [mail.recipients for mail in office.sink.messages] == [["new@example.com"]]


async def test_an_address_that_comes_while_a_sender_finds_none_is_not_overlooked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await office.journey(email=None)
    await office.hear(journey.requested(), journey.waitlisted())
    office.clock.advance(timedelta(minutes=1))

    async def too_early(*_arguments):
        monkeypatch.undo()
        await office.hear(journey.contact_changed(email="ines@example.com"))
        raise Unwritable(Reason.NO_EMAIL)

    monkeypatch.setattr(MailWriter, "write", too_early)
    await office.send()

    assert office.subjects() == ["You are on our waiting list, Tern Street Clinic"]
    assert await office.items() == ["request"]


def _along_with_a_request(journey: Journey, changed: Said) -> Said:
    """The same version of the person, in news of their request."""
    news = journey.cleared()
    return replace(news, event=news.event.model_copy(update={"contact": changed.event.contact}))


async def test_what_is_said_of_the_contact_itself_stands_over_what_comes_along_with_other_news(office: Office) -> None:
    """A request keeps whether its patient could be reached when it was sent; the contact says what is so now."""
    for order in permutations(range(2)):
        journey = await office.journey()
        gone = journey.contact_changed(2, email=None, mobile=None)
        said = [gone, _along_with_a_request(journey, gone)]
        await office.hear(*(said[n] for n in order))

        (row,) = await office.fetch("select reachable from patient_contact where patient_id = $1", journey.patient_id)
        assert row["reachable"] is False, order


async def test_whoever_can_be_reached_again_is_not_phoned_any_more(office: Office) -> None:
    journey = await office.journey(email=None, mobile=None)
    await office.hear(journey.requested())
    assert await office.items() == ["phone", "request"]

    await office.hear(journey.contact_changed(mobile="+13035550119"))

    assert await office.items() == ["request"]


async def test_whoever_can_be_reached_no_more_is_phoned(office: Office) -> None:
    journey = await office.journey()
    await office.hear(journey.requested(), journey.contact_changed(email=None, mobile=None))

    assert await office.items() == ["phone", "request"]


async def test_who_is_phoned_stays_so_in_whatever_order_it_is_heard(office: Office) -> None:
    ends = set()
    for order in permutations(range(4)):
        journey = await office.journey(email=None, mobile=None)
        said = [
            journey.requested(),
            journey.contact_changed(2, email="ines@example.com"),
            journey.contact_changed(3, email=None),
            journey.asked(),
        ]
        await office.hear(*(said[n] for n in order), said[0])
        rows = await office.fetch(
            "select kind from inbox_item where patient_id = $1 and state = 'open' order by kind", journey.patient_id
        )
        ends.add(tuple(row["kind"] for row in rows))

    assert ends == {("phone", "request")}


async def test_a_request_and_a_contact_without_a_channel_heard_side_by_side_see_each_other(office: Office) -> None:
    one, other = await office.journey(), await office.journey()
    await _while_it_is_heard(office, one.requested(), one.contact_changed(2, email=None, mobile=None))
    await _while_it_is_heard(office, other.contact_changed(2, email=None, mobile=None), other.requested())

    assert (await office.items()).count("phone") == 2


async def test_what_could_not_go_goes_once_there_is_an_address_and_nobody_phones_about_it(office: Office) -> None:
    journey = await office.journey(email=None)
    await office.hear(journey.requested(), journey.waitlisted())
    await office.send()
    assert await office.items() == ["phone", "request"]

    office.clock.advance(timedelta(hours=1))
    await office.hear(journey.contact_changed(email="ines@example.com"))
    await office.send()

    assert office.subjects() == ["You are on our waiting list, Tern Street Clinic"]
    assert await office.items() == ["request"]


async def _corrected(office: Office, order: tuple[int, ...], then: Fault) -> None:
    """An address at which a letter was refused. It is said by itself and along with news of the request, in this order."""
    journey = await office.journey(email="inse@example.com")
    office.sink.fault = Fault.REFUSE
    await office.hear(journey.requested(), journey.waitlisted())
    await office.send()
    office.sink.fault = then
    changed = journey.contact_changed(email="ines@example.com")
    said = [changed, _along_with_a_request(journey, changed)]
    for n in order:
        office.clock.advance(timedelta(minutes=1))
        await office.hear(said[n])
        await office.send()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_refused_letter_goes_once_to_the_corrected_address_whatever_tells_of_it_first(
    office: Office, order: tuple[int, ...]
) -> None:
    await _corrected(office, order, then=Fault.NONE)

    assert [mail.recipients for mail in office.sink.messages] == [["ines@example.com"]]
    assert await office.items() == ["request"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_what_is_refused_at_the_corrected_address_too_is_not_tried_a_third_time(
    office: Office, order: tuple[int, ...]
) -> None:
    await _corrected(office, order, then=Fault.REFUSE)

    (row,) = await office.fetch("select state, reason, attempts from message where kind = 'consultation-waitlisted'")
    assert tuple(row) == ("failed", "address-refused", 2)
    assert await office.items() == ["phone", "request"]


async def test_who_was_phoned_about_it_already_gets_no_letter_on_top(office: Office) -> None:
    journey = await office.journey(email=None)
    await office.hear(journey.requested(), journey.waitlisted())
    await office.send()
    async with office.database.transaction() as tx:
        await tx.execute("update inbox_item set state = 'acknowledged' where kind = 'phone'")

    await office.hear(journey.contact_changed(email="ines@example.com"))
    office.clock.advance(timedelta(hours=1))

    assert await office.send() == 0


@pytest.mark.parametrize("language", ["es", "es-MX"])
async def test_who_reads_spanish_is_written_to_in_spanish(office: Office, language: str) -> None:
    journey = await office.journey(language=language)
    await office.hear(journey.requested())
    office.clock.advance(HOLD_RECEIPT)

    await office.send()

    (mail,) = office.sink.messages
    assert mail.subject == "Recibimos su solicitud, Tern Street Clinic"
    assert "Lunes a viernes" in mail.text


@pytest.mark.parametrize("language", ["fr", "", "en-US"])
async def test_who_reads_another_language_is_written_to_in_english(office: Office, language: str) -> None:
    journey = await office.journey(language=language)
    await office.hear(journey.requested())
    office.clock.advance(HOLD_RECEIPT)

    await office.send()

    assert office.subjects() == ["We have your request, Tern Street Clinic"]
