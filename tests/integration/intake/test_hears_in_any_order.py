"""Kafka gives no order between topics and repeats at will: the same end, however it comes."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.reactions import (
    alert_acknowledged,
    consultation_cancelled,
    consultation_completed,
    consultation_missed,
    consultation_scheduled,
    consultation_waitlisted,
    session_completed,
    staff_changed,
)
from shared.events.base import Event
from shared.events.consultation import (
    ConsultationCancelled,
    ConsultationCompleted,
    ConsultationDecision,
    ConsultationEvent,
    ConsultationMissed,
    ConsultationScheduled,
    ConsultationWaitlisted,
)
from shared.events.risk import AlertAcknowledged
from shared.events.session import Outcome, SessionCompleted, Severity
from shared.events.staff import Role, StaffChanged
from shared.events.values import AppointmentTime, DecidedBy
from shared.ids import uuid7
from tests.conftest import NOON
from tests.integration.intake.conftest import Intake, heard, words

REACTIONS = {
    ConsultationWaitlisted: consultation_waitlisted.record_consultations_waitlisted,
    ConsultationScheduled: consultation_scheduled.record_consultations_scheduled,
    ConsultationCancelled: consultation_cancelled.record_consultations_cancelled,
    ConsultationMissed: consultation_missed.record_consultations_missed,
    ConsultationCompleted: consultation_completed.record_consultations_completed,
    SessionCompleted: session_completed.note_follow_ups,
    AlertAcknowledged: alert_acknowledged.record_acknowledgements,
    StaffChanged: staff_changed.keep_staff_directory,
}
TABLES = {
    "consultation": "select * from consultation where request_id = $1",
    "follow_up_due": "select * from follow_up_due where patient_id = $1",
    "alert_acknowledgement": "select * from alert_acknowledgement where patient_id = $1",
    "staff_directory": "select * from staff_directory where staff_id = $1",
}
THURSDAY = datetime.fromisoformat("2026-06-18T15:30:00+00:00")


class Story:
    """What scheduling and notifications said about one patient, each event with its version. All ids are one."""

    def __init__(self, clinic_id: UUID, request_id: UUID | None = None) -> None:
        self.id = request_id or uuid7()
        self.clinic_id = clinic_id
        self.events: list[tuple[Event, int]] = [
            (self.consultation(ConsultationWaitlisted), 1),
            (self.consultation(ConsultationScheduled, appointment=at(THURSDAY, 1)), 2),
            (self.consultation(ConsultationScheduled, appointment=at(THURSDAY + timedelta(days=1), 2)), 3),
            (self.consultation(ConsultationCancelled, appointment=at(THURSDAY + timedelta(days=1), 3)), 4),
            (self.consultation(ConsultationMissed, appointment=at(THURSDAY + timedelta(days=1), 4)), 5),
            (self.session(Outcome.FULL), 5),
            (self.acknowledged(minutes=7), 1),
            (self.acknowledged(minutes=3), 1),
            (self.staff("Rosa"), 1),
            (self.staff("Rosa Imani"), 2),
            (self.decided(ConsultationDecision.SUITABLE), 6),
            (self.decided(ConsultationDecision.NOT_SUITABLE), 7),
        ]

    def consultation(self, kind: type[ConsultationEvent], **more: object) -> ConsultationEvent:
        about = {
            "clinic_id": self.clinic_id,
            "patient_id": self.id,
            "consultation_id": self.id,
            "request_id": self.id,
            "reference": "TSC-222222",
            "by": DecidedBy.SYSTEM,
        }
        return kind.model_validate({**about, **more})

    def decided(self, decision: ConsultationDecision) -> ConsultationEvent:
        about = {"appointment": at(THURSDAY, 3), "decision": decision, "decided_at": THURSDAY}
        return self.consultation(ConsultationCompleted, **about)

    def session(self, outcome: Outcome) -> SessionCompleted:
        return SessionCompleted(
            clinic_id=self.clinic_id,
            patient_id=self.id,
            session_id=self.id,
            appointment_id=self.id,
            started_at=NOON,
            ended_at=NOON,
            outcome=outcome,
            worst_severity=Severity.NONE,
        )

    def acknowledged(self, minutes: int) -> AlertAcknowledged:
        return AlertAcknowledged(
            clinic_id=self.clinic_id,
            patient_id=self.id,
            alert_id=self.id,
            staff_id=self.id,
            acknowledged_at=NOON + timedelta(minutes=minutes),
            channel="inbox",
        )

    def staff(self, name: str) -> StaffChanged:
        return StaffChanged(
            clinic_id=self.clinic_id, staff_id=self.id, display_name=name, roles=(Role.NURSE,), active=True
        )


def at(starts: datetime, revision: int) -> AppointmentTime:
    return AppointmentTime(
        appointment_id=UUID(int=7),
        revision=revision,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=45),
        zone="America/Denver",
        local_start=(starts - timedelta(hours=6)).replace(tzinfo=None),
    )


async def end_of(intake: Intake, story: Story, order: list[tuple[Event, int]]) -> dict[str, list[dict[str, object]]]:
    """What the tables say after hearing the story in this order; ids left out, for they differ between stories."""
    for event, version in order:
        await intake.hear(REACTIONS[type(event)], heard(event, version, story.id))
    found = {table: await intake.rows(query, story.id) for table, query in TABLES.items()}
    return {
        table: [{name: value for name, value in row.items() if value != story.id} for row in rows]
        for table, rows in found.items()
    }


async def test_any_order_with_any_repeats_ends_the_same(intake: Intake):
    told_in_order = Story(intake.clinic_id)
    expected = await end_of(intake, told_in_order, told_in_order.events)
    assert expected["consultation"][0]["version"] == 7
    assert expected["alert_acknowledgement"][0]["acknowledged_at"] == NOON + timedelta(minutes=3)
    tried: list[list[int]] = []

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=6))
    def collect(order: list[int], repeats: list[int]) -> None:
        tried.append([*order, *repeats])

    collect()
    for indexes in tried:
        story = Story(intake.clinic_id)
        assert await end_of(intake, story, [story.events[index] for index in indexes]) == expected, indexes


async def test_events_of_one_poll_may_be_of_one_consultation(intake: Intake):
    story = Story(intake.clinic_id)
    scheduled = [
        heard(event, version, story.id) for event, version in story.events if type(event) is ConsultationScheduled
    ]

    await intake.hear(REACTIONS[ConsultationScheduled], *reversed(scheduled))

    [row] = await intake.rows("select version, revision from consultation where request_id = $1", story.id)
    assert row == {"version": 3, "revision": 2}


async def test_scheduled_shows_day_time_and_zone(intake: Intake):
    token, story = await _asked(intake)
    await intake.hear(REACTIONS[ConsultationScheduled], heard(story.events[1][0], 2, story.id))

    page = words(await intake.page(f"/r/{token}"))

    assert "We will see you on Thursday" in page
    assert "Thursday, June 18 9:30 AM Denver time (MDT)" in page
    status = (await intake.http.get(f"/api/consultation-requests/{token}")).json()
    assert (status["state"], status["appointment"]["local_start"]) == ("scheduled", "2026-06-18T09:30:00")


async def test_waitlisted_and_cancelled_are_said_plainly(intake: Intake):
    token, story = await _asked(intake)
    await intake.hear(REACTIONS[ConsultationWaitlisted], heard(story.events[0][0], 1, story.id))
    assert "You are on the waiting list" in words(await intake.page(f"/r/{token}"))

    await intake.hear(REACTIONS[ConsultationCancelled], heard(story.events[3][0], 4, story.id))
    assert "Your consultation was cancelled" in words(await intake.page(f"/r/{token}"))


async def test_whoever_did_not_come_reads_it_and_staff_see_it(intake: Intake):
    token, story = await _asked(intake)
    await intake.hear(REACTIONS[ConsultationScheduled], heard(story.events[1][0], 2, story.id))
    missed = story.consultation(ConsultationMissed, appointment=at(THURSDAY, 2))
    await intake.hear(REACTIONS[ConsultationMissed], heard(missed, 3, story.id))

    page = words(await intake.page(f"/r/{token}"))

    assert "We missed you" in page
    assert "Send a new request" in page
    assert (await intake.http.get(f"/api/consultation-requests/{token}")).json()["state"] == "missed"


async def test_whoever_is_booked_anew_reads_the_new_time_whatever_is_heard_late(intake: Intake):
    token, story = await _asked(intake)
    missed = story.consultation(ConsultationMissed, appointment=at(THURSDAY, 2))
    await intake.hear(REACTIONS[ConsultationScheduled], heard(story.events[1][0], 4, story.id))
    await intake.hear(REACTIONS[ConsultationMissed], heard(missed, 3, story.id))

    assert (await intake.http.get(f"/api/consultation-requests/{token}")).json()["state"] == "scheduled"


async def test_a_withdrawn_request_stays_withdrawn_whatever_comes_later(intake: Intake):
    token, story = await _asked(intake)
    await intake.http.post(f"/r/{token}/withdraw")
    await intake.hear(REACTIONS[ConsultationScheduled], heard(story.events[1][0], 2, story.id))

    assert "Your request is withdrawn" in words(await intake.page(f"/r/{token}"))
    status = (await intake.http.get(f"/api/consultation-requests/{token}")).json()
    assert (status["state"], status["appointment"]) == ("withdrawn", None)


async def test_once_the_consultation_has_begun_it_is_too_late_to_withdraw(intake: Intake):
    token, story = await _asked(intake)
    await intake.hear(REACTIONS[ConsultationScheduled], heard(story.events[1][0], 2, story.id))
    intake.clock.advance(THURSDAY - NOON)

    answer = await intake.http.post(f"/api/consultation-requests/{token}/withdrawal")

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("consultation-began")
    page = await intake.page(f"/r/{token}")
    assert f"/r/{token}/withdraw" not in page


async def _asked(intake: Intake) -> tuple[str, Story]:
    token = await intake.submitted()
    [row] = await intake.rows("select id from consultation_request")
    return token, Story(intake.clinic_id, row["id"])


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (ConsultationDecision.SUITABLE, "The clinician thinks that treatment can help you."),
        (ConsultationDecision.NOT_SUITABLE, "The clinician thinks that treatment here is not right for you now."),
        (ConsultationDecision.MORE_INFORMATION, "The clinician needs to know a little more"),
    ],
)
async def test_what_the_clinician_decided_is_said_plainly(intake: Intake, decision: ConsultationDecision, said: str):
    token, story = await _asked(intake)
    await intake.hear(REACTIONS[ConsultationCompleted], heard(story.decided(decision), 5, story.id))

    page = words(await intake.page(f"/r/{token}"))

    assert said in page
    assert ("call or text 988 at any hour" in page) == (decision is ConsultationDecision.NOT_SUITABLE)
    assert (await intake.http.get(f"/api/consultation-requests/{token}")).json()["state"] == decision


async def test_who_was_seen_before_their_time_can_withdraw_no_more(intake: Intake):
    token, story = await _asked(intake)
    decided = story.decided(ConsultationDecision.SUITABLE)
    await intake.hear(REACTIONS[ConsultationCompleted], heard(decided, 5, story.id))

    answer = await intake.http.post(f"/api/consultation-requests/{token}/withdrawal")

    assert intake.clock.now() < THURSDAY
    assert answer.status_code == 409
