"""What intake says of a request, in whatever order it arrives, leads to one consultation in one state."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scheduling.store import consultations, waiting_list
from services.scheduling.use_cases import review_waiting_list
from shared.events.values import ContactEnvelope, DecidedBy, Disposition, Urgency, Weekday, Wishes
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, Asked


async def test_a_request_is_booked_at_the_earliest_time_after_the_notice(desk):
    asked = Asked.new()
    await desk.hears(asked.requested())

    ((topic, body),) = await desk.said()
    assert topic == "consultation-scheduled"
    assert body["reference"] == asked.reference
    assert body["appointment"]["local_start"] == "2026-06-15T14:00:00"
    assert body["appointment"]["zone"] == "America/Denver"
    assert body["appointment"]["revision"] == 1
    assert body["appointment"]["clinician_id"] in {str(one.staff_id) for one in CLINICIANS}


async def test_a_wish_for_wednesday_is_heard(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(wishes=Wishes(weekdays=(Weekday.WEDNESDAY,))))

    (appointment,) = await desk.appointments(asked)
    assert appointment["local_start"].isoformat() == "2026-06-17T08:00:00"


async def test_somebody_at_risk_is_seen_as_early_as_can_be_whatever_they_wished(desk):
    asked = Asked.new()
    await desk.hears(asked.at_risk(), asked.requested(wishes=Wishes(weekdays=(Weekday.WEDNESDAY,))))

    (appointment,) = await desk.appointments(asked)
    assert appointment["local_start"].isoformat() == "2026-06-15T14:00:00"


async def test_a_request_heard_twice_is_one_consultation(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(), asked.requested(), asked.requested())

    assert await desk.topics() == ["consultation-scheduled"]
    assert len(await desk.appointments(asked)) == 1


async def test_a_request_that_awaits_a_decision_is_not_booked(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(disposition=Disposition.AWAIT))

    assert (await desk.consultation(asked))["state"] == "awaiting"
    assert await desk.topics() == []


async def test_what_staff_have_cleared_is_booked_once_in_whatever_order_it_is_heard(desk):
    for order in permutations(range(2)):
        asked = Asked.new()
        said = [asked.requested(disposition=Disposition.AWAIT), asked.cleared(by=DecidedBy.STAFF)]
        await desk.hears(*(said[n] for n in order), said[1])

        assert (await desk.consultation(asked))["state"] == "booked"
        assert len(await desk.appointments(asked)) == 1


async def test_what_was_cleared_and_withdrawn_is_booked_by_nobody(desk):
    for order in permutations(range(3)):
        asked = Asked.new()
        said = [asked.requested(disposition=Disposition.AWAIT), asked.cleared(), asked.withdrawn(version=3)]
        await desk.hears(*(said[n] for n in order))

        assert (await desk.consultation(asked))["state"] == "cancelled"
    assert await desk.active() == 0


async def test_a_withdrawal_gives_the_time_back_and_says_who_withdrew(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(), asked.withdrawn(by=DecidedBy.STAFF))

    (_, scheduled), (topic, cancelled) = await desk.said()
    assert topic == "consultation-cancelled"
    assert cancelled["by"] == "staff"
    assert cancelled["appointment"]["appointment_id"] == scheduled["appointment"]["appointment_id"]
    assert cancelled["appointment"]["revision"] == 2
    assert await desk.active() == 0


async def test_withdrawn_before_requested_books_nothing_and_says_cancelled_once(desk):
    asked = Asked.new()
    await desk.hears(asked.withdrawn(), asked.requested(), asked.withdrawn())

    ((topic, body),) = await desk.said()
    assert topic == "consultation-cancelled"
    assert body["appointment"] is None
    assert (await desk.consultation(asked))["withdrawn"] is True
    assert await desk.active() == 0


async def end_state(desk, asked):
    consultation = await desk.consultation(asked)
    patient = await desk.database.pool.fetchrow("select * from patient where patient_id = $1", asked.patient_id)
    latest = [body for topic, body in await desk.said("consultation-cancelled")]
    return (
        consultation["state"],
        consultation["withdrawn"],
        consultation["urgency"],
        consultation["request_version"],
        patient["contact"],
        patient["person_version"],
        [row["state"] for row in await desk.appointments(asked) if row["state"] != "cancelled"],
        len([body for body in latest if body["request_id"] == str(asked.request_id)]),
    )


NEWER = ContactEnvelope(sealed="bmV3ZXI=", person_version=2)


def journey(asked):
    return [asked.requested(), asked.at_risk(), asked.requested(version=2), asked.withdrawn(version=3, contact=NEWER)]


async def test_every_order_of_a_journeys_events_ends_in_the_same_state(desk):
    expected = ("cancelled", True, "urgent", 3, NEWER.sealed, 2, [], 1)

    for order in permutations(range(4)):
        asked = Asked.new()
        events = journey(asked)
        await desk.hears(*(events[n] for n in order))
        assert await end_state(desk, asked) == expected, order
    assert await desk.active() == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 3), min_size=4, max_size=10).filter(lambda order: {0, 1, 2, 3} <= set(order)))
async def test_every_repetition_of_a_journeys_events_ends_in_the_same_state(desk, order):
    asked = Asked.new()
    events = journey(asked)
    await desk.hears(*(events[n] for n in order))

    assert await end_state(desk, asked) == ("cancelled", True, "urgent", 3, NEWER.sealed, 2, [], 1)


async def test_an_older_contact_does_not_replace_a_newer_one(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(contact=NEWER), asked.requested(version=2))

    assert await desk.database.pool.fetchval("select person_version from patient") == 2


class TestWaitingList:
    @pytest.fixture
    async def full(self, bare_desk):
        """A clinic with one clinician and one free hour in its whole horizon."""
        narrow = replace(
            CLINIC,
            resources=(CLINICIANS[0],),
            hours=(
                replace(
                    CLINIC.hours[0],
                    weekday=1,
                    opens=CLINIC.hours[0].opens,
                    closes=CLINIC.hours[0].opens.replace(hour=9),
                ),
            ),
            horizon=timedelta(days=7),
        )
        await bare_desk.set_up(narrow)
        await bare_desk.hears((first := Asked.new()).requested())
        return bare_desk, first

    async def test_who_finds_no_time_stands_on_the_list_and_is_told_once(self, full):
        desk, _ = full
        waiting = Asked.new()
        await desk.hears(waiting.requested(), waiting.requested())
        await desk.review()

        assert (await desk.topics()).count("consultation-waitlisted") == 1
        assert (await desk.consultation(waiting))["state"] == "waitlisted"

    async def test_a_freed_time_goes_to_the_most_urgent_then_to_the_oldest(self, full):
        desk, first = full
        routine, older, urgent = Asked.new(), Asked.new(), Asked.new()
        await desk.hears(
            routine.requested(),
            older.requested(urgency=Urgency.SOON, requested_at="2026-06-15T10:00:00Z"),
            urgent.requested(),
            urgent.at_risk(),
        )
        await desk.review()
        await desk.hears(first.withdrawn())
        await desk.review()

        assert (await desk.consultation(urgent))["state"] == "booked"
        assert (await desk.consultation(older))["state"] == "waitlisted"
        await desk.hears(urgent.withdrawn())
        await desk.review()
        assert (await desk.consultation(older))["state"] == "booked"
        assert (await desk.consultation(routine))["state"] == "waitlisted"
        assert await desk.overlaps() == 0

    async def test_a_freed_time_is_not_given_to_somebody_who_comes_after_those_who_wait(self, full):
        desk, first = full
        waiting, newcomer = Asked.new(), Asked.new()
        await desk.hears(waiting.requested(), first.withdrawn())
        await desk.hears(newcomer.requested(requested_at="2026-06-15T20:00:00Z"))
        await desk.review()

        assert (await desk.consultation(waiting))["state"] == "booked"
        assert (await desk.consultation(newcomer))["state"] == "waitlisted"

    async def test_somebody_at_risk_is_given_a_freed_time_at_once(self, full):
        desk, first = full
        await desk.hears(Asked.new().requested(), first.withdrawn())
        await desk.hears((urgent := Asked.new()).at_risk(), urgent.requested())

        assert (await desk.consultation(urgent))["state"] == "booked"

    async def test_a_new_week_is_found_without_any_cancellation(self, full):
        desk, _ = full
        await desk.hears((waiting := Asked.new()).requested())
        desk.clock.advance(timedelta(days=7, hours=1))
        await desk.review()

        assert (await desk.consultation(waiting))["state"] == "booked"

    async def test_who_withdraws_from_the_list_is_cancelled_without_an_appointment(self, full):
        desk, _ = full
        await desk.hears((waiting := Asked.new()).requested(), waiting.withdrawn())

        topic, body = (await desk.said())[-1]
        assert (topic, body["appointment"]) == ("consultation-cancelled", None)

    async def test_a_time_given_back_while_the_list_is_looked_at_is_not_forgotten(self, full, monkeypatch):
        desk, first = full
        await desk.hears((waiting := Asked.new()).requested(), waiting.requested(version=2))
        async with desk.database.transaction() as tx:
            await waiting_list.review_at(tx, CLINIC.id, desk.clock.now())
        look = review_waiting_list.schedule_consultation

        async def look_just_before_it_is_given_back(*what):
            found = await look(*what)
            await desk.hears(first.withdrawn())
            return found

        monkeypatch.setattr(review_waiting_list, "schedule_consultation", look_just_before_it_is_given_back)
        await desk.review(rounds=1)
        monkeypatch.undo()
        await desk.review()

        assert (await desk.consultation(waiting))["state"] == "booked"

    async def test_who_is_in_other_hands_while_the_list_is_looked_at_is_not_forgotten(self, full):
        desk, first = full
        await desk.hears((waiting := Asked.new()).requested(), first.withdrawn())
        async with desk.database.transaction() as tx:
            await consultations.lock_of_request(tx, waiting.request_id)
            await desk.review(rounds=1)
        await desk.review()

        assert (await desk.consultation(waiting))["state"] == "booked"

    async def test_reviews_do_not_pile_up(self, full):
        desk, _ = full
        for _ in range(5):
            await desk.hears(Asked.new().requested())
        for _ in range(30):
            desk.clock.advance(timedelta(minutes=61))
            await desk.review()

        assert await desk.database.pool.fetchval("select count(*) from waiting_list_review") == 1


async def test_who_asked_before_the_clinic_was_set_up_is_served_once_it_is(bare_desk):
    await bare_desk.hears((asked := Asked.new()).requested())
    assert (await bare_desk.consultation(asked))["state"] == "waitlisted"

    await bare_desk.set_up()
    await bare_desk.review()

    assert (await bare_desk.consultation(asked))["state"] == "booked"
