"""The inbox as staff see it."""

import asyncio
import re

import pytest

from shared.events.consultation import ConsultationDecision, LateBecause
from shared.events.risk import RiskLevel
from shared.events.staff import Role
from shared.events.values import Urgency
from shared.ids import uuid7
from tests.conftest import NOON
from tests.integration.notifications.front import Front, acknowledge_forms, sign_in
from tests.keyring_line import KeyringLine


async def test_a_new_request_shows_with_its_name_and_then_with_its_time(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey(name="نور حداد")
    await front.office.hear(journey.requested())
    page = (await browser.get("/staff/inbox")).text
    assert "<bdi>نور حداد</bdi>" in page
    assert "New request" in page
    assert "Wants Thursday or Friday" in page

    await front.office.hear(journey.scheduled())

    fragment = (await browser.get("/staff/inbox/list")).text
    assert "Booked for Thu, Jun 18, 09:30" in fragment
    assert len(acknowledge_forms(fragment)) == 1


async def test_a_risk_stands_on_top_until_somebody_takes_it(front: Front) -> None:
    browser = await front.signed_in()
    calm, risky = await front.office.journey(name="Tomasz Wilk"), await front.office.journey(name="Delphine Arkwright")
    await front.office.hear(calm.requested(urgency=Urgency.URGENT), risky.risk(RiskLevel.HIGH), risky.requested())
    page = (await browser.get("/staff/inbox")).text
    assert page.index('class="alarm"') < page.index("Tomasz Wilk")
    assert "Risk, high" in page

    (path, attention), *_ = acknowledge_forms(page)
    await browser.post(path, data={"attention": attention})

    assert 'class="alarm"' not in (await browser.get("/staff/inbox")).text
    rows = await front.office.fetch("select body from outbox where topic = 'alert-acknowledged'")
    assert len(rows) == 1


async def test_a_risk_in_a_request_that_was_not_sent_leads_to_it_by_its_reference(front: Front) -> None:
    """Nobody has heard of this patient: no name, no contact, no request."""
    browser = await front.signed_in()
    journey = await front.office.journey()
    await front.office.hear(journey.risk(RiskLevel.UNASSESSED))
    page = (await browser.get("/staff/inbox")).text
    assert journey.reference in page
    assert "Seen in a request for a consultation" in page

    (opened,) = set(re.findall(r'href="(/staff/inbox/[0-9a-f-]{36}/open)"', page))
    answer = await browser.get(opened)

    assert answer.headers["location"] == f"/staff/requests/{journey.request_id}"


async def test_a_risk_that_rose_calls_again_although_the_first_was_taken(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey()
    await front.office.hear(journey.risk(RiskLevel.UNASSESSED))
    ((path, attention),) = acknowledge_forms((await browser.get("/staff/inbox")).text)
    await browser.post(path, data={"attention": attention})

    journey.risk_id = uuid7()
    await front.office.hear(journey.risk(RiskLevel.HIGH))

    assert "Risk, high" in (await browser.get("/staff/inbox?view=risk")).text


async def test_of_two_who_acknowledge_at_once_one_takes_it_and_the_other_sees_who(front: Front) -> None:
    rita = await front.signed_in("Rita Imura")
    tessa = await front.signed_in("Tessa Beaumont", Role.NURSE)
    journey = await front.office.journey()
    await front.office.hear(journey.risk())
    ((path, attention),) = acknowledge_forms((await rita.get("/staff/inbox")).text)

    answers = await asyncio.gather(
        *(who.post(path, data={"attention": attention}) for who in (rita, tessa, rita, tessa))
    )

    places = [answer.headers["location"] for answer in answers]
    assert sum("late=" not in place for place in places) == 1
    late = next(place for place in places if "late=" in place)
    assert "was faster" in (await rita.get(late)).text
    assert len(await front.office.fetch("select 1 from outbox where topic = 'alert-acknowledged'")) == 1


async def test_news_that_was_not_seen_is_not_acknowledged_away(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey()
    await front.office.hear(journey.requested())
    ((path, attention),) = acknowledge_forms((await browser.get("/staff/inbox")).text)

    await front.office.hear(journey.withdrawn())
    answer = await browser.post(path, data={"attention": attention}, follow_redirects=True)

    assert "There is news of it" in answer.text
    assert "Withdrawn" in answer.text


async def test_reading_counts_for_one_person(front: Front) -> None:
    rita = await front.signed_in("Rita Imura")
    tessa = await front.signed_in("Tessa Beaumont", Role.NURSE)
    journey = await front.office.journey()
    await front.office.hear(journey.requested())
    assert "1" in (await rita.get("/staff/inbox/unread")).text
    (item,) = await front.office.fetch("select id from inbox_item")

    opened = await rita.get(f"/staff/inbox/{item['id']}/open")

    assert opened.headers["location"] == f"/staff/requests/{journey.request_id}"
    assert (await rita.get("/staff/inbox/unread")).text.strip() == ""
    assert "1" in (await tessa.get("/staff/inbox/unread")).text


async def test_an_empty_inbox_says_so(front: Front) -> None:
    browser = await front.signed_in()

    assert "Nothing waits for you" in (await browser.get("/staff/inbox")).text
    assert "No risk alert is open" in (await browser.get("/staff/inbox?view=risk")).text


async def test_another_clinics_item_is_not_there(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey()
    await front.office.hear(journey.requested())
    (item,) = await front.office.fetch("select id, clinic_id from inbox_item")
    async with front.office.database.transaction() as tx:
        await tx.execute("update inbox_item set clinic_id = $1", journey.patient_id)

    assert (await browser.post(f"/staff/inbox/{item['id']}/acknowledge", data={"attention": "1"})).status_code == 404
    assert (await browser.get(f"/staff/inbox/{item['id']}/open")).status_code == 404
    assert "Nothing waits" in (await browser.get("/staff/inbox")).text


async def test_an_erased_patients_row_stays_without_a_name(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey()
    await front.office.hear(journey.requested())
    await front.office.keyring.erase(journey.patient_id)
    front.app.state.keyring._cache.drop(journey.patient_id)

    page = (await browser.get("/staff/inbox")).text

    assert "TSC-4K7Q2M" in page
    assert "Marchetti" not in page


async def test_messages_show_what_happened_to_each(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey()
    front.office.stands(journey)
    await front.office.hear(journey.requested(), journey.scheduled())
    await front.office.sink.stop()
    await front.office.send()

    page = (await browser.get("/staff/inbox/messages?waiting=1")).text
    assert "Trying again" in page
    assert "the mail server does not answer" in page
    assert "E-mails are waiting" in (await browser.get("/staff/inbox")).text


async def test_only_administrators_change_people_and_the_last_one_stays(front: Front) -> None:
    rita = await front.signed_in("Rita Imura")
    ada = await front.signed_in("Ada Lindqvist", Role.ADMINISTRATOR)
    (row,) = await front.office.fetch("select id from staff where email = 'ada@example.com'")
    assert (await rita.get("/staff/people")).status_code == 200
    assert (await rita.get("/staff/people/invite")).status_code == 403
    assert (await rita.post(f"/staff/people/{row['id']}/deactivate")).status_code == 403

    refused = await ada.post(f"/staff/people/{row['id']}/deactivate")

    assert refused.status_code == 409
    assert "last administrator" in refused.text


async def test_an_administrator_invites_somebody_who_then_signs_in(front: Front) -> None:
    ada = await front.signed_in("Ada Lindqvist", Role.ADMINISTRATOR)
    wrong = await ada.post("/staff/people/invite", data={"name": "Jonah Lum", "email": "jonah@"})
    assert wrong.status_code == 422
    assert "Jonah Lum" in wrong.text

    made = await ada.post(
        "/staff/people/invite", data={"name": "Jonah Lum", "email": "jonah@example.com", "roles": ["nurse"]}
    )
    link = made.text.split('value="http://127.0.0.1:8080')[1].split('"')[0]
    password = "seven quiet rivers"
    await front.browser().post(link, data={"password": password, "repeated": password})

    assert (await sign_in(front.browser(), "jonah@example.com", password)).status_code == 303


async def test_hostile_and_odd_input_is_answered(front: Front) -> None:
    browser = await front.signed_in()

    assert (await browser.get("/staff/inbox?view=everything")).status_code == 422
    assert (await browser.get("/staff/inbox/not-an-id/open")).status_code == 422
    assert (await browser.post("/staff/sign-in", data={"email": "a\x00b", "password": "x"})).status_code == 422
    assert (await browser.post("/staff/sign-in", data={"email": "x" * 9000, "password": "y"})).status_code == 401
    foreign = await browser.post(
        "/staff/sign-out", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403


async def test_while_the_keyring_is_away_rows_stand_under_their_references(
    front: Front, keyring_line: KeyringLine
) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey(name="Ines Marchetti")
    await front.office.hear(journey.risk(), journey.requested())
    await keyring_line.cut()

    for path in ("/staff/inbox", "/staff/inbox/list", "/staff/inbox/messages"):
        page = (await browser.get(path)).text
        assert "Names and phone numbers are missing for the moment." in page
        assert journey.reference in page
        assert "Marchetti" not in page
    assert len(acknowledge_forms((await browser.get("/staff/inbox")).text)) == 2


async def test_a_letter_can_be_read_before_it_is_sent_in_the_patients_language(front: Front) -> None:
    browser = await front.signed_in()
    path = "/staff/inbox/letters/consultation-declined"

    page = await browser.get(path)
    fragment = await browser.get(path, params={"language": "es-MX"}, headers={"HX-Request": "true"})

    assert "cannot offer you an appointment here" in page.text
    assert "<html" in page.text
    assert 'lang="es"' in fragment.text
    assert "<html" not in fragment.text
    assert (await browser.get("/staff/inbox/letters/after-care")).status_code == 422


async def test_who_must_be_seen_sooner_stands_there_until_the_consultation_changes(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey(name="Tomasz Wilk")
    await front.office.hear(journey.requested(), journey.scheduled(1), journey.late())

    page = (await browser.get("/staff/inbox")).text
    assert "Must be seen sooner" in page
    assert "To be seen by Wed, Jun 17, 09:30. Booked for Thu, Jun 18, 09:30. Free sooner: Tue, Jun 16, 09:30" in page
    item = await front.office.fetch("select id from inbox_item where kind = 'late'")
    opened = await browser.get(f"/staff/inbox/{item[0]['id']}/open")
    assert opened.headers["location"] == f"/staff/consultations/of/{journey.request_id}"

    await front.office.hear(journey.scheduled(2))
    assert "Must be seen sooner" not in (await browser.get("/staff/inbox")).text


async def test_what_is_said_again_stands_there_once_and_says_how_often(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey(name="Tomasz Wilk")
    await front.office.hear(journey.requested(), journey.late(version=0))
    await front.office.hear(journey.late(version=0, said_before=1, because=LateBecause.UNDECIDED))

    page = (await browser.get("/staff/inbox")).text
    assert "Nobody has decided on the request." in page
    assert "Said 1 time before" in page
    states = await front.office.fetch(
        "select state from inbox_item where kind = 'late' order by facts ->> 'said_before'"
    )
    assert [row["state"] for row in states] == ["resolved", "open"]


@pytest.mark.parametrize("first", ["late", "given-up"])
async def test_a_deadline_that_was_given_up_stands_there_no_more(front: Front, first: str) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey(name="Tomasz Wilk")
    said = [journey.late(version=0), journey.deadline_given_up()]
    await front.office.hear(journey.requested(), *(said if first == "late" else reversed(said)))

    assert "Must be seen sooner" not in (await browser.get("/staff/inbox")).text


async def test_another_deadline_than_the_one_given_up_still_stands_there(front: Front) -> None:
    browser = await front.signed_in()
    journey = await front.office.journey(name="Tomasz Wilk")
    await front.office.hear(journey.requested(), journey.deadline_given_up(NOON), journey.late(version=0))

    assert "Must be seen sooner" in (await browser.get("/staff/inbox")).text


async def test_the_front_desk_sees_what_to_do_after_a_consultation(front: Front) -> None:
    browser = await front.signed_in()
    suitable, other = await front.office.journey(name="Tomasz Wilk"), await front.office.journey(name="Ada Lund")
    await front.office.hear(suitable.requested(), suitable.scheduled(1), other.requested(), other.scheduled(1))
    for journey, decision in ((suitable, ConsultationDecision.SUITABLE), (other, ConsultationDecision.NOT_SUITABLE)):
        await front.office.hear(journey.decided(decision))

    page = (await browser.get("/staff/inbox")).text

    assert "The clinician decided: suitable. Plan an induction" in page
    assert "Ada Lund" not in page
